"""Files that are joined into one, as `import --together` does."""

from __future__ import annotations

import codecs
from dataclasses import replace
from itertools import product
from typing import Final

from cognito_drop.core.rows.detection import HEAD_BYTES
from tests.unit.answers.case import Case, made
from tests.unit.answers.made_rows import ANN, BOB, CY, NAMED, sep

_FIRST: Final = made(NAMED, f"{ANN},Ann")
_OTHER: Final = f"{NAMED}\n{BOB},B\u00f6b\n{CY},Cy"
_SEMICOLONS: Final = made(*sep(";", NAMED, f"{ANN},Ann"))
_MARKS: Final = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_ENDS: Final = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
_WRITTEN: Final = {
    f"{encoding} {'with' if has_mark else 'without'} a byte order mark, {end}": Case(
        (_MARKS[encoding] if has_mark else b"") + f"{_OTHER.replace(chr(10), sign)}".encode(encoding)
    )
    for encoding, has_mark, (end, sign) in product(_MARKS, (True, False), _ENDS.items())
}
_LONG: Final = "\n".join([NAMED, *(f"{BOB},{'B' * 100}" for _ in range(HEAD_BYTES // 100))]) + "\n"


def _joined(first: Case, *others: Case) -> Case:
    return replace(first, joined_with=tuple(other.content for other in others), is_shown=False)


FILES: Final = {
    **{f"commas and {name}": _joined(_FIRST, other) for name, other in _WRITTEN.items()},
    "a byte order mark in both": _joined(
        Case(codecs.BOM_UTF8 + _FIRST.content), Case(codecs.BOM_UTF8 + _FIRST.content)
    ),
    "two byte order marks": _joined(_FIRST, Case(codecs.BOM_UTF8 * 2 + _FIRST.content)),
    "CRLF, and one LF": _joined(_FIRST, made(NAMED, f"{BOB},Bob\r", f"{CY},Cy")),
    "three files": _joined(_FIRST, made(NAMED, f'{BOB},"Roe, Bob"'), made(NAMED, f"{CY},Cy", "", "")),
    "a header alone": _joined(_FIRST, made(NAMED), made(NAMED, last="")),
    "blank lines and blanks above the header": _joined(_FIRST, made("", "  ", "\u00a0", NAMED, f"{BOB},Bob")),
    "sep= above the header": _joined(_SEMICOLONS, made("sep=;", *sep(";", NAMED, f"{BOB},Bob"))),
    "sep= below blank lines": _joined(_SEMICOLONS, made("", " ", "sep=;", *sep(";", NAMED, f"{BOB},Bob"))),
    "sep= in both, and other separators in names": _joined(
        made("sep=;", "a,b;c,d;e,f,g", "1;2;3"), made("sep=;", "a,b;c,d;e,f,g", "4;5;6")
    ),
    "sep= in both, in other letters": _joined(made("sep=|", "a|b", "1|2"), made('"SEP=|"', "a|b", "3|4")),
    "sep= that names another separator": _joined(_SEMICOLONS, made("sep=,", *sep(";", NAMED, f"{BOB},Bob"))),
    "other lines above the header": _joined(
        _SEMICOLONS, made("version:v1.0", *sep(";", NAMED, f"{BOB},Bob")), made("#TYPE User", *sep(";", NAMED))
    ),
    "sep= below blanks that Unicode knows": _joined(
        made("sep=;", "a,b,c;d", "1;2"), made("\u00a0", "sep=;", "a,b,c;d", "3;4")
    ),
    "sep= alone": _joined(_FIRST, made("sep=,")),
    "quoted names": _joined(_FIRST, made(*[NAMED.replace("email,", '"email",')], f"{BOB},Bob")),
    "quoted names above escaped commas": _joined(
        _FIRST, made(*[NAMED.replace("email,", '"email",')], rf"{BOB},Roe\, Bob", rf"{CY},Poe\, Cy")
    ),
    "a separator in a quoted name": _joined(made('a,"b, c"', "1,2"), made('"a","b, c"', "3,4")),
    "blanks around names": _joined(_FIRST, made(NAMED.replace(",", " , "), f"{BOB},Bob")),
    "names in another order": _joined(_FIRST, made("name,cognito:username,email,email_verified", f"Bob,{BOB}")),
    "names in capital letters": _joined(_FIRST, made(NAMED.upper(), f"{BOB},Bob")),
    "a zero-width space in a name": _joined(_FIRST, made(NAMED.replace("name", "n\u200bame"), f"{BOB},Bob")),
    "a header further down": _joined(_FIRST, made("", "", f"{NAMED},more", f"{BOB},Bob,x")),
    "one column": _joined(made("email", "ann@example.com"), made("email", "bob@example.com")),
    **{
        f"another separator: {name}": _joined(_FIRST, made(*sep(sign, NAMED, f"{BOB},Bob")))
        for name, sign in (("semicolons", ";"), ("tabs", "\t"), ("bars", "|"))
    },
    **{
        f"both with {name}": _joined(
            made(*sep(sign, NAMED, f"{ANN},Ann")), made(*sep(sign, NAMED, f'{BOB},"Roe'), 'Bob"')
        )
        for name, sign in (("semicolons", ";"), ("tabs", "\t"), ("bars", "|"))
    },
    "semicolons, a backslash before a comma, and a quoted comma": _joined(
        made(*sep(";", NAMED), r"ann;ann@example.com;true;Lee\, Ann"),
        made(*sep(";", NAMED), 'bob;bob@example.com;true;"Roe, Bob"'),
    ),
    "quoted commas in both": _joined(made(NAMED, f'{ANN},"Lee, Ann"'), made(NAMED, f'{BOB},"Roe, Bob"')),
    "escaped commas in both": _joined(made(NAMED, rf"{ANN},Lee\, Ann"), made(NAMED, rf"{BOB},Roe\, Bob")),
    "a quoted comma, and an escaped one": _joined(
        _FIRST, made(NAMED, f'{ANN},"Lee, Ann"'), made(NAMED, rf"{BOB},Roe\, Bob")
    ),
    "an escaped comma, and a quoted one": _joined(
        made(NAMED, rf"{BOB},Roe\, Bob"), _FIRST, made(NAMED, f'{ANN},"Lee, Ann"')
    ),
    "a quotation mark within a value": _joined(_FIRST, made(NAMED, f'{BOB},Bob "B" Roe')),
    "a quotation mark within a value beside escaped commas": _joined(
        _FIRST, made(NAMED, rf'{BOB},Roe\, "B" Bob', f'{CY},"Cy')
    ),
    "a quotation mark that is not closed": _joined(_FIRST, made(NAMED, f'{BOB},"Bob', f"{CY},Cy")),
    "a quotation mark that is not closed in the first file": _joined(made(NAMED, f'{ANN},"Ann'), _FIRST),
    "a quotation mark in the header that is not closed": _joined(_FIRST, made(f'{NAMED},"more', f"{BOB},Bob,")),
    "text behind a quoted value": _joined(_FIRST, made(NAMED, f'{BOB},"Bob" Roe')),
    "not UTF-8 in line 3": _joined(_FIRST, Case(f"{NAMED}\n{BOB},Bob\n{CY},".encode() + b"M\xfcller\n")),
    "not UTF-8 behind the start": _joined(_FIRST, Case(_LONG.encode() + b"M\xfcller\n")),
    "UTF-16 that breaks off within a character": _joined(
        _FIRST, Case(codecs.BOM_UTF16_LE + _LONG.encode("utf-16-le") + b"a")
    ),
    "quotation marks behind the start": _joined(_FIRST, Case(f'{_LONG}{CY},"Poe, Cy"\n'.encode())),
    "nothing": _joined(_FIRST, Case(b"")),
    "JSON": _joined(_FIRST, Case(b'[{"login": "ann"}]')),
    "a PDF": _joined(_FIRST, Case(b"%PDF-1.7\n")),
}
