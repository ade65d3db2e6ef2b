"""Phone numbers without a country code, in a pool that names their region."""

from __future__ import annotations

from itertools import product

import phonenumbers
import pytest

from cognito_drop.core.rows import Normalization, RejectionCode, local_phone
from cognito_drop.core.rows.local_phone import is_phone_region
from tests.unit.rows.files import check_row, user_pool


@pytest.mark.parametrize(
    ("region", "given", "taken"),
    [
        ("DE", "0151 23456789", "+4915123456789"),
        ("DE", "030/1234567", "+49301234567"),
        ("DE", "(030) 123\u20134567", "+49301234567"),
        ("DE", "'030-1234567", "+49301234567"),
        ("DE", "0049 30 1234567", "+49301234567"),
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("US", "(415) 555-0100", "+14155550100"),
        ("US", "1 415 555 0100", "+14155550100"),
        ("GB", "07400 123456", "+447400123456"),
        ("IN", "98765 43210", "+919876543210"),
        ("IT", "333 1234567", "+393331234567"),
        ("BR", "(11) 96123-4567", "+5511961234567"),
    ],
)
def test_a_local_number_of_the_region_is_read_and_counted(region: str, given: str, taken: str) -> None:
    """It becomes E.164, and stays verified where the file says so; without the setting it is invalid."""
    row = {"phone_number": given, "phone_number_verified": "true"}
    outcome = check_row(row, phone_region=region)
    (user,) = outcome.users
    assert (user["phone_number"], user["phone_number_verified"]) == (taken, "true")
    assert outcome.report.normalized == {Normalization.PHONE_REGION: 1}
    assert check_row(row).code is RejectionCode.PHONE_INVALID


@pytest.mark.parametrize(
    ("region", "given"),
    [
        ("DE", "0151"),
        ("DE", "110"),
        ("DE", "151 23456789"),
        ("DE", "4915123456789"),
        ("DE", "0033 6 12 34 56 78"),
        ("DE", "0049 (0)30 1234567"),
        ("DE", "040 123456/57"),
        ("DE", "030 1234567 / 030 1234568"),
        ("DE", "030 1234567 ext. 5"),
        ("DE", "030 1234567x5"),
        ("DE", "030 1234567;ext=5"),
        ("DE", "Tel: 030 1234567"),
        ("DE", "tel:030-1234567;phone-context=+33"),
        ("DE", "030 123456789012345"),
        ("DE", "1.5123456789E+11"),
        ("DE", "٠٣٠ ١٢٣٤٥٦٧"),
        ("DE", "+49 (0)30 1234567"),
        ("US", "416 555 0100"),
        ("US", "1-800-FLOWERS"),
        ("US", "011 44 7400 123456"),
        ("FR", "6 12 34 56 78"),
    ],
)
def test_what_is_not_certain_in_the_region_stays_invalid(region: str, given: str) -> None:
    """No number of another region, none without its prefix, no extension; the hint names the region."""
    outcome = check_row({"phone_number": given}, phone_region=region)
    assert outcome.code is RejectionCode.PHONE_INVALID
    (row,) = outcome.sink.rejections
    ways = {"1.5": "export it again as text", "+49": "leave out the zero after the country code"}
    way = ways.get(given[:3], f"write a valid local number of {region}")
    assert f"+14155550100, or {way}" in row.hint


def test_the_hint_names_the_setting_where_it_is_not_set() -> None:
    """Local numbers are rejected by default."""
    (row,) = check_row({"phone_number": "0151 23456789"}).sink.rejections
    assert row.hint.endswith("or name the region of local numbers in the pool's setting phone_region.")


@pytest.mark.parametrize(
    ("given", "normalized"), [("+33612345678", {}), ("+1 (415) 555-0100", {Normalization.PHONE: 1})]
)
def test_a_number_with_its_country_code_is_read_as_before(given: str, normalized: dict[Normalization, int]) -> None:
    """Whichever its country is."""
    outcome = check_row({"phone_number": given}, phone_region="DE")
    assert outcome.users == check_row({"phone_number": given}).users
    assert outcome.report.normalized == normalized


def test_a_username_that_is_a_local_number_is_read() -> None:
    """In a pool that signs in with the number: the same one in both columns."""
    pool = user_pool(UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"])
    row = {"cognito:username": "0151 23456789", "phone_number": "0151/23456789", "phone_number_verified": "true"}
    outcome = check_row(row, pool, phone_region="DE")
    (user,) = outcome.users
    assert user["cognito:username"] == user["phone_number"] == "+4915123456789"
    assert outcome.report.normalized == {Normalization.PHONE_REGION: 2}
    assert check_row(row, pool).sink.rejections


def test_every_region_with_numbers_can_be_chosen() -> None:
    """The functions need no library to read a pool's settings, so the regions are written down."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    known = {first + second for first in letters for second in letters if is_phone_region(first + second)}
    assert known == phonenumbers.SUPPORTED_REGIONS


@pytest.mark.parametrize("given", ["+49 0151 23456789", "+490151 23456789", "+44 020 7946 0958", "+33-06.12.34.56.78"])
def test_a_zero_that_is_dialed_within_the_country_only_is_none_of_the_number(given: str) -> None:
    """Codes would go to a number that does not exist, and a user who signs in with it could not."""
    outcome = check_row({"phone_number": given})
    assert outcome.code is RejectionCode.PHONE_INVALID
    assert outcome.sink.rejections[0].hint.endswith("or leave out the zero after the country code.")
    phone = user_pool(UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"])
    assert check_row({"cognito:username": given, "phone_number_verified": "true"}, phone).users == []


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+39 06 12345678", "+390612345678"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+225 07 123456", "+22507123456"),
    ],
)
def test_a_zero_that_belongs_to_a_number_stays(given: str, number: str) -> None:
    """As in Italy and in Ivory Coast."""
    assert check_row({"phone_number": given}).users[0]["phone_number"] == number


def test_behind_no_code_of_these_a_number_starts_with_a_zero() -> None:
    """As far as phonenumbers knows: it takes the zero away, or calls the number invalid."""
    for code in local_phone.CODES_BEFORE_NO_ZERO.split():
        for digits in product("0123456789", repeat=2):
            for length in range(6, 12):
                number = phonenumbers.parse(f"+{code}0{''.join(digits)}{'23456789012'[: length - 3]}")
                written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                assert not (written.startswith(f"+{code}0") and phonenumbers.is_valid_number(number)), written
