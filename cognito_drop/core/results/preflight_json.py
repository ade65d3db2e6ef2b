"""What a preflight has found, in the shape of `summary.json`: counts, kinds, codes and lines, never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.pools.active_users import active_users_json
from cognito_drop.core.presets import Source
from cognito_drop.core.presets.notes import SAID, Note
from cognito_drop.core.presets.old_ids import OLD_ID
from cognito_drop.core.results.wording import line_numbers
from cognito_drop.core.rows import Normalization
from cognito_drop.core.rows.header_words import status_word
from cognito_drop.core.rows.layout import is_of_groups, is_of_hashes
from cognito_drop.core.sign_in.wording import ways_json
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.names import named
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.core.pools.call_rate import CallRate
    from cognito_drop.core.pools.lookup import LookupPlan
    from cognito_drop.core.results.summary_json import (
        FoundMembershipsJson,
        FoundPartJson,
        FoundReasonJson,
        LookupJson,
        PreflightJson,
        PresetJson,
    )
    from cognito_drop.core.rows import Part, PreflightReport, Reason
    from cognito_drop.core.text.json_types import SourceJson, WarningJson

VALUES_LEFT_OUT: Final = "values_left_out"
"""The code of the warning about badly written optional values."""
_SAID: Final = {
    Normalization.TRIMMED: ("value had", "values had", "leading or trailing spaces removed"),
    Normalization.INVISIBLE: (
        "byte of invisible characters, such as byte order marks, was",
        "bytes of invisible characters, such as byte order marks, were",
        "removed",
    ),
    Normalization.APOSTROPHE: (
        "value had",
        "values had",
        "an apostrophe removed that the program put before every text",
    ),
    Normalization.FORMULA: ("value had", "values had", 'surrounding ="…" removed, as spreadsheets write text'),
    Normalization.EMAIL: (
        "email address had",
        "email addresses had",
        "surrounding brackets, quotation marks, or separators removed",
    ),
    Normalization.BOOLEAN: (
        "true or false value was",
        "true and false values were",
        "converted to the form that Cognito reads",
    ),
    Normalization.DATE: ("date was", "dates were", "converted from yyyy-mm-dd to mm/dd/yyyy"),
    Normalization.DAY_FIRST: ("date was", "dates were", "converted from day first to mm/dd/yyyy"),
    Normalization.PHONE: ("phone number was", "phone numbers were", "converted to + and digits"),
    Normalization.PHONE_REGION: (
        "phone number without a country code was",
        "phone numbers without a country code were",
        "converted to + and digits",
    ),
    Normalization.MILLISECONDS: ("time was", "times were", "converted from milliseconds to seconds"),
    Normalization.SIGN_IN_ATTRIBUTE: (
        "email address or phone number was",
        "email addresses or phone numbers were",
        "filled in from the username",
    ),
}
"""Of one value, of several, and what was done with them."""


def preflight_json(report: PreflightReport) -> PreflightJson:
    """The report's pieces of the summary; the sample of usernames is no part of it."""
    columns, dialect = report.columns, report.dialect
    return {
        "blank_lines": report.blank_lines,
        "dialect": dialect.to_json() if dialect else None,
        "source": source_json(report),
        "columns": {
            "renamed": dict(columns.renamed),
            "added": list(columns.added),
            "left_out": list(columns.left_out),
        },
        "normalized": [
            {"kind": kind.value, "count": count, "message": _said(kind, count)}
            for kind, count in report.normalized.items()
        ],
        "reasons": [_reason(reason) for reason in report.reasons],
        "parts": [_part(part) for part in report.parts],
        "ways_in": None if report.ways is None else ways_json(report.ways),
    }


def _said(kind: Normalization, count: int) -> str:
    one, many, done = _SAID[kind]
    return f"{one if count == 1 else many} {done}"


def source_json(report: PreflightReport) -> SourceJson | None:
    """How the records of the file are found again; None where it could not be read as rows."""
    if report.preset:
        return report.preset.source.to_json()
    return Source.of_users(report.dialect, report.width).to_json() if report.dialect else None


def preset_json(report: PreflightReport) -> PresetJson | None:
    """What is said of a file that another system has written: the preset, the format, and what a place is."""
    found = report.preset
    if found is None:
        return None
    return {
        "name": found.name,
        "format": "json" if found.source.is_json else "csv",
        "lines_are": "records" if found.source.is_json else "lines",
    }


def lookup_json(plan: LookupPlan, known: int) -> LookupJson:
    """What was called how often, and how many users were known."""
    return {"by": plan.by.value, "calls": plan.calls, "seconds": plan.seconds, "known": known}


