"""Values that a program has damaged on their way are counted, and a hint never leads to a wrong value."""

from __future__ import annotations

import pytest

from cognito_drop.core.results.preflight_json import left_behind
from tests.unit.rows.files import check, user_pool

HEADER = "username,email,email_verified,name,phone_number\n"


@pytest.mark.parametrize(
    ("name", "is_damaged"),
    [
        ("M\u00c3\u00bcller", True),
        *(("Gro\u00c3\u0178e", True), ("\u00c3\u2013zil", True), ("\u00c3\u2030milie", True)),
        *(("Ay\u00c5\u0178e", True), ("\u00c5\u201aukasz", True), ("I\u00c4\u00b1k", True), ("\u00c3\u02dcre", True)),
        ("Fran\ufffdois", True),
        ("\u00c5sa \u2013 \u00c4nne", False),
        ("O&#39;Neil", True),
        ("Lee &amp; Sons", True),
        ("Lee\u00c2\u00a0Ann", True),
        ("4.91702E+11", True),
        ("M\u00fcller", False),
        ("S\u00c3O", False),
        ("R&D", False),
        ("E+", False),
        ("&copy", False),
    ],
)
def test_damaged_values_are_counted(name: str, *, is_damaged: bool) -> None:
    """They are imported: what they were cannot be known for sure."""
    report = check(f"{HEADER}ann,ann@example.com,true,{name},\n").report
    assert report.accepted == 1
    assert report.damaged == ({"name": 1} if is_damaged else {})
    assert ("damaged_values" in {warning["code"] for warning in left_behind(report)}) is is_damaged


@pytest.mark.parametrize(
    "names", [("Jos\u00e9", "Jose\u0301"), ("Jose\u0301", "Jos\u00e9"), ("jose\u0301", "JOS\u00c9")]
)
def test_usernames_that_differ_in_normalization_only_are_pointed_out(names: tuple[str, str]) -> None:
    """They are two users for Cognito, and one for people; case counts only where the pool compares it."""
    rows = "".join(f"{name},u{at}@example.com,true\n" for at, name in enumerate(("ann", *names, "Zo\u00eb")))
    pool = user_pool(UsernameConfiguration={"CaseSensitive": False})
    outcome = check(f"username,email,email_verified\n{rows}", pool)
    assert (outcome.report.accepted, outcome.codes) == (4, [])
    (warning,) = [one for one in left_behind(outcome.report) if one["code"] == "look_alikes"]
    assert "1 username differs" in warning["message"]
    assert "first in line 4 (earlier: 3)" in warning["message"]
    assert check(f"username,email,email_verified\n{rows}").report.look_alikes == (names[0][0] == "J")


def test_the_hint_of_a_shortened_number_does_not_ask_for_its_country_code() -> None:
    """Its digits are gone."""
    outcome = check(f"{HEADER}ann,ann@example.com,true,Ann,4.91702E+11\n")
    assert "export it again as text: a spreadsheet has shortened it" in outcome.sink.rejections[0].hint


@pytest.mark.parametrize(
    "address",
    ["mailto:ann@example.com", "<mailto:ann@example.com?subject=Hi>", "MAILTO:ann@example.com?cc=b"],
)
def test_what_a_link_to_an_address_has_around_it_is_removed(address: str) -> None:
    """The subject is no part of the domain."""
    outcome = check(f"{HEADER}ann,{address},true,Ann,\n")
    assert outcome.report.normalized == {"email": 1}
    assert b"ann,ann@example.com,true" in outcome.sink.parts[0]
