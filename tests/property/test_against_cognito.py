"""What the preflight accepts Cognito imports, what Cognito fails the preflight rejects.

Where the preflight is stricter than localcloud's Cognito, it is so by a name in STRICTER.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cognito_drop.core.rows import Options, Quoting, RejectionCode, Undocumented, preflight
from cognito_drop.core.rows.values import Normalization
from cognito_drop.core.text.invisible import visible
from localcloud.cognito_import.dialect import Dialect
from tests.property.cognito import Cognito, Fate, in_cognitos_dialect, read_part
from tests.property.pools import GeneratedPool, make_pool, plans
from tests.property.rows import tables
from tests.unit.rows.files import Kept, Outcome, cut

if TYPE_CHECKING:
    from collections.abc import Iterable

STRICTER = {
    RejectionCode.BACKSLASH_IN_VALUE: "what a backslash means that escapes no comma is not documented",
    RejectionCode.QUOTE_IN_VALUE: "AWS asks for files without quotation marks",
    RejectionCode.CONTROL_CHARACTER: "they are unintended, and what Cognito makes of them is not documented",
    RejectionCode.LINE_BREAK_IN_VALUE: "a carriage return is the end of a line to many readers",
    RejectionCode.UPDATED_AT_INVALID: "20240131 is a number, and a date",
}
"""Rejected although localcloud's Cognito, which takes every character as it is, would import the row."""

READINGS = [Dialect(quotes, backslashes) for quotes in (False, True) for backslashes in (False, True)]
"""How Cognito may read what AWS does not document."""
SETTINGS = settings(max_examples=50, suppress_health_check=list(HealthCheck))
"""`make nightly` runs the same properties with more examples: test_at_length.py."""


def check(pool: GeneratedPool, content: bytes, chunk: int = 1 << 20, **options: object) -> Outcome:
    """The preflight of a file for a generated pool."""
    sink = Kept()
    return Outcome(preflight(cut(content, chunk), pool.rules, Options(**options), sink), sink)  # type: ignore[arg-type]


def escaped(pool: GeneratedPool, table: Iterable[list[str]]) -> str:
    """The table as a file in Cognito's dialect."""
    return "".join(f"{in_cognitos_dialect(row)}\n" for row in [list(pool.columns), *table])


def accepted_lines(outcome: Outcome) -> list[int]:
    """The lines of the file that came into a part, in the order of the parts."""
    segments = [segment for part in outcome.report.parts for segment in part.segments]
    return [line for _, first, count in segments for line in range(first, first + count)]


@SETTINGS
@given(st.data())
def test_what_is_accepted_is_imported_and_what_cognito_fails_is_rejected(data: st.DataObject) -> None:
    """No false accept; no false reject but for the listed ones; a duplicate is what Cognito would skip."""
    pool = make_pool(data.draw(plans()))
    table = data.draw(tables(pool))
    outcome = check(pool, escaped(pool, table).encode())
    assert outcome.report.dialect
    if outcome.report.dialect.quoting is Quoting.QUOTES:
        # A value that starts with a quotation mark makes it an ordinary CSV file, with other values.
        cognito = Cognito(pool, pool.columns)
        assert all(cognito.take(row) is Fate.IMPORTED for part in outcome.sink.parts for row in read_part(part)[1])
        return
    rejected = {row.line: row.code for row in outcome.sink.rejections}
    emitted = iter([row for part in outcome.sink.parts for row in read_part(part)[1]])
    cognito = Cognito(pool, pool.columns)
    for line, values in enumerate(table, 2):
        given_row = in_cognitos_dialect(values)
        if not given_row.strip():
            continue
        if line not in rejected:
            assert cognito.take(next(emitted)) is Fate.IMPORTED
        elif rejected[line] not in STRICTER:
            expected = Fate.SKIPPED if rejected[line] is RejectionCode.DUPLICATE else Fate.FAILED
            fate = cognito.take(given_row)
            # A duplicate may have become one by what was normalized in it, and Cognito fails it as it stands.
            assert fate in ({expected, Fate.FAILED} if expected is Fate.SKIPPED else {expected}), rejected[line]
    assert next(emitted, None) is None