def memberships_json(
    report: PreflightReport, rate: CallRate, tier: str | None, *, adds_known_users: bool
) -> FoundMembershipsJson | None:
    """How many memberships in groups the file has, in how many seconds they are added, and how many users that makes
    monthly active users, at which cost in a pool of this tier; None where it has none."""
    if not report.memberships:
        return None
    users = report.members + (report.known_members if adds_known_users else 0)
    return {
        "total": report.memberships,
        "not_allowed": report.not_allowed,
        "seconds": rate.seconds_for(report.memberships - report.not_allowed),
        "active_users": active_users_json(users, tier),
    }


def left_behind(report: PreflightReport) -> list[WarningJson]:
    """What is not carried over, or was decided for the users, as warnings; the most frequent first."""
    notes, unfound = (report.preset.notes, report.preset.unfound) if report.preset else ({}, ())
    found: list[WarningJson] = [
        {"code": note, "message": f"{count:,} {'user' if count == 1 else 'users'} {SAID[Note(note)]}", "count": count}
        for note, count in sorted(notes.items(), key=lambda item: (-item[1], item[0]))
    ]
    if unfound:
        shown = ", ".join(printable(path) for path in unfound)
        found.append({"code": "mapping_not_found", "message": f"no record has what the mapping reads: {shown}."})
    found += map(_left_out, report.left_out_values)
    if local := report.normalized.get(Normalization.PHONE_REGION):
        said = "had no country code, and the pool's phone_region was used. Make sure that none is of another region."
        message = f"{counted(local, 'phone number')} {said}"
        found.append({"code": Normalization.PHONE_REGION.value, "message": message, "count": local})
    is_read_later = report.preset is None  # `ids` reads old IDs
    if columns := [
        name
        for name in report.columns.left_out
        if not (is_of_hashes(name) or is_of_groups(name) or (is_read_later and name == OLD_ID))
    ]:
        message = f"{counted(len(columns), 'column')} not imported: {named(columns)}."
        found.append({"code": "columns_left_out", "message": message})
    if status := [] if report.preset else list(filter(status_word, columns)):
        read, shuts = ("was", "it shuts") if len(status) == 1 else ("were", "they shut")
        message = f"{named(status)} {read} not read: users whom {shuts} out are imported."
        found.append({"code": "status_left_out", "message": f"{message} A mapping with `disabled` keeps them out."})
    if count := report.look_alikes:
        line, other = report.first_look_alike
        unit = "record" if report.preset and report.preset.source.is_json else "line"
        differs = "username differs" if count == 1 else "usernames differ"
        said = f"{count:,} {differs} from an earlier one only in Unicode normalization, first in {unit} {line}"
        found.append(
            {"code": "look_alikes", "message": f"{said} (earlier: {other}); all are imported.", "count": count}
        )
    if column := report.unclear_dates:
        said = (
            f"{named([column])} has dates such as 03/04/1990, and none shows which number is the month: they were read"
        )
        fix = "If the day comes first, write them as yyyy-mm-dd."
        found.append({"code": "dates_month_first", "message": f"{said} with the month first, as mm/dd/yyyy. {fix}"})
    for column, count in report.placeholders.items():
        value = "value looks like a placeholder" if count == 1 else "values look like placeholders"
        said = f"{count:,} {value} in {column} (such as NULL or N/A); values are imported unchanged."
        found.append({"code": "placeholders", "message": said})
    for column, count in report.damaged.items():
        value = "value looks" if count == 1 else "values look"
        said = f"{count:,} {value} damaged by a program in {column} (such as M\u00c3\u00bcller, &amp;, or 4.9E+11)"
        found.append({"code": "damaged_values", "message": f"{said}; they are not corrected."})
    return found


def _left_out(reason: Reason) -> WarningJson:
    """Of badly written optional values."""
    where = line_numbers(_reason(reason), len(reason.first_lines))
    said = f"{counted(reason.count, 'value')} of {reason.column} left out: {reason.sentence} Lines: {where}."
    return {"code": VALUES_LEFT_OUT, "message": said, "count": reason.count}


def _part(part: Part) -> FoundPartJson:
    found: FoundPartJson = {"number": part.number, "rows": part.rows, "bytes": part.bytes}
    return {**found, "algorithm": part.algorithm.value} if part.algorithm else found


def _reason(reason: Reason) -> FoundReasonJson:
    return {
        "code": reason.code.value,
        "message": reason.sentence,
        "hint": reason.hint,
        "count": reason.count,
        "first_lines": list(reason.first_lines),
        "setting": reason.setting or None,
    }
