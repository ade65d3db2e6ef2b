"""Every rule of a pool, with a row that keeps it and one that breaks it."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.rows import (
    HashAlgorithm,
    HashPolicy,
    Pbkdf2Form,
    PoolRules,
    RejectionCode,
    Undocumented,
    UnknownColumns,
)
from cognito_drop.core.rows.password_hash import to_pbkdf2_form
from tests.unit.rows.files import ADA, HEADER, check, check_row, file_of, requiring, user_pool

if TYPE_CHECKING:
    from collections.abc import Mapping

Code = RejectionCode
BOTH = user_pool(AutoVerifiedAttributes=["phone_number", "email"])
PHONE = user_pool(AutoVerifiedAttributes=["phone_number"])
EMAIL_SIGN_IN = user_pool(UsernameAttributes=["email"])
PHONE_SIGN_IN = user_pool(UsernameAttributes=["phone_number"])
EITHER_SIGN_IN = user_pool(UsernameAttributes=["email", "phone_number"])
ALIASES = user_pool(AliasAttributes=["email", "phone_number", "preferred_username"])
NUMBER = "+14155550100"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, None),
        ({"cognito:username": ""}, Code.USERNAME_MISSING),
        ({"cognito:username": "two words"}, Code.USERNAME_INVALID),
        ({"cognito:username": "tab\tbed"}, Code.USERNAME_INVALID),
        ({"cognito:username": "Zoë.アダ"}, None),
        ({"cognito:username": "a,b"}, None),
        ({"cognito:username": "x" * 128}, None),
        ({"cognito:username": "ä" * 128}, None),
        ({"cognito:username": "x" * 129}, Code.USERNAME_INVALID),
        ({"email": "ada"}, Code.EMAIL_INVALID),
        ({"email": "ada@example"}, Code.EMAIL_INVALID),
        ({"email": "ada@example.com?subject=Hi"}, Code.EMAIL_INVALID),
        ({"email": "a@b@example.com"}, Code.EMAIL_INVALID),
        ({"email": "ada lovelace@example.com"}, Code.EMAIL_INVALID),
        ({"email": "ädä@exämple.com"}, None),
        ({"email_verified": "maybe"}, Code.BOOLEAN_INVALID),
        ({"custom:active": "TRUE"}, None),
        ({"custom:active": "on"}, Code.BOOLEAN_INVALID),
        ({"phone_number": NUMBER}, None),
        ({"phone_number": "4155550100"}, Code.PHONE_INVALID),
        ({"phone_number": "+0415555"}, Code.PHONE_INVALID),
        ({"phone_number": "+1234567890123456"}, Code.PHONE_INVALID),
        ({"birthdate": "12/10/1815"}, None),
        ({"birthdate": "02/29/2000"}, None),
        ({"birthdate": "02/29/1900"}, Code.BIRTHDATE_INVALID),
        ({"birthdate": "31/12/1990"}, None),
        ({"birthdate": "31/13/1990"}, Code.BIRTHDATE_INVALID),
        ({"birthdate": "1/2/1990"}, Code.BIRTHDATE_INVALID),
        ({"birthdate": "1990-02-30"}, Code.BIRTHDATE_INVALID),
        ({"updated_at": "1700000000"}, None),
        ({"updated_at": "yesterday"}, Code.UPDATED_AT_INVALID),
        ({"custom:team": "x"}, Code.TEXT_TOO_SHORT),
        ({"custom:team": "xy"}, None),
        ({"custom:team": "ä, b, c, d, e"[:12]}, None),
        ({"custom:team": "x" * 13}, Code.TEXT_TOO_LONG),
        ({"custom:team": "ä" * 12}, None),
        ({"custom:level": "250"}, None),
        ({"custom:level": "250.0"}, None),
        ({"custom:level": "250.5"}, Code.NUMBER_TOO_GREAT),
        ({"custom:level": "-5"}, None),
        ({"custom:level": "-6"}, Code.NUMBER_TOO_SMALL),
        ({"custom:level": "1e2"}, Code.NUMBER_INVALID),
        ({"custom:since": "2030-12-31T23:59:59"}, None),
        ({"custom:since": "1700000000"}, None),
        ({"custom:since": "New Year"}, Code.DATE_TIME_INVALID),
        ({"name": "x" * 2048}, None),
        ({"name": "x" * 2049}, Code.VALUE_TOO_LARGE),
        ({"name": "ä" * 1024}, None),
        ({"name": "ä" * 1025}, Code.VALUE_TOO_LARGE),
        ({"name": "nul\x00"}, Code.CONTROL_CHARACTER),
        ({"name": "car\rriage"}, Code.LINE_BREAK_IN_VALUE),
        ({"name": 'the "Enchantress"'}, Code.QUOTE_IN_VALUE),
        ({"name": r"C:\temp"}, Code.BACKSLASH_IN_VALUE),
        ({"name": "tab\tbed"}, None),
    ],
)
def test_a_value_must_be_one_that_its_column_takes(row: Mapping[str, str], code: RejectionCode | None) -> None:
    """Names, addresses, numbers, dates and texts within their bounds pass, others are rejected by a stable code."""
    assert check_row(row).code == code


@pytest.mark.parametrize(
    ("pool", "row", "code"),
    [
        (user_pool(), {"email_verified": "false"}, Code.NOT_VERIFIED),
        (user_pool(), {"email_verified": ""}, Code.NOT_VERIFIED),
        (user_pool(), {"email": ""}, Code.VERIFIED_WITHOUT_VALUE),
        (user_pool(), {"phone_number_verified": "true"}, Code.VERIFIED_WITHOUT_VALUE),
        (user_pool(), {"phone_number_verified": "false"}, None),
        (user_pool(), {"phone_number_verified": "true", "phone_number": NUMBER}, None),
        (PHONE, {}, Code.NOT_VERIFIED),
        (PHONE, {"phone_number_verified": "true", "phone_number": NUMBER}, None),
        (PHONE, {"phone_number_verified": "TRUE", "phone_number": NUMBER, "email_verified": "", "email": ""}, None),
        (BOTH, {}, None),
        (BOTH, {"email_verified": "false", "phone_number_verified": "true", "phone_number": NUMBER}, None),
        (BOTH, {"email_verified": "false", "phone_number_verified": "false"}, Code.NOT_VERIFIED),
        (BOTH, {"phone_number_verified": "true"}, Code.VERIFIED_WITHOUT_VALUE),
        (requiring("nickname"), {}, Code.REQUIRED_MISSING),
        (requiring("nickname"), {"nickname": "\u00a0 "}, Code.REQUIRED_MISSING),
        (requiring("nickname"), {"nickname": "Countess"}, None),
        (user_pool(MfaConfiguration="ON"), {"cognito:mfa_enabled": "false"}, Code.MFA_MUST_BE_ON),
        (user_pool(MfaConfiguration="ON"), {"cognito:mfa_enabled": "true"}, None),
        (user_pool(MfaConfiguration="ON"), {"cognito:mfa_enabled": ""}, None),
        (user_pool(MfaConfiguration="OFF"), {"cognito:mfa_enabled": "TRUE"}, Code.MFA_MUST_BE_OFF),
        (user_pool(MfaConfiguration="OFF"), {"cognito:mfa_enabled": ""}, None),
        (user_pool(MfaConfiguration="OPTIONAL"), {"cognito:mfa_enabled": "true"}, None),
        (user_pool(MfaConfiguration="OPTIONAL"), {"cognito:mfa_enabled": ""}, None),
        (ALIASES, {"cognito:username": "ada@example.com"}, Code.USERNAME_LIKE_EMAIL),
        (ALIASES, {"cognito:username": NUMBER}, Code.USERNAME_LIKE_PHONE),
        (ALIASES, {"cognito:username": "ada@home"}, None),
        (ALIASES, {"cognito:username": "+ada"}, None),
        (user_pool(), {"cognito:username": "ada@example.com"}, None),
        (EMAIL_SIGN_IN, {"cognito:username": "ada@example.com"}, None),
        (EMAIL_SIGN_IN, {"cognito:username": "eve@example.com"}, Code.USERNAME_CONTRADICTED),
        (EMAIL_SIGN_IN, {}, Code.USERNAME_NOT_EMAIL),
        (EMAIL_SIGN_IN, {"cognito:username": NUMBER, "phone_number": NUMBER}, Code.USERNAME_NOT_EMAIL),
        (PHONE_SIGN_IN, {"cognito:username": NUMBER}, None),
        (PHONE_SIGN_IN, {"cognito:username": "ada@example.com"}, Code.USERNAME_NOT_PHONE),
        (EITHER_SIGN_IN, {"cognito:username": NUMBER}, None),
        (EITHER_SIGN_IN, {"cognito:username": "ada@example.com", "phone_number": NUMBER}, None),
        (EITHER_SIGN_IN, {}, Code.USERNAME_NOT_EMAIL_OR_PHONE),
        (EITHER_SIGN_IN, {"cognito:username": NUMBER, "phone_number": "+14155550199"}, Code.USERNAME_CONTRADICTED),
    ],
)
def test_a_row_must_fit_the_pool(pool: Mapping[str, Any], row: Mapping[str, str], code: RejectionCode | None) -> None:
    """Verification, required attributes, MFA and the kinds of sign-in decide together what a row may be."""
    assert check_row(row, pool).code == code


BCRYPT = f"$2b$12${'a' * 53}"
SCRYPT = "16384$8$1$aa00$00ff"
ARGON2ID = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"
PBKDF2 = "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA"
"""AWS's example."""
DOTTED, PLUSED = PBKDF2.replace("/v5", "/.5"), PBKDF2.replace("/v5", "/+5")


