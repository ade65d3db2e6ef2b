"""What a preflight has found, in the shape of `summary.json`."""

from __future__ import annotations

import json

from cognito_drop.core.results.preflight_json import left_behind, preflight_json
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
from tests.unit.samples import pool

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
