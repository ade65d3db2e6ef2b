"""What is said beside the data: on stderr, for people, so that nothing is silent for longer than a second."""

from __future__ import annotations

import re
import sys
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import click

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.text.names import named
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

_PROPOSED = re.compile(r"`cognito-drop [a-z]+\b")
_PATIENCE = 1.0  # seconds
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


class ConsoleMessages:
    """The operator's ear. `options` are those that the proposed commands need to find what this call has found."""

    def __init__(self, options: str = "") -> None:
        self._options = options

    @cached_property
    def console(self) -> Console:
        """stderr, in colors where it is a terminal that has them."""
        from cognito_drop.cli.rendering import made_console  # noqa: PLC0415  (rich: only who says something needs it)

        return made_console(stderr=True)

    @property
    def is_live(self) -> bool:
        """Whether lines can be drawn over."""
        return self.console.is_terminal and not self.console.is_dumb_terminal

    def say(self, text: str, style: str = "") -> None:
        """Say a sentence, whose commands get the options of this call."""
        self.console.print(_sentence(self.with_options(text), style))

    def with_options(self, text: str) -> str:
        """The text, in which each command that it proposes has the options of this call."""
        return _PROPOSED.sub(lambda found: found[0] + self._options, text)

    def say_whole(self, text: str) -> None:
        """Say what is copied, such as a link: only the terminal breaks it."""
        self.console.print(_sentence(text), soft_wrap=True)

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Say what is being done while the block lasts: moving on a terminal; elsewhere in a line, when it takes long.

        What is yielded changes the words.
        """
        if self.is_live:
            with self.console.status(_sentence(f"{what} …")) as status:
                yield lambda words: status.update(_sentence(f"{words} …"))
            return
        timer = threading.Timer(_PATIENCE, self.say, [f"{what} …"])
        timer.daemon = True
        timer.start()
        try:
            yield _nothing
        finally:
            timer.cancel()

    @property
    def can_ask(self) -> bool:
        """Whether there is a person at a terminal."""
        return sys.stdin.isatty()

    def ask_yes(self, question: str) -> bool:
        """Ask for a yes or a no, until it is one of them: neither is what Enter means."""
        while (answer := self.ask(f"{question} [y/n]").strip().lower()) not in _ANSWERS:
            self.say("Answer y or n.")
        return _ANSWERS[answer]

    def ask(self, question: str) -> str:
        """Ask for a text, which may be blank."""
        suffix = " " if question.endswith(("?", "]")) else ": "
        answer: str = click.prompt(printable(question), default="", show_default=False, prompt_suffix=suffix, err=True)
        return answer

    def ask_choice(self, question: str, choices: Sequence[str]) -> str:
        """Ask for one of these, until it is one."""
        while (answer := self.ask(question).strip()) not in choices:
            self.say(f"It is none of {named(list(choices))}.")
        return answer

    def confirm(self, question: str, *, is_given: bool) -> None:
        """Ask, unless the answer is given. Raises CommandError for a no, and when there is no terminal."""
        if is_given:
            return
        if not self.can_ask:
            raise CommandError(
                ErrorCode.CONFIRMATION_NEEDED,
                f"Confirmation needed, but there is no terminal: {question}",
                "Confirm with --yes.",
            )
        if not click.confirm(printable(question), err=True):
            raise CommandError(ErrorCode.DECLINED, "Canceled; nothing was changed.")


def _sentence(text: str, style: str = "") -> Text:
    from cognito_drop.cli.rendering import sentence  # noqa: PLC0415  (as above)

    return sentence(text, style)


def _nothing(_words: str) -> None:
    """A line that was written cannot be changed."""