@pytest.mark.parametrize(
    ("algorithm", "value", "code"),
    [
        (None, "", None),
        (None, BCRYPT, Code.HASH_WITHOUT_ALGORITHM),
        ("BCRYPT", "", None),
        ("BCRYPT", BCRYPT, None),
        ("BCRYPT", BCRYPT[:-1], Code.HASH_INVALID),
        ("BCRYPT", BCRYPT.replace("$12$", "$13$"), Code.HASH_TOO_COSTLY),
        ("SCRYPT", SCRYPT, None),
        ("SCRYPT", SCRYPT.replace("16384", "131072"), Code.HASH_TOO_COSTLY),
        ("SCRYPT", SCRYPT.replace("$8$1", "$9$1"), Code.HASH_TOO_COSTLY),
        ("SCRYPT", SCRYPT + "f", Code.HASH_INVALID),
        ("SCRYPT", "0$0$0$ab$cd", Code.HASH_INVALID),
        ("SCRYPT", SCRYPT.replace("16384", "1"), Code.HASH_INVALID),
        ("SCRYPT", SCRYPT.replace("16384", "16383"), Code.HASH_INVALID),
        ("SCRYPT", SCRYPT.replace("$8$1", "$0$1"), Code.HASH_INVALID),
        ("SCRYPT", SCRYPT.replace("$8$1", "$8$0"), Code.HASH_INVALID),
        ("BCRYPT", BCRYPT.replace("$12$", "$04$"), None),
        ("BCRYPT", BCRYPT.replace("$12$", "$03$"), Code.HASH_INVALID),
        ("ARGON2ID", ARGON2ID, None),
        ("ARGON2ID", ARGON2ID.replace("19456", "19457"), Code.HASH_TOO_COSTLY),
        ("ARGON2ID", ARGON2ID.replace("argon2id", "argon2i"), Code.HASH_INVALID),
        ("ARGON2ID", ARGON2ID.replace("19456", "8"), None),
        ("ARGON2ID", ARGON2ID.replace("19456", "7"), Code.HASH_INVALID),
        ("ARGON2ID", ARGON2ID.replace("t=2", "t=0"), Code.HASH_INVALID),
        ("ARGON2ID", ARGON2ID.replace("p=1", "p=0"), Code.HASH_INVALID),
        ("PBKDF2_SHA256", PBKDF2, None),
        ("PBKDF2_SHA256", PBKDF2.replace("600000", "600001"), Code.HASH_TOO_COSTLY),
        ("PBKDF2_SHA256", PBKDF2.replace("$600000", ""), Code.HASH_INVALID),
        ("PBKDF2_SHA256", PBKDF2.replace("600000", "0"), Code.HASH_INVALID),
        ("PBKDF2_SHA256", DOTTED, None),
        ("PBKDF2_SHA256", PLUSED, Code.HASH_FORM),
        ("PBKDF2_SHA256", PBKDF2 + "=", Code.HASH_FORM),
        ("PBKDF2_SHA256", PBKDF2[:-1], Code.HASH_FORM),
        ("PBKDF2_SHA256", PBKDF2.replace("$1X", "$"), Code.HASH_FORM),
    ],
)
def test_a_password_hash_has_the_form_and_cost_of_the_job(
    algorithm: str | None, value: str, code: RejectionCode | None
) -> None:
    """One algorithm holds for a job; its form and its highest cost are known, a blank hash is always fine."""
    header = [*HEADER, "password_hash"]
    assert check_row({"password_hash": value}, header=header, algorithm=algorithm).code == code


