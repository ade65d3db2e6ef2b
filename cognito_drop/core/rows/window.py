"""Some lines of a file beside what was made of them, each made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED

if TYPE_CHECKING:
    from cognito_drop.core.rows.fast_rows import FastRows


class Window:
    """Some lines of the file beside what was made of them: each as it stands, in Cognito's dialect, and its user."""

    def __init__(self, data: bytes, text: bytes, fast: FastRows) -> None:
        self._data, self._text = data, text
        accepted = fast.read(text)
        self.usernames, self.groups = accepted.usernames, accepted.groups
        self._second, self._aliases, self._marks = accepted.second, accepted.aliases, accepted.marks
        self.count = len(self.usernames)
        self._lines: list[bytes] | None = None
        self._text_lines: list[bytes] | None = None
        self._keys: list[bytes] | None = None

    @property
    def lines(self) -> list[bytes]:
        """The lines of the file, without their line ends."""
        if self._lines is None:
            self._lines = self._data.split(b"\n")
            self._lines.pop()
        return self._lines

    @property
    def text_lines(self) -> list[bytes]:
        """The lines in Cognito's dialect, as far as they are simple."""
        if self._text_lines is None:
            self._text_lines = self.lines if self._text is self._data else self._text.split(b"\n")
        return self._text_lines

    def marks(self, start: int, stop: int) -> list[tuple[bytes, ...]]:
        """How the values of these rows begin that decide the way in."""
        return self._marks[start:stop] if self._marks else [()] * (stop - start)

    def bytes_from(self, at: int) -> int:
        """The bytes of this line and all after it."""
        return len(self.rest(at))

    def rest(self, at: int) -> bytes:
        """This line and all after it, each with its line feed."""
        if at == self.count - 1:
            return self._data[_start_of_last(self._data) :]
        return b"\n".join(self.lines[at:]) + b"\n"

    def next_bad(self, start: int) -> int:
        """The first line from here whose row was not accepted, or the number of lines."""
        try:
            return self.usernames.index(NOT_ACCEPTED, start)
        except ValueError:
            return self.count

    def text(self, start: int, stop: int) -> bytes:
        """These lines in Cognito's dialect."""
        if start == 0 and stop >= self.count - 1:
            return self._text if stop == self.count else self._text[: _start_of_last(self._text)]
        return b"\n".join(self.text_lines[start:stop]) + b"\n"

    def keys(self, *, folds: bool) -> list[bytes]:
        """The usernames in the spelling in which the pool compares them; they are in ASCII."""
        if not folds:
            return self.usernames
        if self._keys is None:
            self._keys = b"\n".join(self.usernames).lower().split(b"\n")
        return self._keys

    @property
    def has_one_key(self) -> bool:
        """Whether a user has nothing but the username that no other user may have."""
        return self._second is None and not self._aliases

    def names(self, at: int, *, folds: bool) -> list[bytes]:
        """All usernames of one user."""
        found = [self.usernames[at], self._second[at] if self._second else b""]
        return [key.lower() if folds else key for key in found if key]

    def aliases(self, at: int, *, folds: bool) -> list[tuple[str, bytes]]:
        """The verified values that one user can sign in with, each with its attribute."""
        found = [(name, values[at]) for name, values in self._aliases.items()]
        return [(name, value.lower() if folds else value) for name, value in found if value]


def _start_of_last(lines: bytes) -> int:
    """Where the last of some lines starts."""
    return lines.rfind(b"\n", 0, -1) + 1
