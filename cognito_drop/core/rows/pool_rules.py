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

from cognito_drop.core.rows.password_hash import REFUSES_HASHES, HashPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USERNAME: Final = "cognito:username"
MFA_ENABLED: Final = "cognito:mfa_enabled"
PASSWORD_HASH: Final = "password_hash"  # noqa: S105  (the name of a column)
BIRTHDATE: Final = "birthdate"
SIGN_IN_ATTRIBUTES: Final = ("email", "phone_number")
_CODE_FACTORS: Final = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}


def is_custom(column: str) -> bool:
    """Whether a column is one of the pool's own attributes, which applications may take for authority."""
    return column.startswith(("custom:", "dev:custom:"))


class ColumnKind(enum.Enum):
    """What a column holds."""

    USERNAME = enum.auto()
    MFA = enum.auto()
    PASSWORD_HASH = enum.auto()
    EMAIL = enum.auto()
    PHONE = enum.auto()
    BIRTHDATE = enum.auto()
    DAY_FIRST_BIRTHDATE = enum.auto()
    """In a file whose dates can only have the day first."""
    UPDATED_AT = enum.auto()
    BOOLEAN = enum.auto()
    NUMBER = enum.auto()
    DATE_TIME = enum.auto()
    TEXT = enum.auto()
    GROUPS = enum.auto()
    NAMELESS = enum.auto()


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


NAMELESS: Final = Column("", ColumnKind.NAMELESS)
"""A file's column without a name: it is read to see that it has no values, and written to no part."""


@dataclass(frozen=True, slots=True)
class PoolRules:
    """The rules of one pool. `columns` are in the order of GetCSVHeader, with `password_hash` at the end where the pool
    does not list it and hashes are sent all the same; `sign_in`, `aliases` and `code_factors` name email and
    phone_number only."""

    columns: tuple[Column, ...]
    auto_verified: tuple[str, ...]
    sign_in: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mfa: Mfa = Mfa.OFF
    hashes: HashPolicy = REFUSES_HASHES
    lists_hashes: bool = False
    """Whether GetCSVHeader lists the column `password_hash`."""
    code_factors: tuple[str, ...] = ()
    """Where the pool sends one-time codes as a first factor: users who have one of them need no password."""
    is_case_sensitive: bool = True
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def takes_hashes(self) -> bool:
        """Whether hashes are sent."""
        return bool(self.hashes.algorithms)

    @classmethod
    def of(
        cls, user_pool: Mapping[str, Any], csv_header: Sequence[str], hashes: HashPolicy = REFUSES_HASHES
    ) -> PoolRules:
        """Draw the rules from DescribeUserPool's UserPool, GetCSVHeader's CSVHeader and the pool's settings.

        Raises ValueError for answers that make no pool.
        """
        if USERNAME not in csv_header:
            raise ValueError(f"A pool's CSV header must have {USERNAME}.")
        schema = {attribute["Name"]: attribute for attribute in user_pool.get("SchemaAttributes") or []}
        lists_hashes = PASSWORD_HASH in csv_header
        unlisted = [PASSWORD_HASH] if hashes.algorithms and not lists_hashes else []
        return cls(
            columns=tuple(_column(name, schema.get(name) or {}) for name in (*csv_header, *unlisted)),
            auto_verified=tuple(user_pool.get("AutoVerifiedAttributes") or []),
            sign_in=_sign_in_names(user_pool.get("UsernameAttributes")),
            aliases=_sign_in_names(user_pool.get("AliasAttributes")),
            mfa=Mfa(user_pool.get("MfaConfiguration") or Mfa.OFF),
            hashes=hashes,
            lists_hashes=lists_hashes,
            code_factors=_code_factors(user_pool),
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


def _code_factors(user_pool: Mapping[str, Any]) -> tuple[str, ...]:
    """The attributes to which a code is sent that signs a user in; a passkey is registered after the import only.

    Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignInPolicyType.html
    """
    policy = (user_pool.get("Policies") or {}).get("SignInPolicy") or {}
    allowed = policy.get("AllowedFirstAuthFactors") or []
    return tuple(name for name, factor in _CODE_FACTORS.items() if factor in allowed)


def _sign_in_names(names: Sequence[str] | None) -> tuple[str, ...]:
    """Those that change what a username may be; preferred_username does not."""
    return tuple(name for name in SIGN_IN_ATTRIBUTES if name in (names or []))