@pytest.mark.parametrize(
    ("form", "taken"),
    [
        (Pbkdf2Form.PASSLIB, {PBKDF2, DOTTED}),
        (Pbkdf2Form.BASE64, {PBKDF2, PLUSED}),
        (Pbkdf2Form.ANY, {PBKDF2, DOTTED, PLUSED, f"{PBKDF2}=", f"{PBKDF2}{'a' * 43}"}),
    ],
)
def test_the_form_of_hashes_of_pbkdf2_is_chosen(form: Pbkdf2Form, taken: set[str]) -> None:
    """AWS documents it by one example only: what else is taken is a setting, and told before the job."""
    policy = HashPolicy.of(["PBKDF2_SHA256"], form)
    for value in (PBKDF2, DOTTED, PLUSED, f"{PBKDF2}=", f"{PBKDF2}{'a' * 43}"):
        code = check_row({"password_hash": value}, header=[*HEADER, "password_hash"], hashes=policy).code
        assert (code is None) == (value in taken), value
        assert code in {None, Code.HASH_FORM}


@pytest.mark.parametrize("size", [32, 64, 512])
def test_a_hash_of_pbkdf2_is_rewritten_without_loss(size: int) -> None:
    """Whatever its length: the first 32 bytes are what the same password, salt and rounds give as 32 bytes."""
    salt, rounds = bytes(range(240, 256)), 3
    whole = hashlib.pbkdf2_hmac("sha256", b"secret", salt, rounds, size)
    given = f"$pbkdf2-sha256${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(whole).decode()}"
    exact = base64.b64encode(hashlib.pbkdf2_hmac("sha256", b"secret", salt, rounds, 32)).decode().rstrip("=")
    plused = f"$pbkdf2-sha256${rounds}${base64.b64encode(salt).decode().rstrip('=')}${exact}"
    assert to_pbkdf2_form(given, Pbkdf2Form.BASE64) == plused
    assert to_pbkdf2_form(given, Pbkdf2Form.PASSLIB) == plused.replace("+", ".") != plused
    assert to_pbkdf2_form(plused.replace("+", "."), Pbkdf2Form.BASE64) == plused
    assert to_pbkdf2_form(given, Pbkdf2Form.ANY) == given


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_the_usual_base64_of_a_hash_is_rewritten_as_any_other(salt: bytes, derived: bytes) -> None:
    """With padding, as Keycloak writes it, and without, which takes another way."""
    padded = f"$pbkdf2-sha256$27500${base64.b64encode(salt).decode()}${base64.b64encode(derived).decode()}"
    for form in Pbkdf2Form:
        bare = to_pbkdf2_form(padded if form is Pbkdf2Form.ANY else padded.replace("=", ""), form)
        assert to_pbkdf2_form(padded, form) == bare


