"""Texts from outside in one line of characters that can be seen."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.text.printable import REPLACEMENT, printable, printable_ascii
from tests.unit.nasty_names import NASTY

any_text = st.text(st.characters(exclude_categories=[])) | st.sampled_from(sorted(NASTY.values()))


@given(any_text)
def test_nothing_breaks_the_line_turns_it_or_is_unseen(text: str) -> None:
    """No character of a category that is not drawn, and no blank but the common one."""
    for character in printable(text):
        assert unicodedata.category(character)[0] in "LMNPS" or character == " "
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }


@given(any_text)
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    """Doing it twice is doing it once."""
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    "name", ["users.csv", "Kundë-ñame-顧客-🙂.csv", "משתמשים.csv", "café.csv", "हिन्दी.csv", "ไฟล์.csv"]
)
def test_names_of_all_scripts_are_shown_as_they_are(name: str) -> None:
    """People name files in their own script."""
    assert printable(name) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\tc\u2028d\u3000e", "a  b c d e"),
        ("\u202egpj.\u200f\u2066", f"{REPLACEMENT}gpj.{REPLACEMENT}{REPLACEMENT}"),
        ("a\x00b\x7f\ud800\ue000\uffff", f"a{REPLACEMENT}b{REPLACEMENT * 4}"),
        ("z\u200bero", f"z{REPLACEMENT}ero"),
        ("\u3164\u2800", REPLACEMENT * 2),
        ("u" + "\u0301" * 50, "u" + "\u0301" * 4),
    ],
)
def test_what_does_harm_is_seen_to_be_there(text: str, shown: str) -> None:
    """One mark for one character; line breaks and blanks of all kinds become blanks."""
    assert printable(text) == shown


@given(any_text, st.integers(2, 20))
def test_a_long_text_is_cut_with_an_ellipsis(text: str, longest: int) -> None:
    """Never longer than asked for, and whole where it fits."""
    shown, whole = printable(text, longest), printable(text)
    assert len(shown) <= longest
    assert shown == whole if len(whole) <= longest else shown == whole[: longest - 1] + "…"


@given(any_text)
def test_ascii_is_ascii(text: str) -> None:
    """From blank to tilde, whatever the text is."""
    assert re.fullmatch(r"[ -~]*", printable_ascii(text))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("users 2026-01.csv", "users 2026-01.csv"),
        ("Kundë-ñame.csv", "Kunde-name.csv"),
        ("Straße\N{EN DASH}Łódź “x”.csv", 'Strasse-Lodz "x".csv'),
        ("Отчёт за Июль.csv", "Otchet za Iyul.csv"),
        ("Шаг-їжак.csv", "Shag-izhak.csv"),
        ("Πελάτες.csv", "Pelates.csv"),
        ("\uff46\uff55\uff4c\uff4c.csv", "full.csv"),
        ("顧客🙂.csv", "???.csv"),
        ("a\u202eb\nc", "a?b c"),
    ],
)
def test_names_stay_recognizable_in_ascii(text: str, plain: str) -> None:
    """Accents are dropped, Cyrillic and Greek are written in Latin, the rest is marked."""
    assert printable_ascii(text) == plain
