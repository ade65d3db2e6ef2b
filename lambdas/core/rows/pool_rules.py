"""What a pool asks of its users, drawn from what Cognito itself says of the pool.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html and
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
How a row is held against the rules is left to `row_check`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from lambdas.core.rows.password_hash import HashAlgorithm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USERNAME: Final = "cognito:username"
MFA_ENABLED: Final = "cognito:mfa_enabled"
PASSWORD_HASH: Final = "password_hash"  # noqa: S105  (the name of a column)
SIGN_IN_ATTRIBUTES: Final = ("email", "phone_number")


class ColumnKind(enum.Enum):
    """What a column holds."""

    USERNAME = enum.auto()
    MFA = enum.auto()
    PASSWORD_HASH = enum.auto()
    EMAIL = enum.auto()
    PHONE = enum.auto()
    BIRTHDATE = enum.auto()
    UPDATED_AT = enum.auto()
    BOOLEAN = enum.auto()
    NUMBER = enum.auto()
    DATE_TIME = enum.auto()
    TEXT = enum.auto()
    GROUPS = enum.auto()


class Mfa(enum.StrEnum):
    """The pool's multi-factor authentication."""

    ON = "ON"
    OFF = "OFF"
    OPTIONAL = "OPTIONAL"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the pool and the bounds of its values: characters of texts, numbers themselves; None is no bound."""

    name: str
    kind: ColumnKind
    is_required: bool = False
    is_mutable: bool = True
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PoolRules:
    """The rules of one pool. `columns` are in the order of GetCSVHeader; `sign_in` and `aliases` name email and
    phone_number only; `hash_algorithm` is the one of the import job, None when it has none."""

    columns: tuple[Column, ...]
    auto_verified: tuple[str, ...]
    sign_in: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mfa: Mfa = Mfa.OFF
    hash_algorithm: HashAlgorithm | None = None
    is_case_sensitive: bool = True
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @classmethod
    def of(cls, user_pool: Mapping[str, Any], csv_header: Sequence[str], hash_algorithm: str | None) -> PoolRules:
        """Draw the rules from DescribeUserPool's UserPool, GetCSVHeader's CSVHeader and the pool's setting.

        Raises ValueError for an algorithm that Cognito does not have, and for answers that make no pool.
        """
        if USERNAME not in csv_header:
            raise ValueError(f"A CSV header without {USERNAME} belongs to no pool.")
        schema = {attribute["Name"]: attribute for attribute in user_pool.get("SchemaAttributes") or []}
        return cls(
            columns=tuple(_column(name, schema.get(name) or {}) for name in csv_header),
            auto_verified=tuple(user_pool.get("AutoVerifiedAttributes") or []),
            sign_in=_sign_in_names(user_pool.get("UsernameAttributes")),
            aliases=_sign_in_names(user_pool.get("AliasAttributes")),
            mfa=Mfa(user_pool.get("MfaConfiguration") or Mfa.OFF),
            hash_algorithm=HashAlgorithm(hash_algorithm) if hash_algorithm else None,
            # A pool is case sensitive unless it was made otherwise.
            # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UsernameConfigurationType.html
            is_case_sensitive=(user_pool.get("UsernameConfiguration") or {}).get("CaseSensitive") is not False,
        )

    def has(self, column: str) -> bool:
        """Whether the pool has this column."""
        return column in self.by_name


_KINDS: Final = {
    USERNAME: ColumnKind.USERNAME,
    MFA_ENABLED: ColumnKind.MFA,
    PASSWORD_HASH: ColumnKind.PASSWORD_HASH,
    "email": ColumnKind.EMAIL,
    "phone_number": ColumnKind.PHONE,
    "birthdate": ColumnKind.BIRTHDATE,
    "updated_at": ColumnKind.UPDATED_AT,
    "email_verified": ColumnKind.BOOLEAN,
    "phone_number_verified": ColumnKind.BOOLEAN,
}
_TYPES: Final = {
    "Boolean": ColumnKind.BOOLEAN,
    "Number": ColumnKind.NUMBER,
    "DateTime": ColumnKind.DATE_TIME,
    "String": ColumnKind.TEXT,
}


def _column(name: str, attribute: Mapping[str, Any]) -> Column:
    data_type = attribute.get("AttributeDataType") or "String"
    kind = _KINDS.get(name) or _TYPES.get(data_type)
    if kind is None:
        raise ValueError(f"{name} has the data type {data_type}, which Cognito does not document.")
    least, most = _bounds(kind, attribute)
    return Column(
        name,
        kind,
        is_required=bool(attribute.get("Required")),
        is_mutable=attribute.get("Mutable") is not False,
        least=least,
        most=most,
    )


def _bounds(kind: ColumnKind, attribute: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """The bounds of texts and numbers; the other kinds have a form of their own."""
    if kind is ColumnKind.TEXT:
        limits = attribute.get("StringAttributeConstraints") or {}
        return _bound(limits.get("MinLength")), _bound(limits.get("MaxLength"))
    if kind is ColumnKind.NUMBER:
        limits = attribute.get("NumberAttributeConstraints") or {}
        return _bound(limits.get("MinValue")), _bound(limits.get("MaxValue"))
    return None, None


def _bound(limit: str | None) -> Decimal | None:
    if not limit:
        return None
    try:
        return Decimal(limit)
    except InvalidOperation as error:
        raise ValueError("A bound in the pool's schema is not a number.") from error


def _sign_in_names(names: Sequence[str] | None) -> tuple[str, ...]:
    """Those that change what a username may be; preferred_username does not."""
    return tuple(name for name in SIGN_IN_ATTRIBUTES if name in (names or []))
