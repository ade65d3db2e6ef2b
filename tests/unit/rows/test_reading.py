"""What people really have: every dialect that is read, and what is normalized on the way."""

from __future__ import annotations

import pytest

from cognito_drop.core.rows import Dialect, Encoding, LineEnd, Normalization, Quoting, RejectionCode, UnknownColumns
from cognito_drop.core.rows.detection import HEAD_BYTES, detect, encoding_of
from cognito_drop.core.rows.reading import split_escaped
from tests.unit.rows.files import ADA, HEADER, SHORT, check, check_row, file_of, requiring, rules_of, user_pool

Code = RejectionCode
EVE = {**ADA, "cognito:username": "eve", "email": "eve@example.com", "name": "Eve, of Eden"}
HEAD = ",".join(SHORT)
BOB = "bob,bob@example.com,true,"
EXPECTED_EVE = {key: value for key, value in EVE.items() if key != "cognito:mfa_enabled"}


@pytest.mark.parametrize(
    ("content", "quoting", "separator"),
    [
        (f"{HEAD}\neve,eve@example.com,true,Eve\\, of Eden\n", Quoting.BACKSLASH, ","),
        (f'{HEAD}\neve,eve@example.com,true,"Eve, of Eden"\n', Quoting.QUOTES, ","),
        (f'{HEAD}\n"eve","eve@example.com","true","Eve, of Eden"\n', Quoting.QUOTES, ","),
        (f"{HEAD}|eve,eve@example.com,true,".replace(",", ";") + "Eve, of Eden", Quoting.QUOTES, ";"),
        (f"{HEAD}|eve,eve@example.com,true,".replace(",", ";") + '"Eve, of Eden"', Quoting.QUOTES, ";"),
        (f"{HEAD}|eve,eve@example.com,true,".replace(",", "\t") + "Eve, of Eden", Quoting.QUOTES, "\t"),
    ],
)
def test_separators_and_quoting_are_detected(content: str, quoting: Quoting, separator: str) -> None:
    """The same user is read from Cognito's dialect, ordinary CSV, semicolons and tabs."""
    outcome = check(content.replace("|", "\n"))
    assert outcome.report.dialect
    assert (outcome.report.dialect.quoting, outcome.report.dialect.separator) == (quoting, separator)
    assert outcome.users == [EXPECTED_EVE]


@pytest.mark.parametrize("mark", ["", "\0"])
def test_an_escaped_comma_is_part_of_its_value(mark: str) -> None:
    """Also in a line that has the sign which otherwise keeps its place."""
    assert split_escaped(f"a\\,b,c{mark}, d\\\\,") == ["a,b", f"c{mark}", " d\\,"]


@pytest.mark.parametrize(("more", "quoting"), [(-1, Quoting.QUOTES), (0, Quoting.NONE)])
def test_the_last_line_of_a_whole_head_may_be_half_a_line(more: int, quoting: Quoting) -> None:
    """Only of a shorter one it is known where it ends."""
    end = b'ann,"Lee, Ann"'
    content = b"name,email\n" + b"a,b\n" * 10
    content += b"x" * (HEAD_BYTES + more - len(content) - len(end) - 1) + b"\n" + end
    found = detect(content, rules_of(SHORT))
    assert isinstance(found, Dialect)
    assert found.quoting is quoting


_PAIRS = 32  # that are looked at
_TO_BE_WIDE = 13  # of which one byte is zero: 40 percent
_TO_BE_NARROW = 4  # of which the other is: 10 percent