@SETTINGS
@given(st.data())
def test_with_undocumented_signs_passed_the_two_agree(data: st.DataObject) -> None:
    """Then only control characters, carriage returns, backslashes, and commas in an address are judged differently."""
    pool = make_pool(data.draw(plans()))
    table = data.draw(tables(pool, most=3))
    outcome = check(pool, escaped(pool, table).encode(), undocumented=Undocumented.PASS)
    assume(outcome.report.dialect and outcome.report.dialect.quoting is not Quoting.QUOTES)
    for row in outcome.sink.rejections:
        values = Dialect().split(escaped(pool, table).split("\n")[row.line - 1])
        fate = Cognito(pool, pool.columns).take(in_cognitos_dialect(values))
        if row.code in {RejectionCode.DUPLICATE, RejectionCode.ALIAS_TAKEN}:
            assert fate in {Fate.IMPORTED, Fate.FAILED}
        elif row.code is RejectionCode.BACKSLASH_IN_VALUE:
            assert any(value.endswith("\\") or "\\," in value for value in values)
        elif row.code is RejectionCode.WRONG_FIELD_COUNT:  # an invisible character after a backslash is left out
            assert fate is Fate.FAILED or any(visible(value).endswith("\\") for value in values)
        elif row.code is RejectionCode.EMAIL_INVALID:  # whether Cognito takes a comma in an address is not public
            assert fate is Fate.FAILED or any("," in value and "@" in value for value in values)
        elif row.code not in STRICTER:
            assert fate is Fate.FAILED, row.code


@SETTINGS
@given(st.data())
def test_what_is_written_reads_back_as_the_same_values(data: st.DataObject) -> None:
    """A row in which nothing was normalized has the values it was dropped with; each lies where the segments say.

    However Cognito reads quotation marks and backslashes.
    """
    pool = make_pool(data.draw(plans()))
    table = data.draw(tables(pool))
    outcome = check(pool, escaped(pool, table).encode(), max_part_rows=data.draw(st.integers(1, 4)))
    assume(outcome.report.dialect and outcome.report.dialect.quoting is not Quoting.QUOTES)
    assume(Normalization.DAY_FIRST not in outcome.report.normalized)  # all dates of a file have one order
    for part, content in zip(outcome.report.parts, outcome.sink.parts, strict=True):
        columns, rows = read_part(content)
        assert columns == list(pool.columns)
        assert len(content) == part.bytes
        for part_line, row in enumerate(rows, 2):
            line = part.segments.file_line(part_line)
            alone = check(pool, escaped(pool, [table[line - 2]]).encode())
            if not alone.report.normalized:
                given_values = [value.strip() for value in table[line - 2]]
                assert [reading.split(row) for reading in READINGS] == [given_values] * len(READINGS)


@SETTINGS
@given(st.data())
def test_every_line_has_one_outcome_however_the_file_is_written_and_cut(data: st.DataObject) -> None:
    """The same rows as quoted CSV, with semicolons and in UTF-16, in any chunks, have the same outcomes."""
    pool = make_pool(data.draw(plans()))
    table = data.draw(tables(pool))
    # What stands for itself in one of the dialects only is left out here.
    assume(not any(sign in value for row in table for value in row for sign in '\\"\r'))
    table = [row for row in table if any(value.strip() for value in row)]
    assume(table)
    plain = check(pool, escaped(pool, table).encode())
    assert sorted([*accepted_lines(plain), *{row.line for row in plain.sink.rejections}]) == list(
        range(2, len(table) + 2)
    )
    separator = data.draw(st.sampled_from([",", ";", "\t"]))
    assume(not any("\t" in value for row in table for value in row) or separator != "\t")
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if data.draw(st.booleans()) else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows([pool.columns, *table])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
    content = text.getvalue().encode(encoding)
    other = check(pool, content, data.draw(st.integers(1, 300)), block_bytes=data.draw(st.integers(1, 4000)))
    assert other.report.problem is None
    assert other.codes == plain.codes
    assert other.sink.parts == plain.sink.parts
    assert other.report.normalized == plain.report.normalized
    assert other.report.sample == plain.report.sample
    assert accepted_lines(other) == accepted_lines(plain)
