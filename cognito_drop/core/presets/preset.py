"""What a preset is: one system's export, told by one file of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.user import SourceUser


class Export:
    """What the presets have in common, and a mapping may have otherwise."""

    records_in: str | None = None
    csv_columns: tuple[str, ...] | None = None
    own: tuple[str, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()


class Preset(Protocol):
    """Turns records of one system into users. Takes any object without raising: what is not there is blank."""

    @property
    def name(self) -> str:
        """What it is called in settings, folders and on the command line."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The pool's columns that it may fill, beside those of the username, verification, MFA and the password."""

    @property
    def records_in(self) -> str | None:
        """The member of a JSON document that lists the users, where they do not stand at the top."""

    @property
    def csv_columns(self) -> tuple[str, ...] | None:
        """The columns of a CSV file that has no header; None where it has one."""

    @property
    def members(self) -> frozenset[str]:
        """The members of a record that it reads, or passes over because they mean nothing in a pool."""

    @property
    def status_in(self) -> frozenset[str]:
        """Members of which any says whether a user is disabled."""

    @property
    def own(self) -> tuple[str, ...]:
        """The pool's columns that a mapping names: the pool must have them."""

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """What a mapping reads, beside the members that its preset does: paths, each with its alternatives."""

    @property
    def signs(self) -> tuple[frozenset[str], ...]:
        """Members by which records of this system are recognized: all of any one set."""

    @property
    def how(self) -> str:
        """How to get the right file, as a hint."""

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes. Values of a CSV file are texts."""