@pytest.mark.parametrize("behind", [b"", b"\0\0\0\0", b"ab"])
@pytest.mark.parametrize(
    ("wide", "narrow", "is_wide"),
    [
        (_TO_BE_WIDE, 0, True),
        (_TO_BE_WIDE - 1, 0, False),
        (_TO_BE_WIDE, _TO_BE_NARROW - 1, True),
        (_TO_BE_WIDE, _TO_BE_NARROW, False),
    ],
)
def test_utf_16_without_a_byte_order_mark_is_known_by_its_zeros(
    wide: int, narrow: int, behind: bytes, *, is_wide: bool
) -> None:
    """Of the first characters alone, and by those in one half of each."""
    seldom, often = (bytes([0] * count + [97] * (_PAIRS - count)) for count in (narrow, wide))
    for pair, encoding in (((seldom, often), Encoding.UTF_16_LE), ((often, seldom), Encoding.UTF_16_BE)):
        head = bytes(byte for both in zip(*pair, strict=True) for byte in both) + behind
        assert encoding_of(head) == (encoding if is_wide else Encoding.UTF_8, False)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"a\0", Encoding.UTF_16_LE),
        (b"\0a", Encoding.UTF_16_BE),
        (b"a\0a\0abcdef", Encoding.UTF_16_LE),
        (b"\0a\0aabcdef", Encoding.UTF_16_BE),
        (b"a\0" * 4 + b"\0a" + b"aa" * 5, Encoding.UTF_8),
        (b"\0a" * 4 + b"a\0" + b"aa" * 5, Encoding.UTF_8),
        (b"a", Encoding.UTF_8),
        (b"", Encoding.UTF_8),
    ],
)
def test_the_encoding_of_a_file_of_few_bytes(head: bytes, encoding: Encoding) -> None:
    """Two of five characters with a zero are enough, and one of ten is too many."""
    assert encoding_of(head) == (encoding, False)


def test_the_header_alone_may_be_all_that_is_known_of_the_first_lines() -> None:
    """The row after it is longer than what is looked at."""
    found = detect(f"{HEAD}\nada,".encode().ljust(HEAD_BYTES, b"a"), rules_of(SHORT))
    assert isinstance(found, Dialect)
    assert found.separator == ","


@pytest.mark.parametrize("encoding", list(Encoding))
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", list(LineEnd))
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_encodings_marks_and_line_ends_are_detected(
    encoding: Encoding, mark: str, line_end: LineEnd, last: bool, chunk: int
) -> None:
    """UTF-8 and UTF-16 with and without a mark, all three ends of line, with and without one at the end."""
    end = {LineEnd.LF: "\n", LineEnd.CRLF: "\r\n", LineEnd.CR: "\r"}[line_end]
    text = mark + file_of({**ADA, "name": "Zoë"}, EVE).replace("\n", end)
    outcome = check((text if last else text.removesuffix(end)).encode(encoding), chunk=chunk)
    dialect = outcome.report.dialect
    assert dialect
    assert (dialect.encoding, dialect.has_byte_order_mark, dialect.line_end) == (encoding, bool(mark), line_end)
    assert [user["name"] for user in outcome.users] == ["Zoë", "Eve, of Eden"]
    assert list(outcome.report.parts[0].segments) == [(2, 2, 2)]


def test_a_file_in_cognitos_dialect_goes_through_untouched() -> None:
    """Columns in any order; the part is the file, byte for byte."""
    content = file_of(ADA, EVE, columns=[*HEADER[5:], *HEADER[:5]])
    outcome = check(content)
    assert outcome.sink.parts == [content.encode()]
    assert outcome.report.normalized == {}


def test_missing_columns_are_added_and_immutable_ones_named() -> None:
    """Cognito wants every column; what the file lacks comes after its own, and what can never be set later is said."""
    outcome = check(file_of(ADA, EVE, columns=SHORT))
    added = tuple(name for name in HEADER if name not in SHORT)
    assert outcome.report.columns.added == added
    assert outcome.report.columns.never_settable == ("custom:since",)
    first = outcome.sink.parts[0].decode().splitlines()[0].split(",")
    assert first == [*SHORT, *added]
    assert outcome.users[1] == EXPECTED_EVE


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ("username", "cognito:username"),
        ("User_Name", "cognito:username"),
        ("COGNITO:USERNAME", "cognito:username"),
        ("cognito username", "cognito:username"),
    ],
)
def test_usernames_have_other_names(given: str, column: str) -> None:
    """Names are matched without case, blanks and dashes, and by the table of aliases; the report says so."""
    outcome = check(f"{given},E-Mail,Email Verified,Team\nada,ada@example.com,true,Moon\n")
    assert outcome.report.columns.renamed == {
        given: column,
        "E-Mail": "email",
        "Email Verified": "email_verified",
        "Team": "custom:team",
    }
    assert outcome.users == [
        {"cognito:username": "ada", "email": "ada@example.com", "email_verified": "true", "custom:team": "Moon"}
    ]


