"""Files that hold no users are refused in one sentence that says what they look like, with and without a preset."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, Options, PoolRules
from cognito_drop.core.rows.foreign_files import is_error_answer
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.rows.files import HEADER, Kept, user_pool

RULES = PoolRules.of(user_pool(), HEADER, HashPolicy.of([]))
AN_ERROR, DRAWN = "an error that an API returned", "a table drawn as text"
FILES = {
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>": "an HTML page",
    "\n\n<html lang='en'>\n<head>\n": "an HTML page",
    "<table><tr><td>email</td></tr></table>\n": "an HTML page",
    '<?xml version="1.0"?>\n<users><user><name>Ann</name></user></users>': "XML",
    '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>': AN_ERROR,
    "users:\n  - username: ann\n    email: ann@example.com\n": "YAML",
    "---\n- email: ann@example.com\n  name: Ann\n": "YAML",
    "# staff\r\n- email: ann@example.com\r\n": "YAML",
    "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n": "an SQL",
    "INSERT INTO users (email,name) VALUES ('ann@example.com','Ann');\n": "an SQL",
    "/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `users`;\n": "an SQL",
    "/* users\n of 2024 */\ncreate table users (id int);\n": "an SQL",
    "BEGIN;\nLOCK TABLE users;\n": "an SQL",
    "USE shop;\n": "an SQL",
    "COPY auth.users (id, email) FROM stdin;\n1\tann@example.com\n\\.\n": "an SQL",
    " id |      email      | name\n----+-----------------+------\n  1 | ann@example.com | Ann\n": DRAWN,
    "+----+-----------------+\n| id | email           |\n+----+-----------------+\n": DRAWN,
    "| username | email |\n|---|---|\n| ann | ann@example.com |\n": DRAWN,
    "-----------------------------\n|         ListUsers         |\n+---+\n": DRAWN,
    "\nUserPrincipalName DisplayName\n----------------- -----------\nann@example.com   Ann Lee\n": DRAWN,
    "\nUserPrincipalName : ann@example.com\nDisplayName       : Ann Lee\n": "a list with one field in a line",
    "dn: uid=ann,ou=people,dc=example,dc=com\nmail: ann@example.com\n": "LDIF",
    "version: 1\n\ndn: uid=ann,ou=people\n": "LDIF",
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEND:VCARD\n": "contacts in vCard format",
    "{\\rtf1\\ansi\\deff0 {\\fonttbl}}\n": "a text document",
    "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{}\n": "an answer of a web server",
    "An error occurred (AccessDeniedException) when calling ListUsers\n": "the error message of a program",
    "curl: (6) Could not resolve host: example.com\n": "the error message of a program",
    "2024-05-01 10:00:00 INFO starting export\n": "a log",
    "version https://git-lfs.github.com/spec/v1\noid sha256:abc\n": "a pointer of Git LFS",
    "USERS\tann\t2024-01-01T00:00:00\tTrue\n": "the text output of `aws cognito-idp list-users`",
    "ATTRIBUTES\tsub\t1\nATTRIBUTES\temail\tann@example.com\n": "the text output of `aws cognito-idp list-users`",
    '[[users]]\nname = "ann"\n': "TOML",
    "From: ann@example.com\nTo: bob@example.com\nSubject: users\n": "an email",
    '{"error":"Unauthorized","statusCode":401,"message":"Invalid token"}': AN_ERROR,
    '{"errorCode":"E0000011","errorSummary":"Invalid token provided"}': AN_ERROR,
    '{\n  "error": {\n    "code": "InvalidAuthenticationToken"\n  }\n}\n': AN_ERROR,
    '{"errors":[{"message":"x","code":"authentication_invalid"}]}': AN_ERROR,
    '{"message": "Forbidden"}': AN_ERROR,
}
BINARIES = {
    b"BZh91AY&SY": "compressed with bzip2",
    b"\xfd7zXZ\x00\x00": "compressed with xz",
    b"\x28\xb5\x2f\xfd\x04\x00": "compressed with Zstandard",
    b"7z\xbc\xaf\x27\x1c\x00\x04": "a 7z archive",
    b"Obj\x01\x04\x16avro.schema": "an Avro file",
    b"SQLite format 3\x00\x10\x00": "an SQLite database",
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n": "a PDF",
    b"\x89PNG\r\n\x1a\n": "an image",
    b"PK\x03\x04\x14\x00\x00\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "an OpenDocument",
    b"PK\x03\x04\x14\x00\x00\x00Index/Document.iwa": "an Apple Numbers document",
}
SIGNED_OUT = '{"error": "invalid_token"}'


def problem_of(content: bytes, preset: str | dict[str, Any] | None = None) -> Problem:
    """Why the file is not usable."""
    chosen = preset_of(preset) if preset else None
    found = preflight_file([content], chosen, RULES, Options(), Kept()).problem
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("content", "said"), [*((text.encode(), said) for text, said in FILES.items()), *BINARIES.items()]
)
def test_a_file_of_another_format_is_named(content: bytes, said: str) -> None:
    """Once, as a file, with what to do."""
    for preset in (None, "okta", "keycloak", "firebase", {"columns": {"email": "mail"}}):
        problem = problem_of(content, preset)
        assert problem.code is ProblemCode.OTHER_FORMAT, (preset, problem)
        assert said in problem.sentence
        assert problem.hint


def test_json_of_which_a_mapping_finds_nothing_is_refused() -> None:
    """It is one problem, not one of each record."""
    problem = problem_of(
        b'{"mails": "ann@example.com"}\n{"mails": "bob@example.com"}\n', {"columns": {"email": "mail"}}
    )
    assert problem.code is ProblemCode.MAPPED_COLUMNS_MISSING
    assert "mail (nearest: mails)" in problem.sentence


def test_text_in_utf_16_is_named_too() -> None:
    """PowerShell redirects its tables in that encoding."""
    drawn = "\r\nMail             Name\r\n----             ----\r\nann@example.com  Ann\r\n"
    assert DRAWN in problem_of(drawn.encode("utf-16")).sentence


def test_the_hint_of_a_preset_says_how_to_get_its_export() -> None:
    """The format alone says less."""
    assert "GET /api/v1/users" in problem_of(b"---\n- email: a@example.com\n", "okta").hint
    assert "GET /api/v1/users" in problem_of(SIGNED_OUT.encode(), "okta").hint


@pytest.mark.parametrize("content", [b"[]", b"{}", b"[\n]\n"])
def test_json_without_anything_has_no_users(content: bytes) -> None:
    """It is not refused as an unknown export."""
    assert problem_of(content).code is ProblemCode.NO_ROWS


_WORDS = "error errors errorCode error_code errorSummary errorMessage error_description statusCode".split()


@pytest.mark.parametrize(
    ("names", "is_error"),
    [
        *(((word,), True) for word in _WORDS),
        *(((word.upper(), "id"), True) for word in _WORDS),
        *((names, True) for names in (("message",), ("Message", "Code"), ("message", "status"))),
        *((names, False) for names in ((), ("code",), ("status",), ("code", "status"), ("message", "id"))),
        *((names, False) for names in (("id", "email"), ("id", "status"), ("code", "message", "email"))),
        (("code", "message", "status"), True),
    ],
)
def test_an_answer_is_an_error_by_the_names_of_its_members(names: tuple[str, ...], is_error: bool) -> None:
    """In any case of letters. A message alone, with or without a code or a status, is no user."""
    assert is_error_answer(names) is is_error


def test_json_of_users_with_a_blank_error_is_no_error() -> None:
    """Some APIs answer with a member for errors, and one for the users."""
    assert problem_of(b'{"error": null, "users": [{"email": "ann@example.com"}]}').code is ProblemCode.JSON_FILE


def test_a_list_of_realms_without_users_is_named_under_another_preset() -> None:
    """With how to export the users of one."""
    problem = problem_of(b'[{"realm": "master"}, {"realm": "shop"}]', "okta")
    assert (problem.code, problem.sentence) == (
        ProblemCode.WRONG_EXPORT,
        "The file looks like a keycloak realm without users.",
    )
    assert problem.hint.startswith("Use the preset keycloak. Export one realm with its users")


@pytest.mark.parametrize(
    "content",
    [
        "cognito:username,email,email_verified\nann,ann@example.com,true\n",
        "<email>,email_verified,username\nann@example.com,true,ann\n",
        "username | email | email_verified\nann | ann@example.com | true\n",
        "error,email,email_verified,username\n,ann@example.com,true,ann\n",
        "From,email,email_verified,username\nhere,ann@example.com,true,ann\n",
        "Users\temail\temail_verified\nann\tann@example.com\ttrue\n",
        "Begin;email;email_verified;username\n2020;ann@example.com;true;ann\n",
        "Use case;email;email_verified;username\nshop;ann@example.com;true;ann\n",
        "<username>\t<email>\t<email_verified>\nann\tann@example.com\ttrue\n",
        "username\temail\temail_verified\n--\t--\t--\nann\tann@example.com\ttrue\n",
    ],
)
def test_a_csv_file_is_none_of_them(content: str) -> None:
    """Whatever its columns are called and its first rows hold."""
    problem = preflight_file([content.encode()], None, RULES, Options(), Kept()).problem
    assert problem is None or problem.code is not ProblemCode.OTHER_FORMAT
