"""What a preflight has found, in the shape of `summary.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.core.pools.active_users import active_users_json
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.presets.notes import SAID, Note
from cognito_drop.core.results.preflight_json import left_behind, memberships_json, preflight_json
from cognito_drop.core.rows import (
    BadOptionalValues,
    Dialect,
    Normalization,
    NoSink,
    Options,
    PoolRules,
    PreflightReport,
    UnknownColumns,
    preflight,
)
from cognito_drop.core.rows.preflight_report import Columns, PresetReport
from tests.unit.samples import pool

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import SourceJson, WarningJson

FILE = (
    "\ufeffUsername;E-Mail;email_verified\r\n"
    "canary;canary@example.com;TRUE\r\n"
    "\r\n"
    "canary2; canary2@example.com;false\r\n"
    "canary3;canary;true\r\n"
    "canary;canary@example.com;1\r\n"
).encode()


def _report(file: bytes = FILE) -> PreflightReport:
    rules = PoolRules.of(pool().description, pool().columns)
    return preflight([file], rules, Options(), NoSink())


def test_it_has_kinds_counts_codes_and_lines() -> None:
    """Every member, for a file with a bit of everything."""
    found = preflight_json(_report())
    assert found["blank_lines"] == 1
    assert found["dialect"] == {
        "encoding": "utf-8", "byte_order_mark": True, "separator": ";", "quoting": "quotes", "line_end": "CRLF",
        "dates": "unknown",
    }  # fmt: skip
    assert found["columns"] == {
        "renamed": {"Username": "cognito:username", "E-Mail": "email"},
        "added": ["name", "cognito:mfa_enabled"],
        "left_out": [],
    }
    assert [(part["number"], part["rows"]) for part in found["parts"]] == [(1, 1)]
    assert {(reason["code"], reason["count"], *reason["first_lines"]) for reason in found["reasons"]} == {
        ("not_verified", 1, 4), ("email_invalid", 1, 5), ("duplicate", 1, 6),
    }  # fmt: skip
    settings = {reason["code"]: reason["setting"] for reason in found["reasons"]}
    assert settings == {"not_verified": "AutoVerifiedAttributes", "email_invalid": None, "duplicate": None}


def test_the_dialect_can_be_read_back() -> None:
    """The report reads the file again with it."""
    report = _report()
    assert Dialect.from_json(json.loads(json.dumps(preflight_json(report)))["dialect"]) == report.dialect


def test_it_names_no_value() -> None:
    """Usernames that were drawn to be looked up are not in it."""
    report = _report()
    assert "canary" in report.sample
    assert "canary" not in json.dumps(preflight_json(report))


def test_every_kind_of_change_has_a_sentence() -> None:
    """A kind that is added gets its words with it."""
    report = PreflightReport(normalized=dict.fromkeys(Normalization, 2))
    found = preflight_json(report)["normalized"]
    assert [(entry["kind"], entry["count"]) for entry in found] == [(kind.value, 2) for kind in Normalization]
    assert all(entry["message"] for entry in found)
    dates = [
        preflight_json(PreflightReport(normalized={Normalization.DATE: count}))["normalized"][0]["message"]
        for count in (1, 2)
    ]
    converted = "converted from yyyy-mm-dd to mm/dd/yyyy"
    assert dates == [f"date was {converted}", f"dates were {converted}"]


def test_columns_that_were_left_out_are_counted_and_named() -> None:
    """But for old IDs, which are read later."""
    rules = PoolRules.of(pool().description, pool().columns)
    file = b"cognito:username,email,email_verified,old_id,Dept,Room\nada,ada@example.com,true,7,x,y\n"
    report = preflight([file], rules, Options(unknown_columns=UnknownColumns.LEAVE_OUT), NoSink())
    (warning,) = left_behind(report)
    assert warning["message"] == "2 columns not imported: Dept, Room."


def test_values_that_were_left_out_are_counted_with_their_reason_and_lines() -> None:
    """The warning says all that is needed to correct them."""
    rules = PoolRules.of(pool().description, pool().columns)
    rows = "".join(f'user{number},user{number}@example.com,true,"a ""name"""\n' for number in range(2))
    file = f"cognito:username,email,email_verified,name\n{rows}".encode()
    report = preflight([file], rules, Options(bad_optional_values=BadOptionalValues.LEAVE_OUT), NoSink())
    (warning,) = left_behind(report)
    assert (warning["code"], warning["count"]) == ("values_left_out", 2)
    assert warning["message"].startswith("2 values of name left out: name contains a quotation mark")
    assert warning["message"].endswith(". Lines: 2, 3.")


