"""The page on files and rows names what the code knows."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from cognito_drop.core.rows import Normalization, RejectionCode
from cognito_drop.core.rows.header_words import ALIASES
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.rows.wording import of_many, rejection

PAGE = Path(__file__).parents[3] / "docs" / "file-format.md"


def test_every_code_alias_and_kind_is_documented() -> None:
    """A reader finds each code that a report can have, each name that is understood, each change that is made."""
    page = PAGE.read_text(encoding="utf-8")
    aliases = {alias for names in ALIASES.values() for alias in names.split()}
    named = {*(f"`{code}`" for code in RejectionCode), *(f"`{kind}`" for kind in Normalization), *aliases}
    assert {name for name in named if name not in page} == set()


def test_every_code_has_words() -> None:
    """Each has a sentence and a hint, for one row and for many, with nothing left to fill in."""
    for code, bound in product(RejectionCode, ("12", "")):
        one, many = rejection(2, Fault(code, "name", bound, 7)), of_many(Fault(code, "name", bound, 7))
        for text in (one.sentence, one.hint, many.sentence, many.hint, many.setting):
            assert "{" not in text
        assert one.sentence
        assert one.hint