def test_unknown_columns_are_left_out_where_that_is_wanted() -> None:
    """The other columns pass as if the unknown ones were not there, whatever is in these."""
    content = (
        "id,username,email,shoe size,email_verified,name\n"
        "1,ada,ada@example.com,38\\, wide,true,Ada\\, Countess\n"
        f"2,{'x' * 200},bob@example.com,,true,Bob\n"
        "3,eve,eve@example.com,\\,\\,,yes,Eve\n"
    )
    outcome = check(content, unknown_columns=UnknownColumns.LEAVE_OUT)
    assert outcome.report.columns.left_out == ("id", "shoe size")
    assert [user["name"] for user in outcome.users] == ["Ada, Countess", "Eve"]
    assert outcome.users[0]["email"] == "ada@example.com"
    assert outcome.codes == [(3, Code.USERNAME_INVALID)]


@pytest.mark.parametrize("rows_before", [0, 3, 5000])
def test_quoting_that_shows_late_is_still_found(rows_before: int) -> None:
    """Rows that read the same either way decide nothing; the first that does decides, however late."""
    before = "".join(f"user{number},u{number}@example.com,true,\n" for number in range(rows_before))
    quoted = check(f'{HEAD}\n{before}eve,eve@example.com,true,"Eve, of Eden"\n', block_bytes=4096)
    escaped = check(f"{HEAD}\n{before}eve,eve@example.com,true,Eve\\, of Eden\n", block_bytes=4096)
    assert quoted.users[-1] == escaped.users[-1] == EXPECTED_EVE
    assert quoted.report.dialect
    assert quoted.report.dialect.quoting is Quoting.QUOTES
    assert quoted.report.accepted == escaped.report.accepted == rows_before + 1


@pytest.mark.parametrize("rows_before", [2, 5000])
def test_a_quotation_mark_within_a_value_does_not_say_how_a_file_is_quoted(rows_before: int) -> None:
    """However many there are before a value in quotation marks."""
    before = "".join(f'user{number},u{number}@example.com,true,Bob "B"\n' for number in range(rows_before))
    outcome = check(f'{HEAD}\n{before}eve,eve@example.com,true,"Eve, of Eden"\n', block_bytes=4096)
    assert outcome.report.dialect
    assert outcome.report.dialect.quoting is Quoting.QUOTES
    assert outcome.users == [EXPECTED_EVE]


def test_a_line_break_inside_a_value_rejects_its_row_alone() -> None:
    """A row over several lines is one row, numbered by its first line; the next row is found."""
    outcome = check(f'{HEAD}\nada,ada@example.com,true,"Ada\nLovelace, ""Countess""\n"\neve,eve@example.com,true,Eve\n')
    assert outcome.codes == [(2, Code.LINE_BREAK_IN_VALUE)]
    assert list(outcome.report.parts[0].segments) == [(2, 5, 1)]
    assert outcome.report.rows == 2


def test_a_line_break_at_the_end_of_a_value_is_white_space() -> None:
    """White space around a value is trimmed, and a line break is white space."""
    outcome = check(f'{HEAD}\nada,ada@example.com,true,"Ada\n"\n{BOB}\n')
    assert [user.get("name") for user in outcome.users] == ["Ada", None]
    assert list(outcome.report.parts[0].segments) == [(2, 2, 1), (3, 4, 1)]


