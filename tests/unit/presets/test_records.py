"""Records of JSON files: none is lost, and a file that breaks is not trusted."""

from __future__ import annotations

import json
import re
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.presets import json_text
from cognito_drop.core.presets.json_records import BrokenFileError, Shape, json_records
from cognito_drop.core.presets.json_text import JsonText
from cognito_drop.core.presets.source import Source
from cognito_drop.core.presets.user import json_object
from cognito_drop.core.rows import Dialect, Encoding, LineEnd, Quoting
from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.rows.dialect import DateOrder
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.presets.exports import check_export, lines, notes

if TYPE_CHECKING:
    from collections.abc import Iterator

ADA = {"user_id": "auth0|1", "email": "ada@example.com", "email_verified": True}
BOB = {"user_id": "auth0|2", "email": "bob@example.com", "email_verified": True}


@pytest.mark.parametrize("chunk", [1, 3, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        lines([ADA, BOB]),
        json.dumps([ADA, BOB]),
        json.dumps([ADA, BOB], indent=4),
        f"\ufeff \n[{json.dumps(ADA)}\n,\r\n{json.dumps(BOB, indent=1)} ] \n",
        json.dumps(ADA, indent=2) + json.dumps(BOB),
        json.dumps([ADA], indent=2) + "\n[]\n" + json.dumps([BOB]),
    ],
)
def test_lists_and_lines_are_the_same_users(text: str, chunk: int) -> None:
    """However they are laid out, and however they arrive."""
    outcome = check_export(text, "auth0", chunk=chunk)
    assert [user["cognito:username"] for user in outcome.users] == ["ada@example.com", "bob@example.com"]


@pytest.mark.parametrize("stored", ["1815-12-10", "12/10/1815"])
def test_a_birthdate_of_another_pool_comes_in_either_form(stored: str) -> None:
    """An import may have stored it as in its file, or as the attribute is documented: the file has the one form."""
    attributes = {"sub": "1", "email": "ada@example.com", "email_verified": "true", "birthdate": stored}
    pairs = [{"Name": name, "Value": value} for name, value in attributes.items()]
    outcome = check_export(json.dumps({"Users": [{"Username": "ada", "Attributes": pairs}]}), "cognito")
    assert [user["birthdate"] for user in outcome.users] == ["12/10/1815"]


def test_utf16_is_read_too() -> None:
    """As PowerShell writes what a command answers."""
    outcome = check_export(json.dumps({"Users": [{"Username": "zoë", "Attributes": []}]}).encode("utf-16"), "cognito")
    assert outcome.codes == [(1, Code.NOT_VERIFIED)]


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_broken_records_are_rejected_by_their_number(chunk: int) -> None:
    """In lines the next one begins on the next line, in a list behind the last bracket."""
    broken = '{"user_id": unknown, "of": ["}", {"\\"": 1}]}'
    rest = (json.dumps("a text"), "17", "null")
    for text in (
        "\n".join((json.dumps(ADA), broken, *rest, json.dumps(BOB), '{"user_id": "cut')),
        "[" + ",".join((json.dumps(ADA), broken, *rest, json.dumps(BOB), '{"cut": }')) + "]",
    ):
        outcome = check_export(text, "auth0", chunk=chunk)
        assert outcome.codes == [(number, Code.RECORD_UNREADABLE) for number in (2, 3, 4, 5, 7)]
        assert outcome.report.rows == 7


@pytest.mark.parametrize(
    "text",
    ['[{"a": 1}', '[{"a": 1} {"a": 2}]', '[{"a": 1},]', '[{"a": "]', "[1, 2}", '[{"a": 1}] {}', '[{"a": 1}] [', "["],
)
def test_a_list_that_breaks_refuses_the_file(text: str) -> None:
    """Half of an export is not imported as if it were the whole."""
    problem = check_export(text, "auth0").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.JSON_BROKEN


