"""What a check says of a file, as JSON: each piece of its report with several counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.statuses import Outcome
from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.lookup import LookupBy, LookupPlan
from cognito_drop.core.presets import Source
from cognito_drop.core.presets.json_records import Shape
from cognito_drop.core.presets.notes import LEFT_BEHIND, Note
from cognito_drop.core.presets.old_ids import OLD_ID
from cognito_drop.core.results import left_behind_file
from cognito_drop.core.results.preflight_json import (
    left_behind,
    lookup_json,
    memberships_json,
    preflight_json,
    preset_json,
    source_json,
)
from cognito_drop.core.results.retry_file import retry_file_for
from cognito_drop.core.results.warning_order import WEIGHTS, weighed
from cognito_drop.core.rows import Normalization, Part, PreflightReport, Reason, Rejection, RejectionCode
from cognito_drop.core.rows.dialect import Dialect, Encoding, LineEnd
from cognito_drop.core.rows.part import Segments
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.rows.preflight_report import Columns, PresetReport
from cognito_drop.core.sign_in.no_way_file import no_way_rows
from cognito_drop.core.sign_in.unknown import SignInUnknown
from cognito_drop.core.sign_in.wording import NO_WAY_WORDS, email_days, emails_a_day, ways_json, ways_of_run
from tests.unit.strings.documents import differences, values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.text.json_types import WarningJson

_DIALECT: Final = Dialect()
_OTHERS: Final = ("E-Mail", "notes", "password_hash", "groups", OLD_ID, "status", "active")
_REASONS: Final = (
    Reason(RejectionCode.EMAIL_INVALID, "email", 54, (4, 41), "email is no address.", "Correct it.", "a setting"),
    Reason(RejectionCode.ROW_BLANK, "", 1, (7,), "The row is blank.", "", ""),
)


def checks() -> Iterator[str]:
    """The JSON of each sample, where it differs from the first one; then warnings and rows of files."""
    first: dict[str, str] = {}
    for name, report in _reports().items():
        found = values({
            **preflight_json(report),
            "source": source_json(report),
            "preset": preset_json(report),
            "memberships": memberships_json(report, CallRate(7), "LITE", adds_known_users=False),
            "all members": memberships_json(report, CallRate(7), None, adds_known_users=True),
            "left_behind": left_behind(report),
        })  # fmt: skip
        first = first or found
        yield from (f"[{name}]", *differences(first, found), "")
    yield from _ways()
    yield f"lookup: {lookup_json(LookupPlan(LookupBy.SEARCHES, 3, 4), 5)}"
    codes = ["unknown", *reversed(list(WEIGHTS)), "unknown too"]
    weights: list[WarningJson] = [{"code": code, "message": ""} for code in codes]
    yield f"order: {' '.join(one['code'] for one in weighed(weights))}"
    yield from (f"left_behind.csv of {note}: {left_behind_file.rows_of(7, [note, note])!r}" for note in Note)
    assert left_behind_file.rows_of(7, list(Note)).count("\n") == len(LEFT_BEHIND)
    value = Rejection(7, "email", RejectionCode.EMAIL_INVALID, "=no address", "Correct it.")
    yield f"left_behind.csv of a value: {left_behind_file.row_of(value)!r}"
    for encoding in Encoding:
        for dialect in (Dialect(encoding), Dialect(encoding, has_byte_order_mark=True, line_end=LineEnd.CRLF)):
            for header in ("name".encode(encoding), None):
                form = retry_file_for(Source(dialect, None), header)
                yield f"retry file of {encoding.value}: {form.name} {form.start!r} {form.line_end!r}"
    form = retry_file_for(Source(Dialect(has_byte_order_mark=True, line_end=LineEnd.CR), Shape.ARRAY), None)
    yield f"retry file of JSON: {form.name} {form.start!r} {form.line_end!r}"


def _ways() -> Iterator[str]:
    every: list[WayIn | NoWayIn] = [*WayIn, *NoWayIn]
    counts: list[dict[WayIn | NoWayIn, int]] = [
        {},
        {way: 10**number for number, way in enumerate(every)},
        {way: 10**number for number, way in enumerate(reversed(every))},
        {NoWayIn.SMS_NOT_SET_UP: 1, NoWayIn.RECOVERY_ADMIN_ONLY: 3, NoWayIn.NO_MFA_FACTOR: 2},
        {WayIn.RESET_BY_EMAIL: 50}, {WayIn.RESET_BY_EMAIL: 50, WayIn.CODE_BY_EMAIL: 1},
    ]  # fmt: skip
    for found in map(ways_json, counts):
        yield from (f"ways: {found}", f"  of a run: {ways_of_run(found, None)}", f"  emails: {emails_a_day(found)}")
        yield f"  by outcome: {[len(ways_of_run(found, outcome)) for outcome in Outcome]}"
    yield f"no ways: {ways_of_run(None, None)} {emails_a_day(None)!r}"
    yield f"days of emails: {[email_days(users) for users in (0, 1, 50, 51, 100, 101)]}"
    yield from (f"no_way_in.csv: {no_way_rows([2, 30], reason)!r}" for reason in NO_WAY_WORDS)
    unknown = SignInUnknown("GetUserPoolMfaConfig: X")
    yield f"unknown ways: {unknown.warning} {unknown.problem.to_json()}"


def _reports() -> dict[str, PreflightReport]:
    csv = Source.of_users(_DIALECT, 4)
    export = PresetReport(
        "okta", csv, {Note.ROLES: 1, Note.DIRECTORY: 1, Note.SOCIAL_IDENTITIES: 1_000}, ("a.b", "c\u202e")
    )
    every: dict[Normalization, int] = {kind: number for number, kind in enumerate(Normalization, 1)}
    parts = (Part(1, 500, 107_000, Segments()), Part(2, 300, 64_200, Segments(), HashAlgorithm.BCRYPT))
    made: dict[str, dict[str, Any]] = {
        "blank": {},
        "csv": {
            "dialect": _DIALECT, "width": 4, "blank_lines": 3, "normalized": every, "reasons": _REASONS, "parts": parts,
            "columns": Columns({"E-Mail": "email"}, ("locale", "name"), _OTHERS), "ways": {WayIn.PASSWORD: 1},
            "look_alikes": 1, "first_look_alike": (7, 3), "placeholders": {"name": 1, "email": 2_000},
            "damaged": {"name": 1, "email": 2_000}, "left_out_values": _REASONS[:1],
            "memberships": 30, "not_allowed": 2, "members": 20, "known_members": 5,
        },
        "one of each": {
            "normalized": dict.fromkeys(every, 1), "look_alikes": 2, "first_look_alike": (7, 3),
            "left_out_values": _REASONS, "columns": Columns(left_out=("status",)),
            "memberships": 1, "known_members": 1,
        },
        "export": {
            "preset": export, "columns": Columns(left_out=_OTHERS), "dialect": _DIALECT, "look_alikes": 1_000,
        },
        "records": {
            "preset": PresetReport("auth0", Source(_DIALECT, Shape.ARRAY)),
            "look_alikes": 1, "first_look_alike": (7, 3),
        },
        "two states": {"columns": Columns(left_out=("status", "disabled")), "unclear_dates": "Geburtsdatum"},
    }  # fmt: skip
    return {name: PreflightReport(**report) for name, report in made.items()}
