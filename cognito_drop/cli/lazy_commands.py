"""Commands that are imported when they are called, or asked for more than their first sentence."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import click

_MODULES = "cognito_drop.cli.commands"


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, and the first sentence of its help."""

    module: str
    attribute: str
    help: str

    def load(self) -> click.Command:
        """Import it."""
        command: click.Command = getattr(import_module(f"{_MODULES}.{self.module}"), self.attribute)
        return command


class LazyCommands(MutableMapping[str, "click.Command"]):
    """The commands of a group by name."""

    def __init__(self, commands: Mapping[str, LazyCommand]) -> None:
        self.lazy = dict(commands)

    def __getitem__(self, name: str) -> click.Command:
        return self.lazy[name].load()

    def __iter__(self) -> Iterator[str]:
        return iter(self.lazy)

    def __len__(self) -> int:
        return len(self.lazy)

    def __contains__(self, name: object) -> bool:
        return name in self.lazy

    def __setitem__(self, name: str, command: click.Command) -> None:
        raise TypeError("Commands are named in the table of `main`.")

    def __delitem__(self, name: str) -> None:
        del self.lazy[name]