def test_a_file_that_is_none_has_neither_dialect_nor_rows() -> None:
    """Nothing was read of it."""
    found = preflight_json(_report(b"\x1f\x8b canary"))
    assert (found["dialect"], found["parts"], found["reasons"], found["normalized"]) == (None, [], [], [])


def _said_of(number: int, line: str) -> list[WarningJson]:
    """Of a file that has so much of everything; without a status if it was read by a preset."""
    columns = ("status",) if number == 1 else ("status", "blocked")
    report = PreflightReport(
        preset=PresetReport("auth0", Records(), {"mfa": number, "roles": number + 1}, ("a.b", "c\n"))
        if line == "record" else None,
        normalized={Normalization.PHONE_REGION: number}, columns=Columns(left_out=columns),
        look_alikes=number, first_look_alike=(7, 2), placeholders={"email": number}, damaged={"name": number},
    )  # fmt: skip
    return left_behind(report)


class Records:
    """The source of an export in JSON."""

    is_json = True

    def to_json(self) -> SourceJson:
        """It is not looked at."""
        raise NotImplementedError


def test_warnings_say_what_they_count_in_whole_sentences() -> None:
    """Of one value and of many."""
    phones = "had no country code, and the pool's phone_region was used. Make sure that none is of another region."
    look_alike = "only in Unicode normalization, first in line 7 (earlier: 2); all are imported."
    damaged = "(such as M\u00c3\u00bcller, &amp;, or 4.9E+11); they are not corrected."
    none = "(such as NULL or N/A); values are imported unchanged."
    mapping = "A mapping with `disabled` keeps them out."
    assert _said_of(1, "line") == [
        {"code": "phone_region", "message": f"1 phone number {phones}", "count": 1},
        {"code": "columns_left_out", "message": "1 column not imported: status."},
        {"code": "status_left_out", "message": f"status was not read: users whom it shuts out are imported. {mapping}"},
        {"code": "look_alikes", "message": f"1 username differs from an earlier one {look_alike}", "count": 1},
        {"code": "placeholders", "message": f"1 value looks like a placeholder in email {none}"},
        {"code": "damaged_values", "message": f"1 value looks damaged by a program in name {damaged}"},
    ]
    status = "status, blocked were not read: users whom they shut out are imported."
    assert _said_of(2000, "line") == [
        {"code": "phone_region", "message": f"2,000 phone numbers {phones}", "count": 2000},
        {"code": "columns_left_out", "message": "2 columns not imported: status, blocked."},
        {"code": "status_left_out", "message": f"{status} {mapping}"},
        {"code": "look_alikes", "message": f"2,000 usernames differ from an earlier one {look_alike}", "count": 2000},
        {"code": "placeholders", "message": f"2,000 values look like placeholders in email {none}"},
        {"code": "damaged_values", "message": f"2,000 values look damaged by a program in name {damaged}"},
    ]


def test_warnings_of_an_export_begin_with_what_is_left_behind() -> None:
    """The most frequent first. The preset has read a status, and places are numbers of records."""
    found = _said_of(1, "record")
    assert found[:3] == [
        {"code": "roles", "message": f"2 users {SAID[Note.ROLES]}", "count": 2},
        {"code": "mfa", "message": f"1 user {SAID[Note.MFA]}", "count": 1},
        {"code": "mapping_not_found", "message": "no record has what the mapping reads: a.b, c ."},
    ]
    rest = [{**one, "message": one["message"].replace(" record ", " line ")} for one in found[3:]]
    assert rest == [one for one in _said_of(1, "line") if one["code"] != "status_left_out"]
    assert "record 7" in str(found)


def test_memberships_are_counted_with_their_time_and_the_users_whom_they_make_active() -> None:
    """Known users count where they are added; memberships that are not allowed take no time."""
    report = PreflightReport(memberships=50, not_allowed=10, members=12, known_members=5)
    for adds, users in ((True, 17), (False, 12)):
        assert memberships_json(report, CallRate(10), "LITE", adds_known_users=adds) == {
            "total": 50, "not_allowed": 10, "seconds": CallRate(10).seconds_for(40),
            "active_users": active_users_json(users, "LITE"),
        }  # fmt: skip
    assert memberships_json(PreflightReport(), CallRate(10), "LITE", adds_known_users=True) is None