@pytest.mark.parametrize("preset", ["auth0", "keycloak", "okta"])
@pytest.mark.parametrize("text", [json.dumps([[ADA], [BOB]]), json.dumps([[ADA], BOB], indent=2), "[[1,", "[[]]"])
def test_a_list_of_lists_is_refused_as_a_file(text: str, preset: str) -> None:
    """Not record by record: no bracket is missing."""
    outcome = check_export(text, preset)
    problem = outcome.report.problem
    assert problem is not None
    assert (problem.code, outcome.codes) == (ProblemCode.WRONG_EXPORT, [])
    assert problem.sentence == "The file is a JSON list of lists, not of users."
    assert problem.hint.startswith("If the inner lists are pages of users, join them with `jq add`. Export ")


@pytest.mark.parametrize(
    "text",
    [
        '{"users": [{"username": "a"}]',
        '{"users": [], "x" 1}',
        '{"x": [1, {"users": []}], "users": [1], y}',
        '[{"users": [1]}, {"users": [2]}',
        '[{"users": [1]}, 2]',
        '[{"users": [1]} {}]',
        '{"users": [1]} {"error": "too many requests"}',
    ],
)
def test_a_document_that_breaks_refuses_the_file(text: str) -> None:
    """So it is with a document that lists the users in one of its members."""
    problem = check_export(text, "keycloak").report.problem
    assert problem is not None
    assert problem.code is ProblemCode.JSON_BROKEN


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_list_of_realms_is_read_realm_by_realm(chunk: int) -> None:
    """Keycloak writes all realms into one list; records are numbered through all of them, and no realm is a user. The
    pool has one user where two realms have the same: who is shut out of the first is."""
    ada = {"username": "ada", "email": "ada@example.com", "emailVerified": True, "enabled": True}
    realms = [
        {"realm": "master", "users": [{**ada, "enabled": False}]}, {"realm": "empty"}, {"realm": "none", "users": []},
        {"realm": "shop", "roles": {"users": [1]}, "users": [{**ada, "username": "bob"}, ada], "z": "]"},
    ]  # fmt: skip
    outcome = check_export(json.dumps(realms, indent=chunk % 2), "keycloak", chunk=chunk)
    assert outcome.codes == [(1, Code.USER_DISABLED), (3, Code.USER_SHUT_OUT)]
    assert [user["cognito:username"] for user in outcome.users] == ["bob"]


def test_pages_of_answers_may_follow_one_another() -> None:
    """Records are numbered through all of them."""
    page = {"Users": [{"Username": "a"}, 1], "PaginationToken": "x"}
    outcome = check_export(json.dumps(page) + "\n" + json.dumps({"Next": {"Users": [1]}, **page}), "cognito")
    assert outcome.codes == [
        (1, Code.NOT_VERIFIED), (2, Code.RECORD_UNREADABLE), (3, Code.NOT_VERIFIED), (4, Code.RECORD_UNREADABLE),
    ]  # fmt: skip


@pytest.mark.parametrize("other", [{}, {"Users": None}, {"statusCode": 429, "error": "Too Many Requests"}])
@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("is_list", [False, True])
def test_a_page_without_users_refuses_the_file(other: dict[str, Any], place: int, *, is_list: bool) -> None:
    """The users of that page would be missed. The first page lists none, so that its records do not tell the place."""
    pages = [{"Users": []}, {"Users": [1, 2]}, {"Users": [3]}]
    pages.insert(place, other)
    outcome = check_export(json.dumps(pages) if is_list else lines(pages), "cognito")
    problem = outcome.report.problem
    assert problem
    assert problem.code is ProblemCode.JSON_BROKEN
    records = [0, 0, 2, 3][place]
    where = f"after record {records}" if records else "before the first record"
    assert problem.sentence == (
        f"A JSON object {where} has no list 'Users': an API may have returned an error in its place."
    )


def test_the_first_of_several_pages_may_be_the_one_without_users() -> None:
    """Where it is too long for the file's start to tell."""
    error = {"error": "x" * 300_000}
    outcome = check_export(lines([error, {"Users": [{"Username": "a"}]}]), "cognito")
    assert outcome.report.problem
    assert outcome.report.problem.sentence == (
        "A JSON object before the first record has no list 'Users': an API may have returned an error in its place."
    )


