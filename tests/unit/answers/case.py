"""A file to check, and the pool and the settings that it is checked with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.rows import HashPolicy, Options, Pbkdf2Form, PoolRules
from tests.unit.rows.files import user_pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    *("cognito:username", "email", "email_verified", "phone_number", "phone_number_verified", "name", "birthdate"),
    *("updated_at", "custom:team", "custom:level", "custom:active", "custom:since", "cognito:mfa_enabled"),
)
"""The columns of a pool that takes all kinds of values."""
FEW: Final = ("cognito:username", "email", "email_verified", "name", "custom:since", "cognito:mfa_enabled")
"""The pool's columns, where a case names no others."""


@dataclass(frozen=True)
class Case:
    """A file, and how it is checked."""

    content: bytes
    preset: str | Mapping[str, Any] = ""
    """The name of a preset, or a mapping; blank for a file of the pool's own columns."""
    pool: Mapping[str, Any] = field(default_factory=dict)
    """What the pool has otherwise than `user_pool`."""
    columns: Sequence[str] = FEW
    hashes: HashPolicy = field(default_factory=HashPolicy)
    options: Mapping[str, Any] = field(default_factory=dict)
    """The fields of Options."""
    chunk: int = 1 << 20
    """The bytes that come at once."""
    is_shown: bool = True
    """Whether the snapshot has the file itself."""
    is_proposed: bool = False
    """Whether the snapshot has what is proposed for its columns."""

    joined_with: tuple[bytes, ...] | None = None
    """Files that are joined with it: then the snapshot has the joined file, and nothing else."""
    damaged_with: str = ""
    """Signs that are put in each place of the file: then the snapshot has what is read of it, and nothing else."""
    searched: tuple[str, ...] = ()
    """Values that are searched for in the file: then the snapshot has where they are found, and nothing else."""

    @property
    def rules(self) -> PoolRules:
        """The rules of the pool."""
        return PoolRules.of(user_pool(**self.pool), self.columns, self.hashes)

    @property
    def checked_with(self) -> Options:
        """The settings."""
        return Options(**self.options)


def made(*lines: str, encoding: str = "utf-8", end: str = "\n", last: str | None = None, **how: Any) -> Case:  # noqa: ANN401  (fields of Case)
    """A file of these lines; `last` ends the last one, where it is another end."""
    text = end.join(lines) + (end if last is None else last)
    return Case(text.encode(encoding), **how)


def hashes(*algorithms: str, form: Pbkdf2Form = Pbkdf2Form.PASSLIB) -> HashPolicy:
    """The policy of a pool that takes hashes of these algorithms."""
    return HashPolicy.of(algorithms, form)
