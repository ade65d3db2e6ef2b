"""How files of the pool's own columns are written, and files that are none."""

from __future__ import annotations

import codecs
import gzip
from typing import Final

from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES
from tests.unit.answers.case import Case, made
from tests.unit.answers.made_rows import ANN, BOB, CY, DI, LATE, LENIENT, NAMED, ROW, sep, wide

LAYOUTS: Final = {
    "commas": made(NAMED, f"{ANN},Ann", f"{BOB},"),
    "the last line without an end": made(NAMED, f"{ANN},Ann", f"{BOB},Bob", last=""),
    "semicolons": made(*sep(";", NAMED, f"{ANN},Ann", f"{BOB},Bob")),
    "semicolons, with one in a quoted value": made(
        *sep(";", NAMED, f"{ANN},Ann"), 'bob;bob@example.com;true;"Roe; Bob"'
    ),
    "semicolons, with a comma in a value": made(*sep(";", NAMED, f"{ANN},Ann"), "bob;bob@example.com;true;Roe, Bob"),
    "tabs": made(*sep("\t", NAMED, f"{ANN},Ann", f"{BOB},Bob")),
    "bars": made(*sep("|", NAMED, f"{ANN},Ann", f"{BOB},Bob")),
    "sep= above the header": made("sep=;", *sep(";", NAMED, f"{ANN},Ann", f"{BOB},Bob")),
    "sep= alone": made("sep=,"),
    "sep= above a header with other separators in its names": made(
        "sep=|", "cognito:username|email|email_verified|name,given;family", "ann|ann@example.com|true|Ann"
    ),
    "sep= between quotation marks, and behind a byte order mark": made(
        '\ufeff"SEP=;"', *sep(";", NAMED, f"{ANN},Ann"), end="\r\n"
    ),
    "version:v1.0 above the header": made("version:v1.0,,,", NAMED, f"{ANN},Ann"),
    "#TYPE above the header": made("#TYPE System.Object", NAMED, f"{ANN},Ann"),
    "separators of two kinds": made("cognito:username;email,email_verified;name", "ann;ann@example.com,true;Ann"),
    "names between quotation marks and blanks, with semicolons": made(
        ' "cognito:username" ;"email"; "email_verified"', "ann;ann@example.com;true"
    ),
    "names with quotation marks behind blanks, with semicolons and a comma": made(
        '"cognito:username";"email";"email_verified";"name, or not"', "ann;ann@example.com;true;", options=LENIENT
    ),
    "a count of rows below": made(NAMED, f"{ANN},Ann", "(1 row)", "\x1a"),
    "a line that begins like a count of rows": made(NAMED, f"{ANN},Ann", f"(2 rows{BOB},Bob", f"(3 rows),{CY}"),
    "CRLF": made(NAMED, f"{ANN},Ann", "", f"{BOB},Bob", end="\r\n"),
    "CR": made(NAMED, f"{ANN},Ann", f"{BOB},Bob", end="\r"),
    "LF, and one CRLF": made(NAMED, f"{ANN},Ann\r", f"{BOB},Bob"),
    "UTF-8 with a byte order mark": made(NAMED, f"{ANN},\u00c4nn", encoding="utf-8-sig"),
    "UTF-16, little end first": Case(codecs.BOM_UTF16_LE + f"{NAMED}\r\n{ANN},\u00c4nn\r\n".encode("utf-16-le")),
    "UTF-16, big end first": Case(codecs.BOM_UTF16_BE + f"{NAMED}\n{ANN},\u00c4nn\n{BOB},Bob\n".encode("utf-16-be")),
    "UTF-16 that breaks off within a character": Case(f"\ufeff{NAMED}\n{ANN},Ann\n".encode("utf-16-le") + b"a"),
    "not UTF-8 in line 3": Case(f"{NAMED}\n{ANN},Ann\n{BOB},M".encode() + b"\xfcller\n"),
    "not UTF-8 in line 3, with CR": Case(f"{NAMED}\r{ANN},Ann\r{BOB},M".encode() + b"\xfcller\r"),
    "not UTF-8 in line 3, with CRLF": Case(f"{NAMED}\r\n{ANN},Ann\r\n{BOB},M".encode() + b"\xfcller\r\n"),
    "half of a pair of surrogates in line 3 of UTF-16": Case(
        f"\ufeff{NAMED}\n{ANN},Ann\n".encode("utf-16-be") + b"\xdc\x00\x00\n"
    ),
    "UTF-16 without a byte order mark, little end first": made(NAMED, f"{ANN},\u00c4nn", encoding="utf-16-le"),
    "UTF-16 without a byte order mark, big end first": made(NAMED, f"{ANN},\u00c4nn", encoding="utf-16-be"),
    "not UTF-8 behind the start": Case(
        "\n".join(LATE).encode() + b"\nbob,bob@example.com,true,M\xfcller\n", is_shown=False
    ),
    "blank lines": made("", ROW, "", ANN, "  ", BOB, "", ""),
    "every value quoted": made(
        '"cognito:username","email","email_verified","name"',
        '"ann","ann@example.com","true","Lee, Ann"',
        '"bob","bob@example.com","true",""',
    ),
    "quotation marks in the first row of two": made(NAMED, f'{ANN},"Ann Lee"', f"{BOB},Bob"),
    "a quoted comma": made(NAMED, f'{ANN},"Lee, Ann"', f"{BOB},Bob"),
    "an escaped comma": made(NAMED, f"{ANN},Lee\\, Ann", f"{BOB},Bob"),
    "an escaped comma in a quoted value": made(NAMED, f'{ANN},"Lee\\, Ann"', f"{BOB},Bob"),
    "quoted commas, and one that is escaped": made(NAMED, f'{ANN},"Lee, Ann"', f'{BOB},"Roe, Bob"', f"{CY},Poe\\, Cy"),
    "escaped commas, and one that is quoted": made(NAMED, f"{ANN},Lee\\, Ann", f"{BOB},Roe\\, Bob", f'{CY},"Poe, Cy"'),
    "one quoted and one escaped comma": made(NAMED, f'{ANN},"Lee, Ann"', f"{BOB},Roe\\, Bob"),
    "quotation marks within values": made(NAMED, f'{ANN},Ann "Al" Lee', f'{BOB},""Bob""', f"{CY},Cy"),
    "doubled quotation marks": made(NAMED, f'{ANN},"Ann ""Al"" Lee"', f'{BOB},"""Bob"""', f'{CY},""'),
    "a quotation mark within a value beside escaped commas": made(NAMED, f'{ANN},Lee\\, "Al" Ann', f"{BOB},Roe\\, Bob"),
    "a quotation mark that is not closed": made(NAMED, f"{ANN},Ann", f'{BOB},"Bob', f"{CY},Cy", f"{DI},Di"),
    "a quotation mark that is not closed in the last line": made(NAMED, f'{ANN},"Ann"', f'{BOB},"Bob', last=""),
    "text behind a quoted value": made(NAMED, f'{ANN},"Ann" Lee', f'{BOB},"Roe, Bob"'),
    "text behind a quoted value alone": made(
        NAMED, f'{ANN},"Ann" Lee', 'bob,bob@example.com,"true","Bob" Roe', f"{CY},Cy"
    ),
    "a line break in a quoted value": made(NAMED, f'{ANN},"Ann', 'Lee"', f'{BOB},"Roe, Bob"'),
    "a line break in a value without quotation marks": made(NAMED, f"{ANN},Ann", f"{BOB},Bob", "Roe", f"{CY},Cy"),
    "a row of two lines, and one in which a quotation mark stays open": made(
        NAMED, f'{ANN},"Ann', 'Lee"', f'{BOB},"Bob', f"{CY},Cy"
    ),
    "quotation marks that come late": Case(
        "\n".join([*LATE, f'{ANN},"Lee, Ann"', f"{BOB},Bob", ""]).encode(), is_shown=False
    ),
    "escaped commas that come late": Case(
        "\n".join([*LATE, f"{ANN},Lee\\, Ann", f'{BOB},"Bob', ""]).encode(), is_shown=False
    ),
    "quotation marks that come late, and do not say how they are meant": Case(
        "\n".join([*LATE, f'{ANN},Ann "Al" Lee', f'{BOB},"Lee\\, Bob"', f'{CY},"Poe, Cy"', ""]).encode(), is_shown=False
    ),
    "a late row that says so, but is too long to be looked into": Case(
        "\n".join([*LATE, f'{ANN},"Lee, {"A" * MAX_RECORD_BYTES}"', f"{BOB},Roe\\, Bob", ""]).encode(), is_shown=False
    ),
    "a row that is too long": Case(
        f"{NAMED}\n{ANN},{'A' * (MAX_RECORD_BYTES + 1)}\n{BOB},Bob\n".encode(), is_shown=False
    ),
    "backslashes": made(NAMED, f"{ANN},Ann\\Lee", f"{BOB},Bob\\", f"{CY},Poe\\\\, Cy"),
    "backslashes and quotation marks that the pool's setting lets through": made(
        NAMED, f"{ANN},Ann\\Lee", f'{BOB},Bob "B" Roe', f"{CY},Cy\\", options=LENIENT
    ),
    "wide and narrow rows": made(NAMED, f"{ANN},Ann,", f"{BOB}", f"{CY},Cy,more", f"{DI},Di"),
    "all rows end in a separator": made(f"{NAMED},", f"{ANN},Ann,", f"{BOB},Bob,"),
    "a value in a column without a name": made(f"{NAMED},", f"{ANN},Ann,", f"{BOB},Bob,x"),
    "the header again": made(ROW, ANN, ROW, BOB),
    "rows that are commented out": made(ROW, ANN, f"#{BOB}", "# left", "#", CY),
    "rows of blanks": made(ROW, ANN, ",,", " , ,", BOB),
    "blanks around names and values": made(
        " cognito:username , email,email_verified ", " ann , ann@example.com, true", BOB
    ),
    "other names of columns": made("User Name,E-Mail,Email Verified,Full Name", f"{ANN},Ann"),
    "columns that the pool does not have": made(f"{ROW},nickname,shoe_size", f"{ANN},A,38"),
    "columns that are left out": made(f"{ROW},nickname,shoe_size", f"{ANN},A,38", options=LENIENT),
    "columns that are left out, with commas": made(
        f"{NAMED},shoe size", f"{ANN},Ann,a\\, b", f"{BOB},Bob,", f"{CY},Poe\\, Cy,c", options=LENIENT
    ),
    "columns in the middle that are left out": made(
        f"shoe size,{ROW},,name", f"a\\, b,{ANN},,Ann", f",{BOB},,Roe\\, Bob", options=LENIENT
    ),
    "a column twice": made(f"{ROW},email", f"{ANN},ann@example.com"),
    "required columns that are missing": made("cognito:username,name", "ann,Ann"),
    "no header": made(f"{ANN}", f"{BOB}"),
    "a header alone": made(ROW),
    "a header and blank lines": made(ROW, "", "  "),
    "custom attributes that files may not set": wide(
        f"{ROW},custom:team,custom:level", f"{ANN},sales,1", options={"attributes": frozenset({"custom:team"})}
    ),
    "custom attributes that are left out": wide(
        f"{ROW},custom:team,custom:level",
        f"{ANN},sales,1",
        options={"attributes": frozenset({"custom:team"}), **LENIENT},
    ),
    "chunks of seven bytes": made(
        NAMED, f'{ANN},"Lee, Ann"', f'{BOB},"Bob', 'Roe"', f"{CY},Cy", chunk=7, options={"block_bytes": 64}
    ),
}
FOREIGN: Final = {
    "nothing": Case(b""),
    "blanks": Case(b"  \n\n"),
    "a workbook": Case(b"PK\x03\x04" + b"\0" * 40),
    "a compressed file": Case(gzip.compress(b"a,b\n", mtime=0), is_shown=False),
    "a PDF": Case(b"%PDF-1.7\n"),
    "a web page": made("<!DOCTYPE html>", "<html><body>Sign in</body></html>"),
    "XML": made('<?xml version="1.0"?>', "<users><user/></users>"),
    "an answer that names an error": made('{"error": {"code": "InvalidAuthenticationToken", "message": "Expired"}}'),
    **{
        f"an answer that is an error: {text}": Case(text.encode())
        for text in (
            '{"message": "Forbidden"}',
            '{"Code": 7, "Message": "Forbidden"}',
            '{"message": "Forbidden", "status": 403}',
            '{"message": "Forbidden", "id": 7}',
            '{"message": ""}',
            '{"error": false, "users": [1]}',
            '{"error_description": "x", "users": []}',
        )
    },
    **{
        f"text that begins like JSON: {text!r}": Case(text.encode())
        for text in (
            *(
                "{",
                "[",
                "[]",
                "{}",
                " \n[ ]",
                "[\n]",
                "{ }",
                "[[1]]",
                "[1, 2]",
                '["a", "b"]',
                '[ {"a": 1}]',
                '{ "a": 1}',
            ),
            *('{"a": 1', '[{"a": 1}', '["a",', "{a},{b}\n1,2", "[a],[b]\n1,2", "{a}\n1", "[1\n2", "true", '"a"', "7"),
        )
    },
    "lists in lists in lists": Case(b"[" * 200_000, is_shown=False),
    "an empty archive": Case(b"PK\x05\x06" + b"\0" * 18),
    "JSON of no known system": made('[{"login": "ann", "mail": "ann@example.com"}]'),
    "UTF-32": Case(codecs.BOM_UTF32_LE + "ann".encode("utf-32-le")),
    "a header that is too long": Case(b"a" * 300_000, is_shown=False),
    "a pool that verifies nothing": made(ROW, ANN, pool={"AutoVerifiedAttributes": []}),
}
