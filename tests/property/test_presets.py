"""No record of an export is lost, whatever its fields hold and however the file arrives."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.presets.recognition import fits, names_in
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.rows import Dialect, LineEnd, Options, Quoting, records
from cognito_drop.core.rows.reading import QuoteState, split_escaped, split_quoted
from cognito_drop.core.text.problem import ProblemCode
from tests.property.cognito import Cognito, Fate, read_part
from tests.property.pools import GeneratedPool, make_pool, plans
from tests.property.test_against_cognito import SETTINGS
from tests.unit.rows.files import Kept, Outcome, cut

_NAMES = (
    "user_id username email email_verified phone_number phone_verified name blocked identities "
    "multifactor app_metadata passwordHash identifiers _id alt_id localId emailVerified displayName "
    "phoneNumber disabled providerUserInfo status login firstName mobilePhone timezone id enabled "
    "attributes credentials realmRoles serviceAccountClientId encrypted_password email_confirmed_at "
    "raw_app_meta_data raw_user_meta_data banned_until phone phone_confirmed_at primary_email_address "
    "verified_email_addresses password_digest password_hasher totp_secret Username Attributes Enabled "
    "UserStatus"
).split()
_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "ada@example.com",
            "eve@example.com",
            "+14155550100",
            "true",
            "$2b$10$" + "a" * 53,
            "bcrypt",
            '{"a": 1}',
            "ada",
            "[1",
        ]
    ),
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(_TEXTS, st.sampled_from(["Name", "Value", "type", "value", "verified", "$oid"])),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)
_RECORDS = st.lists(
    st.one_of(st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=8), _JSON), min_size=1, max_size=6
)


def _checked(pool: GeneratedPool, preset: str, content: bytes, chunk: int) -> Outcome:
    sink = Kept()
    chunks = cut(content, chunk)
    return Outcome(preflight_file(chunks, preset_of(preset), pool.rules, Options(max_part_rows=2), sink), sink)


def _accounted(outcome: Outcome) -> list[int]:
    """The places of all records, accepted and rejected."""
    accepted = chain.from_iterable(
        range(first, first + count) for part in outcome.report.parts for _, first, count in part.segments
    )
    return sorted(chain(accepted, {row.line for row in outcome.sink.rejections}))


def _written(data: st.DataObject, listed: list[Any], records_in: str | None) -> str:
    """The records in one of the layouts that are read."""
    indent = data.draw(st.sampled_from([None, 1]))
    layout = data.draw(st.sampled_from(["lines", "list", "document"]))
    if layout == "list" or (layout == "document" and records_in is None):
        return json.dumps(listed, indent=indent)
    if layout == "document":
        return json.dumps({"a": data.draw(_JSON), records_in: listed, "z": data.draw(_JSON)}, indent=indent)
    if not isinstance(listed[0], dict):  # the first sign says whether it is a list
        listed[0] = {}
    return "\n".join(json.dumps(record) for record in listed)


@SETTINGS
@given(st.data())
def test_every_json_record_is_accepted_or_rejected(data: st.DataObject) -> None:
    """Once each, by its number; and what is accepted Cognito imports."""
    pool = make_pool(data.draw(plans()))
    preset = data.draw(st.sampled_from(sorted(PRESETS)))
    listed: list[Any] = data.draw(_RECORDS)
    content = _written(data, listed, PRESETS[preset].records_in).encode()
    outcome = _checked(pool, preset, content, data.draw(st.sampled_from([1, 5, 1 << 16])))
    if outcome.report.problem:  # the pool asks for a column that the preset does not fill; no record is of its system
        has_lists = content.startswith(b"[") and isinstance(listed[0], list)  # it is refused as a list of lists
        records = [record for record in listed if isinstance(record, dict) and not has_lists]
        is_own = any(fits(PRESETS[preset], names_in(record)) for record in records)
        codes = {ProblemCode.MISSING_COLUMNS, ProblemCode.STATUS_NOT_READ}  # another system's status is a name too
        assert outcome.report.problem.code in (codes if is_own else codes | {ProblemCode.WRONG_EXPORT})
        return
    assert _accounted(outcome) == list(range(1, len(listed) + 1))
    assert outcome.report.rows == len(listed)
    _assert_imported(pool, outcome)


@SETTINGS
@given(st.data())
def test_every_csv_record_is_accepted_or_rejected(data: st.DataObject) -> None:
    """Once each, by its line, with quoted line breaks and all."""
    pool = make_pool(data.draw(plans()))
    preset = data.draw(st.sampled_from(["okta", "supabase", "clerk", "auth0"]))
    names = data.draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=2, max_size=6))
    rows = data.draw(st.lists(st.lists(_TEXTS, min_size=len(names), max_size=len(names)), min_size=1, max_size=5))
    rows = [["x", *row[1:]] for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    content = text.getvalue().replace("\r", "").replace("\0", "").encode(errors="ignore")
    outcome = _checked(pool, preset, content, data.draw(st.sampled_from([1, 5, 1 << 16])))
    if outcome.report.problem is None:
        assert outcome.report.rows == len(rows) == len(set(_accounted(outcome)))
    _assert_imported(pool, outcome)


@SETTINGS
@given(st.data())
def test_rows_that_are_read_quickly_are_read_right(data: st.DataObject) -> None:
    """What is rewritten a block at a time has the very values that the row has by itself."""
    separator = data.draw(st.sampled_from([",", ";", "\t"]))
    signs = st.sampled_from(list(f'{separator},;"\\\x01\0 aÄ'))
    rows = data.draw(st.lists(st.lists(st.text(signs, max_size=5), min_size=2, max_size=4), min_size=1, max_size=5))
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    content = data.draw(st.sampled_from([text.getvalue(), "\n".join(separator.join(row) for row in rows)]))
    end = data.draw(st.sampled_from(list(LineEnd)))
    dialect = Dialect(separator=separator, quoting=Quoting.QUOTES, line_end=end)
    chunks = cut(content.replace("\n", end.terminator.decode()).encode(), data.draw(st.sampled_from([1, 5, 1 << 16])))
    for row in records(chunks, dialect, with_header=True):
        if row.plain is not None:
            assert row.quotes is QuoteState.WHOLE
            assert split_escaped(row.plain.decode()) == split_quoted(row.raw.decode(), separator)


def _assert_imported(pool: GeneratedPool, outcome: Outcome) -> None:
    """Cognito takes every row that was accepted."""
    for part in outcome.sink.parts:
        columns, rows = read_part(part)
        taken = Cognito(pool, columns)
        assert [taken.take(row) for row in rows] == [Fate.IMPORTED] * len(rows)
