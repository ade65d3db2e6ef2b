"""Files of broken records: what is known of a line without its values is what its values say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.presets import Source, preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, Options, PoolRules, broken_records, window_records
from cognito_drop.core.rows.window_lines import WindowLines
from tests.property.test_against_cognito import SETTINGS
from tests.unit.rows.files import Kept, cut
from tools.bench.files import COLUMNS, POOL
from tools.bench.hostile import HEADERS

if TYPE_CHECKING:
    from cognito_drop.contract.preset_names import PresetName
    from cognito_drop.core.rows.records import Record

RULES = PoolRules.of(POOL, COLUMNS, HashPolicy.of(None))
_USER = st.integers(0, 9).map(lambda number: f"user{number},user{number}@example.com,Given,Family,ACTIVE")
_SIGNS = st.text(st.sampled_from('a",\\ \t(\x00\u00a0\u200b@1#'), max_size=8)
_RUNS = st.tuples(st.one_of(_USER, _SIGNS, _SIGNS.map("#".__add__), st.just("x" * 300)), st.integers(1, 30))
_FILES = st.lists(_RUNS, min_size=1, max_size=8).map(
    lambda runs: "".join(f"{line}\n" * count for line, count in runs).encode()
)


def _outcome(preset: PresetName | None, content: bytes, chunk: int) -> tuple[object, ...]:
    """All that anybody sees of the check, and of the rows as they are read again."""
    sink = Kept()
    given = preset_of(preset) if preset else None
    report = preflight_file(cut(content, chunk), given, RULES, Options(block_bytes=chunk), sink)
    rows: list[object] = []
    if report.problem is None and report.dialect:
        kept = (
            report.preset.source.to_json() if report.preset else Source.of_users(report.dialect, report.width).to_json()
        )
        rows = list(Source.from_json(kept).records(cut(content, chunk))[1])
    return report, sink.parts, sink.rejections, rows


@pytest.mark.parametrize("preset", HEADERS)
@SETTINGS
@given(content=_FILES, longest=st.sampled_from([20, 200, 16_000]), chunk=st.sampled_from([9, 400, 1 << 18]))
def test_reading_the_values_of_every_line_changes_nothing(
    preset: PresetName | None, content: bytes, longest: int, chunk: int
) -> None:
    """The same rows, verdicts, and lines of each, also where lines are looked at one by one."""
    content = HEADERS[preset] + content

    def by_values(self: Source, row: Record) -> tuple[int, int]:
        values = self.values(row)
        return (self.width, 0) if values is None else broken_records.fields_in(values, self.width)

    with (
        mock.patch.object(broken_records, "LONGEST", longest),
        mock.patch.object(window_records, "LONGEST", longest),
    ):
        counted = _outcome(preset, content, chunk)
        with (
            mock.patch.object(WindowLines, "_counted", return_value=None),
            mock.patch.object(Source, "_fields", by_values),
            mock.patch.object(broken_records, "_AT_ONCE", 0),
        ):
            assert _outcome(preset, content, chunk) == counted