@pytest.mark.parametrize(
    ("value", "code"),
    [('"Ada', Code.QUOTE_NOT_CLOSED), ('"Ada" Lovelace', Code.QUOTES_BROKEN), ('5" disk', Code.QUOTE_IN_VALUE)],
)
def test_broken_quotes_reject_one_line(value: str, code: RejectionCode) -> None:
    """Whatever a lost quotation mark does, the rows of the next lines are read."""
    rows = "".join(f'u{number},u{number}@example.com,true,"Ann, {number}"\n' for number in range(3))
    outcome = check(f"{HEAD}\n{rows}ada,ada@example.com,true,{value}\n{BOB}\n{BOB.replace('bob', 'bab')}\n")
    assert outcome.codes == [(5, code)]
    assert outcome.report.accepted == 5


@pytest.mark.parametrize(
    ("column", "given", "taken", "kind"),
    [
        ("email_verified", "True", "true", Normalization.BOOLEAN),
        ("email_verified", "1", "true", Normalization.BOOLEAN),
        ("email_verified", "Yes", "true", Normalization.BOOLEAN),
        ("custom:active", "N", "false", Normalization.BOOLEAN),
        ("cognito:mfa_enabled", "f", "false", Normalization.BOOLEAN),
        ("birthdate", "1815-12-10", "12/10/1815", Normalization.DATE),
        ("phone_number", "+1 (415) 555-0100", "+14155550100", Normalization.PHONE),
        ("phone_number", "+49\u00a040\u2013123.456", "+4940123456", Normalization.PHONE),
        ("updated_at", "1700000000123", "1700000000", Normalization.MILLISECONDS),
        ("updated_at", "1700000000123456", "1700000000", Normalization.MILLISECONDS),
        ("name", " Ada\u3000", "Ada", Normalization.TRIMMED),
    ],
)
def test_what_is_certain_is_put_right_and_counted(column: str, given: str, taken: str, kind: Normalization) -> None:
    """Booleans, ISO dates, phone numbers, milliseconds and white space become what Cognito takes."""
    outcome = check_row({column: given})
    assert outcome.users[0][column] == taken
    assert outcome.report.normalized == {kind: 1}


@pytest.mark.parametrize(
    ("column", "given", "code"),
    [
        ("birthdate", "10/12/15", Code.BIRTHDATE_INVALID),
        ("birthdate", "1815-12-10T00:00:00Z", Code.BIRTHDATE_INVALID),
        ("phone_number", "+49 (0)40 123456", Code.PHONE_INVALID),
        ("phone_number", "0049 40 123456", Code.PHONE_INVALID),
        ("updated_at", "1700000000.5", Code.UPDATED_AT_INVALID),
        *(("updated_at", no_time, Code.UPDATED_AT_INVALID) for no_time in ("20240131", "20240131120000", "44927")),
        ("custom:active", "maybe", Code.BOOLEAN_INVALID),
    ],
)
def test_what_is_ambiguous_is_rejected_with_a_hint(column: str, given: str, code: RejectionCode) -> None:
    """A guess is never made; the hint says how to write it, and neither sentence quotes the value."""
    outcome = check_row({column: given})
    (row,) = outcome.sink.rejections
    assert (row.code, row.column, row.line) == (code, column, 2)
    assert row.hint
    assert given not in row.sentence + row.hint


def test_a_sign_in_attribute_is_filled_in_from_the_username() -> None:
    """Where users sign in with their email the username is it; the row says so in both places."""
    pool = requiring("email", UsernameAttributes=["email"])
    outcome = check("cognito:username,email_verified\nada@example.com,true\n", pool)
    assert outcome.users == [
        {"cognito:username": "ada@example.com", "email_verified": "true", "email": "ada@example.com"}
    ]
    phone = check_row(
        {"cognito:username": "+1 415 5550100", "phone_number_verified": "true"},
        user_pool(UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"]),
    )
    assert phone.users[0]["phone_number"] == phone.users[0]["cognito:username"] == "+14155550100"
    assert phone.report.normalized == {Normalization.PHONE: 1, Normalization.SIGN_IN_ATTRIBUTE: 1}