def test_a_realm_without_users_may_stand_among_others() -> None:
    """Keycloak leaves out the list of a realm that has none."""
    ada = {"username": "ada", "email": "ada@example.com", "emailVerified": True, "enabled": True}
    realms = [{"realm": "shop", "users": [ada]}, {"realm": "empty"}]
    for text in (json.dumps(realms), lines(realms)):
        outcome = check_export(text, "keycloak")
        assert (outcome.report.problem, outcome.report.accepted) == (None, 1)


def test_a_record_that_is_too_long_or_too_deep_is_rejected_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others around it are imported."""
    monkeypatch.setattr(json_text, "MAX_RECORD_CHARACTERS", 3_000)
    long, deep = {**ADA, "user_metadata": "x" * 4_000}, "[" * 100_000 + "]" * 100_000
    for text in (
        "\n".join((json.dumps(ADA), json.dumps(long), json.dumps(BOB))),
        f"[{json.dumps(ADA)},{json.dumps(long)},{json.dumps(BOB)}]",
        f"[{json.dumps(ADA)},{deep},{json.dumps(BOB)}]",
    ):
        outcome = check_export(text, "auth0")
        assert [line for line, _ in outcome.codes] == [2]
        assert outcome.report.accepted == 2


def test_signs_that_no_file_can_hold_are_rejected() -> None:
    """Line breaks, quotation marks and halves of surrogates in values; nothing is raised."""
    bad = [{**ADA, "name": name} for name in ("two\nlines", 'a "b"', "\ud800", "back\\slash", "nul\0")]
    outcome = check_export(lines([*bad, ADA]), "auth0")
    assert [code for _, code in outcome.codes] == [
        Code.LINE_BREAK_IN_VALUE, Code.QUOTE_IN_VALUE, Code.CONTROL_CHARACTER, Code.BACKSLASH_IN_VALUE,
        Code.CONTROL_CHARACTER,
    ]  # fmt: skip
    assert outcome.report.accepted == 1


def test_memory_does_not_grow_with_the_file() -> None:
    """Four times as many users in one list take no more memory than the table of users."""

    def peak(count: int) -> int:
        def chunks() -> Iterator[str]:
            yield '{"realm": "x", "users": ['
            for number in range(count):
                yield f'{"," if number else ""}{{"username": "u{number}", "attributes": {{"a": ["{"x" * 1_000}"]}}}}'
            yield "]}"

        content = "".join(chunks())
        tracemalloc.start()
        try:
            check_export(content.encode(), "keycloak", chunk=1 << 16)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(4_000) < peak(1_000) + 4_000_000  # of which the content itself, once more in bytes, is 3 MB


def test_groups_of_a_realm_are_carried_over_where_cognito_takes_their_names() -> None:
    """Paths without the slash at their start; the others stay behind, and are counted."""
    user = {"username": "ada", "email": "ada@example.com", "emailVerified": True, "enabled": True}
    export = lines([
        {**user, "groups": ["/staff/admins", "/ops"]}, {**user, "username": "ben", "groups": ["/two words", "/a|b"]},
        {**user, "username": "eve", "groups": "?"},
    ])  # fmt: skip
    found = check_export(export, "keycloak")
    assert found.report.accepted == 3
    assert [(one.line, one.username, one.groups) for one in found.sink.members] == [(1, "ada", ("staff/admins", "ops"))]
    assert notes(found) == {"roles": 1}


def test_a_mapping_names_groups() -> None:
    """Items of a list are names, and so are texts between bars."""
    mapping = {
        "columns": {
            "cognito:username": "id", "email": "mail", "cognito:groups": "teams",
            "email_verified": {"constant": "true"},
        },
    }  # fmt: skip
    export = lines([
        {"id": "ada", "mail": "ada@example.com", "teams": ["staff", "ops"]},
        {"id": "ben", "mail": "ben@example.com", "teams": "ops|staff"}, {"id": "eve", "mail": "eve@example.com"},
    ])  # fmt: skip
    found = check_export(export, mapping)
    assert [one.groups for one in found.sink.members] == [("staff", "ops"), ("ops", "staff")]
    assert found.report.memberships == 4


def test_a_file_is_read_again_as_it_was_recorded() -> None:
    """All that tells records apart comes back from JSON."""
    dialect = Dialect(
        Encoding.UTF_16_LE,
        has_byte_order_mark=True,
        separator=";",
        quoting=Quoting.QUOTES,
        line_end=LineEnd.CRLF,
        dates=DateOrder.DAY_FIRST,
    )
    for source in (
        Source(dialect, Shape.DOCUMENT, "users", longest=7),
        Source(dialect, None, csv_columns=("id", "email"), width=2, longest=9),
    ):
        assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source
    assert Dialect.from_json({**dialect.to_json(), "byte_order_mark": False}).has_byte_order_mark is False


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ('{"a": 1}', {"a": 1}), (' {"a": 1}\n', {"a": 1}), ('{"a": 1} x', {}), ("[1]", {}), ("", {}), (None, {}),
        ({"a": 1}, {"a": 1}), ([1], {}), ("[" * 100_000, {}),
    ],
)  # fmt: skip
def test_a_text_is_an_object_only_as_a_whole(given: object, read: object) -> None:
    """What follows the object makes it no JSON."""
    assert json_object(given) == read


def test_records_that_need_no_closer_look_are_taken_in_one_run() -> None:
    """All but the last of the list, for which more may have to be read; the place stays before it."""
    text = JsonText([b'{"a": 1}, {"b": [2]},[], {"c": 3}]'], Encoding.UTF_8)
    text.more()
    assert list(text.run(re.compile(r",\s*"))) == [
        ({"a": 1}, '{"a": 1}', False), ({"b": [2]}, '{"b": [2]}', False), ([], "[]", False),
    ]  # fmt: skip
    assert text.text[text.at :] == '{"c": 3}]'


def test_what_users_leave_behind_who_are_in_the_pool_already_is_not_counted() -> None:
    """Nothing of them is imported."""
    users = [{**user, "app_metadata": {"plan": "small"}} for user in (ADA, BOB)]
    outcome = check_export(lines(users), "auth0", is_known=lambda key: b"ada" in key)
    assert (outcome.report.known, outcome.report.accepted) == (1, 1)
    assert notes(outcome)["other_data"] == 1


@pytest.mark.parametrize("shape", [Shape.ARRAY, Shape.LINES])
def test_what_is_between_records_may_be_another_each_time(shape: Shape) -> None:
    """One separator may be the start of the next one, or be followed by what has no value."""
    signs = [",", ", ", ",", " ,", ",\n", ",\n", ",\n ", "\n,\n", "\n,", ",\t\t", ",\t"]
    records = ['{"a": 1}', "12", '"x"', "[]", '{"a": "},\\u0000"}']
    given = [(record, between) for between in signs for record in records]
    text = "".join(f"{record}{between}" for record, between in given) + "{}"
    text = f"[{text}]" if shape is Shape.ARRAY else f"{text}\n"
    found = list(json_records([text.encode()], Encoding.UTF_8, shape, None))
    assert [record.text for record in found] == [*(record for record, _ in given), "{}"]
    assert [record.value for record in found] == [json.loads(record.text) for record in found]


@pytest.mark.parametrize(("sign", "read"), [("\0", 2), (";", 2), (",,", 2), ("", 2)])
def test_what_is_no_comma_ends_a_list(sign: str, read: int) -> None:
    """After as many records as were read before it."""
    text = f'[{{"a": 1}},{{"a": 2}}{sign}{{"a": 3}}]'
    with pytest.raises(BrokenFileError) as raised:
        list(json_records([text.encode()], Encoding.UTF_8, Shape.ARRAY, None))
    assert raised.value.records == read
