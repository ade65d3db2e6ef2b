"""Small files that are damaged at each place."""

from __future__ import annotations

from typing import Any, Final

from tests.unit.answers.case import Case

_NOT_UTF8: Final = "\udcff"
_OF_JSON: Final = '",:[]{}\\ \n1' + _NOT_UTF8
_OF_CSV: Final = ',;"\\\r\n #' + _NOT_UTF8
_IN_USERS: Final = {"records": "users", "columns": {"cognito:username": "id"}}
_IN_LIST: Final = {"columns": {"cognito:username": "id"}}


def _json(text: str, mapping: dict[str, Any], **how: Any) -> Case:  # noqa: ANN401  (fields of Case)
    return Case(text.encode(), mapping, damaged_with=_OF_JSON, **how)


def _csv(text: str, preset: str | dict[str, Any] = "") -> Case:
    return Case(text.encode(), preset, damaged_with=_OF_CSV)


FILES: Final = {
    "a record a line": _json('{"id": "a\\"b", "n": [1]}\n{"id": 2.5}\n', _IN_LIST),
    "a record a line, with commas": _json('{"id": 1},\n {"id": true},', _IN_LIST),
    "a list": _json('[{"id": "a]b", "n": {"m": {}}}, {"id": 2}]', _IN_LIST, chunk=5),
    "two lists": _json('[{"id": 1}] [{"id": 2}]', _IN_LIST),
    "a member of an object": _json('{"n": {"m": "}"}, "users": [{"id": "a"}, {"id": 2}], "k": 1}', _IN_USERS, chunk=5),
    "two pages": _json('{"users": [{"id": 1}]}\n{"users": [{"id": 2}, 3]}', _IN_USERS),
    "a list of pages": _json('[{"users": [{"id": 1}]}, {"m": [], "users": []}]', _IN_USERS),
    "commas": _csv("id,email,b,name\n1,a@example.com,,A\n2,b,true,B\n"),
    "quoted values": _csv('id,email,b,name\n1,"a",,"A, B"\n2,b,"x","C\nD"\n'),
    "escaped commas": _csv("id,email,b,name\n1,a,,A\\, B\n2,b,x,C\n"),
    "semicolons and CRLF": _csv('id;email;b;name\r\n1;a;"x; y";A\r\n'),
    "an export": _csv('id,login,b\n1,"a ""b""",\n\n#2,b,x\n', _IN_LIST),
}
