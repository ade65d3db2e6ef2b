"""Values and small objects in the published JSON documents. Only type checking and `tools.schemas` read these types."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias, TypedDict


class Keywords:
    """Keywords of JSON schema for a value, besides its type. Docs: https://json-schema.org/draft/2020-12"""

    def __init__(self, **keywords: object) -> None:
        self.keywords = keywords


SchemaVersion: TypeAlias = Literal["1"]
Count: TypeAlias = Annotated[int, Keywords(minimum=0)]
Positive: TypeAlias = Annotated[int, Keywords(minimum=1)]
Seconds: TypeAlias = Annotated[float, Keywords(minimum=0)]
Moment: TypeAlias = Annotated[str, Keywords(format="date-time")]
RunId: TypeAlias = Annotated[str, Keywords(pattern="^[0-9a-f]{32}$")]
ResultsUri: TypeAlias = Annotated[str, Keywords(pattern="^s3://.+/$")]
ConsoleUrl: TypeAlias = Annotated[str, Keywords(pattern="^https://")]


class WarningJson(TypedDict):
    """One warning."""

    code: str
    """A stable code."""
    message: str
    """A sentence."""
    count: NotRequired[Count]
    """How many users it is about, if that is known."""


class NoWayInJson(TypedDict):
    """One reason why users have no way to sign in."""

    code: str
    """A stable code, listed in docs/first-sign-in.md."""
    message: str
    """The reason in words."""
    count: Positive
    """How many users."""


class WaysInJson(TypedDict):
    """Accepted users by the first way to sign in that their rows, the pool's settings and its app clients give them."""

    password: Count
    """With the password whose hash is imported."""
    code_by_email: Count
    """With a one-time code by email."""
    code_by_sms: Count
    """With a one-time code by SMS."""
    reset_by_email: Count
    """After a reset of the password through email."""
    reset_by_sms: Count
    """After a reset of the password through SMS."""
    none: Count
    """Not at all: no_way_in.csv lists them."""
    reasons: list[NoWayInJson]
    """Why, the most frequent first."""


class ProblemJson(TypedDict):
    """Why the file could not be imported at all."""

    code: str
    """A stable code, listed in docs/results.md."""
    message: str
    """A sentence."""
    hint: str
    """What to do."""
    command: NotRequired[str]
    """The command of `cognito-drop` that helps, such as `map`, if there is one."""


class DialectJson(TypedDict):
    """How the file was read."""

    encoding: str
    """For example utf-8."""
    byte_order_mark: bool
    """Whether it begins with one."""
    separator: str
    """The character between two fields."""
    quoting: str
    """How a separator inside a value is written."""
    line_end: str
    """LF, CRLF or CR."""
    dates: NotRequired[str]
    """Which number of a date such as 03/04/1990 is the month: month_first, day_first, or unknown."""


class MappingVersionJson(TypedDict):
    """The mapping that a file was dropped with."""

    sha256: str
    """The hash of its content, by which the object is named."""
    version_id: str
    """The version of the object."""


class SourceJson(TypedDict):
    """How the records of a file are told apart."""

    dialect: DialectJson
    """Of a CSV file; of JSON, only its encoding says something."""
    shape: Annotated[str, Keywords(enum=["array", "document", "documents", "lines"])] | None
    """How the records are laid out in a JSON file; null for a CSV file."""
    records_in: str | None
    """The member of a JSON document that lists the records; null where they are the document itself."""
    csv_columns: list[str] | None
    """The columns of a CSV file without header; null for one that has a header."""
    width: Count
    """Fields of a record of a CSV file; 0 where each line is a record."""
    longest: Positive
    """Bytes of a record that is looked into."""


class TierCostJson(TypedDict):
    """What the users cost in a tier."""

    tier: Annotated[str, Keywords(enum=["LITE", "ESSENTIALS", "PLUS"])]
    """UserPoolTier as in DescribeUserPool."""
    free_users: Count
    """Free active users of an account in a month, for all its pools of this tier together."""
    usd: Annotated[float, Keywords(minimum=0)]
    """If no free users are left."""
    usd_with_free_users: Annotated[float, Keywords(minimum=0)]
    """If all free users are left."""


class ActiveUsersJson(TypedDict):
    """Users who become monthly active users of Cognito by being added to groups, and the most that they cost, in USD
    for the month: an estimate from AWS's list prices."""

    at_most: Positive
    """Users whom the file puts in groups; some of them may not be added, or may be active anyway."""
    prices_as_of: Annotated[str, Keywords(pattern="^[0-9]{4}-[0-9]{2}$")]
    """Year and month of the prices."""
    costs: Annotated[list[TierCostJson], Keywords(minItems=1)]
    """For the tier of the user pool; for each tier if that is not known."""


class RowCountsJson(TypedDict):
    """Rows of the file by outcome."""

    total: Count
    """Rows in the file, without the header and blank lines."""
    imported: Count
    """Now in the pool."""
    skipped: Count
    """Already in the pool, or twice in the file."""
    failed: Count
    """Refused by Cognito."""
    rejected: Count
    """Refused by the check before the import."""
    unprocessed: Count
    """Not attempted."""
