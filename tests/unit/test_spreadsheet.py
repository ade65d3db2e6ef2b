"""Tables for people are safe to open in a spreadsheet, and programs get the texts back."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.members.memberships import NOT_KNOWN, MembershipResult, as_csv
from cognito_drop.core.text.spreadsheet import PeoplesTable, guarded, restored

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "\uff1d1",
    " =1",
    "'=1",
    "''=1",
    "' =1",
    "a;=1",
    "a;'-1",
    "a\n@b",
)
HARMLESS = ("", "a", "'a", "it's", "a=b", "a, -b", "1-2", "a@example.com", "'", "a;b", "2024-01-01")


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_a_text(cell: str) -> None:
    """Wherever a spreadsheet may begin a cell, and the text comes back."""
    shown = guarded(cell)
    assert not any(
        re.match(r"[\s\xa0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]", piece) for piece in [shown, *shown.split(";")]
    )
    assert restored(shown) == cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_other_texts_stay(cell: str) -> None:
    """As they are, both ways."""
    assert guarded(cell) == restored(cell) == cell


@given(st.text(alphabet=st.sampled_from("=+-@'\";, \t\r\n\uff1da"), max_size=12) | st.text())
def test_every_text_comes_back(cell: str) -> None:
    """Also through a CSV file."""
    assert restored(guarded(cell)) == cell
    target = io.StringIO(newline="")
    PeoplesTable(target).add(1, cell)
    assert [restored(one) for one in next(csv.reader(io.StringIO(target.getvalue(), newline="")))] == ["1", cell]


def test_groups_are_written_so() -> None:
    """Their names come from the file."""
    assert as_csv([MembershipResult(2, "=HYPERLINK(1)", NOT_KNOWN)]).startswith(b"2,'=HYPERLINK(1),")