@pytest.mark.parametrize(
    "value", ["", PBKDF2[:-1], PBKDF2.replace("$1X", "$"), PBKDF2.replace("1XZl", "1===Zl"), f"{PBKDF2}aa"]
)
def test_a_hash_that_cannot_be_rewritten_stays(value: str) -> None:
    """Salts and hashes that are shorter, and what is no Base64."""
    assert to_pbkdf2_form(value, Pbkdf2Form.PASSLIB) == value


@pytest.mark.parametrize("first", ["#u1", " #u1", "# u1", "\u00a0#u1", "\ufeff#u1", '"#u1"', "#"])
@pytest.mark.parametrize("head", ["cognito:username", "nickname,cognito:username", "left_out,cognito:username"])
def test_a_row_that_starts_with_a_number_sign_is_commented_out(first: str, head: str) -> None:
    """Whatever column is first, and quoted or not."""
    name = ",u1" if "," in head else ""
    lines = [
        f"{start}{name.replace('u1', user)},{user}@example.com,true"
        for start, user in (("u0", "u0"), (first, "u1"), ("u2", "u2"))
    ]
    content = "\n".join([f"{head},email,email_verified", *lines, ""])
    outcome = check(content, unknown_columns=UnknownColumns.LEAVE_OUT)
    assert [user["cognito:username"] for user in outcome.users] == ["u0", "u2"]
    assert outcome.codes == [(3, Code.COMMENTED_OUT)]
    assert outcome.report.not_to_import == 1


