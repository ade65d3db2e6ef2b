"""Whatever is written for a phone number, and whatever the region: what is read is a number of that region."""

from __future__ import annotations

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.rows.local_phone import read_local_number
from cognito_drop.core.rows.values import Normalization, is_phone_number, to_phone_number
from tests.property.test_against_cognito import SETTINGS

_REGIONS = st.sampled_from(["DE", "FR", "US", "CA", "GB", "IT", "BR", "AR", "MX", "IN", "RU", "HU", "JP"])
_ANYTHING = st.text(st.sampled_from("00123456789 -./()+x#'\u00a0\u2013٣"), max_size=24)


@st.composite
def local_numbers(draw: st.DrawFn) -> tuple[str, str, str]:
    """A region with a number of it in E.164, and as it is written there."""
    region = draw(_REGIONS)
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert example
    last = draw(st.integers(0, 99))
    number = phonenumbers.parse(f"{phonenumbers.format_number(example, 0)[:-2]}{last:02}")
    return region, phonenumbers.format_number(number, 0), phonenumbers.format_number(number, 2)


@SETTINGS
@given(_ANYTHING, _REGIONS)
def test_what_is_read_is_e164_and_a_number_of_the_region(value: str, region: str) -> None:
    """One of its own, without an extension."""
    read = to_phone_number(value, region)
    if read is None or read.kind is not Normalization.PHONE_REGION:
        return
    assert is_phone_number(read.value)
    number = phonenumbers.parse(read.value)
    assert phonenumbers.region_code_for_number(number) == region
    assert not number.extension


@SETTINGS
@given(local_numbers())
def test_a_number_as_it_is_written_in_the_region_is_read(given: tuple[str, str, str]) -> None:
    """The same number comes out."""
    region, number, local = given
    assert read_local_number(local, region) == number
