"""Phone numbers without a country code, read as those of one region.

Guarantees that a number is read only if it is written as it is dialed in the region, is valid there, and is the
region's own: not one of another region that shares the country code, and none that may begin with a country code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_REGIONS: Final = frozenset(
    (
        "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY "
        "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ "
        "FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR "
        "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH "
        "MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK "
        "PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA "
        "TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
    ).split()
)
"""Those of phonenumberslite, whose import waits for the first local number: it takes 0.1 s of CPU time."""
PHONE_REGION_FORM: Final = "the two letters of a country or region, such as DE, FR, GB, or US"
_FILLING: Final = r" \-.()\u00a0\u2010-\u2013\u202f"
CODES_BEFORE_NO_ZERO: Final = (
    "20 27 31 32 33 40 41 43 44 46 49 51 54 58 60 61 63 64 66 84 86 90 91 92 94 98 212 213 234 251 254 255 256 353 358 "
    "359 380 381 385 386 387 389 421 886 961 962 963 964 966 967 970 971 972 977"
)
_DIALED_ZERO: Final = re.compile(rf"\+(?:{'|'.join(CODES_BEFORE_NO_ZERO.split())})[{_FILLING}]*0")
"""Behind these codes no number starts with a zero: it is the one that is dialed within the country."""
_LOCAL: Final = re.compile(rf"(?!.+\(\s*0)(?:\(?0[1-9][0-9]{{1,4}}\)? ?/)?[0-9{_FILLING}]+")
"""No letters, which begin an extension or stand for digits, and a slash after an area code only: elsewhere it begins a
second number. A zero in parentheses within a number is dialed in some countries only."""
_NO_DIGIT: Final = re.compile(r"[^0-9]+")


def is_phone_region(value: object) -> bool:
    """Whether the value names a region whose phone numbers are known."""
    return isinstance(value, str) and value in _REGIONS


def has_dialed_zero(value: str) -> bool:
    """Whether the zero that is dialed within a country only comes after its code, as in `+49 0151 23456789`."""
    return _DIALED_ZERO.match(value) is not None


def has_country_code(number: str) -> bool:
    """Whether it is a number that exists in E.164: its first digits are a country code, and the others fit it."""
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def region_and_dialed(number: str) -> tuple[str, str]:
    """The region of a number in E.164, and its digits as they are dialed there; blank where there is none."""
    import phonenumbers  # noqa: PLC0415

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return "", ""
    region = phonenumbers.region_code_for_number(parsed) or ""
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return (region, _NO_DIGIT.sub("", national)) if region in _REGIONS else ("", "")


def read_local_number(value: str, region: str) -> str | None:
    """The number in E.164, or None where it is not certain."""
    if not _LOCAL.fullmatch(value):
        return None
    import phonenumbers  # noqa: PLC0415  (most files have no local number)

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(number, region):
        return None
    if not _is_dialed_so(value, number, region):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_dialed_so(value: str, number: PhoneNumber, region: str) -> bool:
    """Whether the number begins with the national prefix, if the region needs it: `parse` does not ask for it.

    The last comparison would do alone, in twice the time.
    """
    import phonenumbers  # noqa: PLC0415

    dialed = _NO_DIGIT.sub("", value)
    prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""
    if dialed == prefix + phonenumbers.national_significant_number(number):
        return True
    if dialed == _NO_DIGIT.sub("", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)):
        return True
    found = phonenumbers.PhoneNumberMatcher(value, region, leniency=phonenumbers.Leniency.VALID)
    return any(match.raw_string == value for match in found)
