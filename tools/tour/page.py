"""docs/tour.md: the text and the commands of page.md, and under each command what it has written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable

TOUR: Final = PROJECT / "docs" / "tour.md"
TEXT: Final = PROJECT / "tools" / "tour" / "page.md"
_COMMAND: Final = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
"""A command with the lines on which it continues."""


def played(play: Callable[[str], str]) -> str:
    """The page. `play` runs a command, and returns what it writes."""

    def with_output(found: re.Match[str]) -> str:
        output = play(found[1])
        return f"{found[0]}\n{output}" if output else found[0]

    return _COMMAND.sub(with_output, TEXT.read_text(encoding="utf-8"))


def without_outputs(page: str) -> str:
    """The text and the commands of a page, which are in page.md too."""
    blocks = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
    return blocks.sub(lambda found: "\n\n".join(f"$ {command}" for command in _COMMAND.findall(found[0])) + "\n", page)
