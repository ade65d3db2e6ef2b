"""A short run of the fuzzer, with a seed of its own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_drop.core.rows import Options, PreflightReport, preflight
from tests.fuzz import engine
from tests.fuzz.engine import BrokenPromiseError, run


@pytest.mark.parametrize("inputs", [1000, pytest.param(20_000, marks=pytest.mark.nightly)])
def test_broken_files_break_no_promise(inputs: int) -> None:
    """No broken file crashes it, holds it up, or loses a row."""
    assert sum(1 for _ in run(seed=2026, inputs=inputs)) == inputs


@settings(max_examples=300)
@given(st.binary(max_size=2000))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    """Whatever it is: a problem, or rows."""
    report = preflight([content], engine._POOLS[0], Options(), engine._Lines([]))  # noqa: SLF001
    assert report.problem is not None or report.rows > 0


def test_a_lost_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer sees an engine that loses rows, and says with which file."""

    def losing(*arguments: object) -> PreflightReport:
        report = preflight(*arguments)  # type: ignore[arg-type]
        return report if report.problem else PreflightReport(dialect=report.dialect, rows=report.rows)

    monkeypatch.setattr(engine, "preflight", losing)
    with pytest.raises(BrokenPromiseError) as caught:
        list(run(seed=1, inputs=1000))
    assert "of seed 1" in caught.value.__notes__[0]
