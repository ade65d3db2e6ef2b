"""Pools, files and a sink that keeps everything, for tests of the row engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_drop.core.rows import HashPolicy, NoSink, Options, PoolRules, preflight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cognito_drop.contract.ways_in import NoWayIn
    from cognito_drop.core.rows import Member, Part, PreflightReport, Rejection, RejectionCode

HEADER = (
    "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,"
    "gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,"
    "custom:team,custom:level,custom:active,custom:since,cognito:mfa_enabled,cognito:username"
).split(",")
SHORT = ("cognito:username", "email", "email_verified", "name")
"""Columns that are enough for a file: the others are optional."""
SCHEMA: list[dict[str, Any]] = [
    {"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": False},
    {
        "Name": "custom:team",
        "AttributeDataType": "String",
        "Mutable": True,
        "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "12"},
    },
    {
        "Name": "custom:level",
        "AttributeDataType": "Number",
        "Mutable": True,
        "NumberAttributeConstraints": {"MinValue": "-5", "MaxValue": "250"},
    },
    {"Name": "custom:active", "AttributeDataType": "Boolean", "Mutable": True},
    {"Name": "custom:since", "AttributeDataType": "DateTime", "Mutable": False},
]
ADA = {
    "cognito:username": "ada",
    "cognito:mfa_enabled": "false",
    "email": "ada@example.com",
    "email_verified": "true",
    "name": "Ada Lovelace",
}


def user_pool(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  (DescribeUserPool's own)
    """What DescribeUserPool says of a pool that verifies email addresses."""
    return {"AutoVerifiedAttributes": ["email"], "MfaConfiguration": "OFF", "SchemaAttributes": SCHEMA, **changes}


def rules_of(columns: Sequence[str], *sign_in: str, is_case_sensitive: bool = True) -> PoolRules:
    """The rules of such a pool with these columns, whose users sign in with these attributes."""
    case = {"CaseSensitive": is_case_sensitive}
    return PoolRules.of(user_pool(UsernameAttributes=list(sign_in), UsernameConfiguration=case), columns)


def requiring(*names: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """A pool that requires these attributes."""
    required = [{"Name": name, "AttributeDataType": "String", "Required": True} for name in names]
    return user_pool(SchemaAttributes=[*(one for one in SCHEMA if one["Name"] not in names), *required], **changes)


@dataclass
class Kept(NoSink):
    """A sink that keeps everything."""

    parts: list[bytes] = field(default_factory=list)
    ended: list[Part] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    known_lines: list[int] = field(default_factory=list)
    no_ways: list[tuple[int, NoWayIn]] = field(default_factory=list)
    values_left_out: list[Rejection] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)
    _blocks: dict[int, list[bytes]] = field(default_factory=dict)

    def part_bytes(self, number: int, block: bytes) -> None:
        """Keep it."""
        self._blocks.setdefault(number, []).append(block)

    def in_lane(self, lane: int, rows: int) -> None:
        """Keep the lane of each row."""
        self.lanes += [lane] * rows

    def end_part(self, part: Part) -> None:
        """Keep the part and its bytes."""
        self.parts.append(b"".join(self._blocks.pop(part.number)))
        self.ended.append(part)

    def rejected(self, row: Rejection) -> None:
        """Keep it."""
        self.rejections.append(row)

    def left_out(self, value: Rejection) -> None:
        """Keep it."""
        self.values_left_out.append(value)

    def known(self, line: int) -> None:
        """Keep it."""
        self.known_lines.append(line)

    def no_way_in(self, lines: Sequence[int], reason: NoWayIn) -> None:
        """Keep it."""
        self.no_ways += [(line, reason) for line in lines]

    def member(self, member: Member) -> None:
        """Keep it."""
        self.members.append(member)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a file."""

    report: PreflightReport
    sink: Kept

    @property
    def users(self) -> list[dict[str, str]]:
        """The accepted rows, without blank values, as Cognito reads them."""
        found = []
        for part in self.sink.parts:
            header, *rows = part.decode().removesuffix("\n").split("\n")
            for row in rows:
                values = [value.replace("\\,", ",") for value in re.split(r"(?<!\\),", row)]
                found.append({k: v for k, v in zip(header.split(","), values, strict=True) if v})
        return found

    @property
    def codes(self) -> list[tuple[int, RejectionCode]]:
        """Line and code of every rejected row."""
        return [(row.line, row.code) for row in self.sink.rejections]

    @property
    def code(self) -> RejectionCode | None:
        """The code of the only rejected row of a file of one row, None when it is accepted."""
        assert self.report.problem is None, self.report.problem
        assert self.report.rows == 1
        return self.sink.rejections[0].code if self.sink.rejections else None


def cut(content: bytes, size: int) -> Iterator[bytes]:
    """The content in chunks of that many bytes."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def check(
    content: bytes | str,
    pool: Mapping[str, Any] | None = None,
    *,
    header: Sequence[str] = HEADER,
    hashes: HashPolicy | None = None,
    algorithm: str | None = None,
    chunk: int = 1 << 20,
    **options: Any,  # noqa: ANN401  (the fields of Options)
) -> Outcome:
    """Check a file for a pool."""
    content = content.encode() if isinstance(content, str) else content
    sink = Kept()
    policy = hashes or HashPolicy.of([algorithm] if algorithm else None)
    rules = PoolRules.of(pool or user_pool(), header, policy)
    return Outcome(preflight(cut(content, chunk), rules, Options(**options), sink), sink)


def file_of(*rows: Mapping[str, str], columns: Sequence[str] = HEADER) -> str:
    """A file in Cognito's dialect."""
    lines = [",".join(row.get(column, "").replace(",", "\\,") for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines, ""])


def check_row(
    row: Mapping[str, str],
    pool: Mapping[str, Any] | None = None,
    *,
    header: Sequence[str] = HEADER,
    **options: Any,  # noqa: ANN401
) -> Outcome:
    """Check Ada with these changes."""
    return check(file_of({**ADA, **row}, columns=header), pool, header=header, **options)