def test_a_number_sign_in_another_column_than_the_first_is_a_sign() -> None:
    """Cognito takes such a username."""
    outcome = check("email,cognito:username,email_verified\nada@example.com,#ada,true\n")
    assert [user["cognito:username"] for user in outcome.users] == ["#ada"]


def test_a_row_has_as_many_values_as_the_header() -> None:
    """One too few and one too many are rejected, with both numbers in the sentence."""
    header, row = file_of(ADA).splitlines()
    outcome = check(f"{header}\n{row}\n{row},\n{row.removeprefix('Ada Lovelace,')}\n")
    assert outcome.codes == [(3, Code.WRONG_FIELD_COUNT), (4, Code.WRONG_FIELD_COUNT)]
    assert [row.sentence for row in outcome.sink.rejections] == [
        "The number of values is 26, but the header has 25 columns.",
        "The number of values is 24, but the header has 25 columns.",
    ]


def test_a_row_has_at_most_16000_characters() -> None:
    """The row that Cognito gets counts: the limit itself passes, one character more does not."""
    texts = ["name", "given_name", "family_name", "nickname", "profile", "picture", "website"]
    base = {**ADA, **dict.fromkeys(texts, "x" * 2048)}
    length = len(file_of(base).splitlines()[1])
    fitting = {**base, "address": "y" * (16_000 - length)}
    assert check(file_of(fitting)).code is None
    assert check(file_of({**fitting, "address": fitting["address"] + "y"})).code is Code.ROW_TOO_LONG


def test_the_header_of_a_file_that_was_joined_to_another_is_no_user() -> None:
    """It is said to be one, not to have bad values."""
    content = "Username;E-Mail;email_verified\nann;ann@example.com;true\n \ufeffUsername; E-Mail;email_verified\n"
    assert check(content).codes == [(3, Code.ROW_IS_HEADER)]


def test_a_row_of_separators_is_rejected_and_a_blank_line_is_not() -> None:
    """What a spreadsheet leaves behind is a row without values; a line without anything is no row."""
    header, row = file_of(ADA).splitlines()
    outcome = check(f"\n{header}\n\n{row}\n \t\n{',' * (len(HEADER) - 1)}\n\n")
    assert (outcome.report.rows, outcome.report.accepted, outcome.report.blank_lines) == (2, 1, 4)
    assert outcome.codes == [(6, Code.ROW_BLANK)]
    assert list(outcome.report.parts[0].segments) == [(2, 4, 1)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"name": 'the "Enchantress"'}, None),
        ({"name": r"C:\temp"}, None),
        ({"name": "C:\\"}, Code.BACKSLASH_IN_VALUE),
        ({"name": r"a\,b"}, Code.BACKSLASH_IN_VALUE),
    ],
)
def test_undocumented_signs_can_be_passed_on(row: Mapping[str, str], code: RejectionCode | None) -> None:
    """Who trusts that they are ordinary characters lets them pass, but for what cannot be distinguished from an
    escape.
    """
    values = {**ADA, **{name: value.replace('"', '""') for name, value in row.items()}}
    content = ";".join(values) + "\n" + ";".join(f'"{value}"' for value in values.values())
    assert check(content, undocumented=Undocumented.PASS).code == code


def test_rules_are_refused_for_what_is_no_pool() -> None:
    """A header without usernames and an algorithm that Cognito does not have are errors of the caller."""
    with pytest.raises(ValueError, match="cognito:username"):
        PoolRules.of(user_pool(), ["email"])
    with pytest.raises(ValueError, match="MD5"):
        HashPolicy.of(["MD5"])
    policy = HashPolicy.of(["SCRYPT", "BCRYPT", "SCRYPT"])
    assert policy.algorithms == (HashAlgorithm.SCRYPT, HashAlgorithm.BCRYPT)
    assert PoolRules.of(user_pool(), HEADER, policy).takes_hashes
