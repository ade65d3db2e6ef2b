"""Generated rows: near enough to what a pool takes that both verdicts are common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from cognito_drop.core.rows.pool_rules import ColumnKind

if TYPE_CHECKING:
    from cognito_drop.core.rows.pool_rules import Column, PoolRules
    from tests.property.pools import GeneratedPool

_NUMBER = "+14155550100"
_SIGNS = st.sampled_from(list("aZ09 ,\\\"\t\r\x00\x1f\x7f;@.+-_'/$=äß€\u00a0\u0085\u2003\u3000アİK\ufeff😀e\u0301"))
ANY_TEXT = st.text(_SIGNS, max_size=14)
_LONG = st.builds(lambda sign, count: sign * count, _SIGNS, st.sampled_from([127, 128, 129, 340, 2047, 2048, 2049]))
_HASHES = (
    f"$2b$12${'a' * 53}",
    f"$2b$13${'a' * 53}",
    f"$2z$10${'a' * 53}",
    "16384$8$1$aa00$00ff",
    "65536$8$1$aa$ff",
    "65537$1$1$aa$ff",
    "16384$9$1$aa00$00f",
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    "$argon2id$v=19$m=19457,t=2,p=1$c2FsdA$aGFzaA",
    "$argon2id$v=19$m=9,t=2,p=0$c2FsdA==$aGFzaA",
    f"$2b$03${'a' * 53}",
    "0$0$0$ab$cd",
    "16383$8$1$aa00$00ff",
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",
    "$argon2id$v=19$m=7,t=1,p=1$c2FsdA$aGFzaA",
    f"$pbkdf2-sha256$600000${'a.' * 11}${'b' * 43}",
    f"$pbkdf2-sha256$600000${'a+' * 11}${'b' * 43}",
    f"$pbkdf2-sha256$600001${'a' * 22}${'b' * 43}",
    f"$pbkdf2-sha256$0${'a' * 22}${'b' * 43}",
    "$pbkdf2-sha256$600000$c2FsdA$aGFzaA",
)
_ODD: dict[ColumnKind, tuple[str, ...]] = {
    ColumnKind.USERNAME: (
        "", "ada", "ADA", "Ada", "eve", "straße", "STRASSE", "two words", "a,b", "ada@example.com", "eve@example.com",
        "ADA@example.com", _NUMBER, "+14155550199", "+1 415 5550100", "+ada", "x" * 128, "x" * 129, "İ", "ada@x",
        "\u200b",
    ),
    ColumnKind.EMAIL: (
        "", "ada@example.com", "ADA@example.com", "eve@example.com", "ada", "ada@example", "a@b@c.de", "ä@ö.de",
        f"{'l' * 48}@example.com", f"{'l' * 200}@example.com", "a,b@example.com", "a@b..c", "a@-.c", "@b.c", "a@b.c.",
    ),
    ColumnKind.PHONE: (
        "", _NUMBER, "+14155550199", "+1 415 5550100", "4155550100", "0151 23456789", "+0", "+1", "+12",
        f"+{'1' * 15}", f"+{'1' * 16}",
    ),
    ColumnKind.BIRTHDATE: (
        "", "12/10/1815", "02/29/2000", "02/29/1900", "02/30/2000", "04/31/1999", "12/31/1999", "31/12/1999",
        "1815-12-10", "1815-13-10", "01/01/0000", "01/01/0001", "1/1/2000", "12/31/19999",
    ),
    ColumnKind.UPDATED_AT: (
        "", "0", "1700000000", "1700000000123", "17000000001234", "-1", "1.5", "007", "٣", "44927",
        "20240131", "20240131120000", "1700000000123456", "999999999", "99999999", "9999999999", "0170000000",
    ),
    ColumnKind.BOOLEAN: ("", "true", "false", "TRUE", "FALSE", "True", "1", "no", "tRUE", "maybe"),
    ColumnKind.MFA: ("", "true", "false", "TRUE", "FALSE", "True", "0", "on"),
    ColumnKind.NUMBER: (
        "", "0", "1", "7", "9", "10", "11", "12", "13", "19", "20", "25", "39", "40", "41", "99", "100", "999", "1000",
        "2048", "2049", "12345678901234567890", "-1", "-0", "0.5", "10.0", "12.5", "007", "1e3", "+5", ".5", "٣",
    ),
    ColumnKind.DATE_TIME: ("", "2030-12-31T23:59:59", "2030-12-31", "1700000000", "20301231T000000Z", "tomorrow", "-5"),
    ColumnKind.PASSWORD_HASH: ("", *_HASHES),
    ColumnKind.TEXT: (
        "", "Ada", "Ada, Countess", "x", "xy", " padded ", "é", "José\u00a0", "\u3000", ",", "a,b,c,d", "à",
    ),
}  # fmt: skip


def _value(column: Column) -> st.SearchStrategy[str]:
    odd = st.sampled_from(_ODD[column.kind])
    if column.kind is ColumnKind.TEXT:
        sizes = [size for size in (column.least, column.most) if size is not None]
        near = [int(size) + more for size in sizes for more in (-1, 0, 1) if int(size) + more >= 0]
        sized = st.builds(
            lambda sign, count: sign * count, st.sampled_from(["a", "é", "b,", "😀"]), st.sampled_from(near or [3])
        )
        return st.one_of(odd, sized, ANY_TEXT, _LONG)
    return st.one_of(odd, odd, odd, ANY_TEXT)


def _good(column: Column, rules: PoolRules, number: int) -> str:  # noqa: PLR0911  (one for each kind)
    """A value that most pools take."""
    email, phone = f"user{number}@example.com", f"+1415555{number:04}"
    match column.kind:
        case ColumnKind.USERNAME:
            return {"email": email, "phone_number": phone}[rules.sign_in[0]] if rules.sign_in else f"user{number}"
        case ColumnKind.EMAIL:
            return email
        case ColumnKind.PHONE:
            return phone
        case ColumnKind.BIRTHDATE:
            return "12/10/1815"
        case ColumnKind.UPDATED_AT:
            return "1700000000"
        case ColumnKind.BOOLEAN:
            return "true"
        case ColumnKind.NUMBER:
            return str(max(int(column.least or 0), 1))
        case ColumnKind.TEXT:
            return "x" * max(int(column.least or 0), 1)
        case _:
            return ""


@st.composite
def rows(draw: st.DrawFn, pool: GeneratedPool, number: int) -> list[str]:
    """The values of a row in the order of the pool's columns; up to five of them are odd."""
    rules = pool.rules
    values = [_good(column, rules, number) for column in rules.columns]
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(values) - 1))
        values[at] = draw(_value(rules.columns[at]))
    return values


@st.composite
def tables(draw: st.DrawFn, pool: GeneratedPool, most: int = 6) -> list[list[str]]:
    """Some rows; the numbers of good users repeat now and then."""
    numbers = draw(st.lists(st.integers(0, 9), min_size=1, max_size=most))
    return [draw(rows(pool, number)) for number in numbers]
