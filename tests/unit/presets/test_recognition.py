"""What a file is taken for by its contents, whatever its name is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.presets import recognition, recognize
from cognito_drop.core.presets.recognition import how_to_use
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.rows import Options, PoolRules
from cognito_drop.core.rows.detection import HEAD_BYTES
from cognito_drop.core.rows.options import UnknownColumns
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.presets.exports import EXAMPLES, check_export, check_plain
from tests.unit.real_files.test_real_files import FILES, HEADER, RIGHT
from tests.unit.rows.files import user_pool

if TYPE_CHECKING:
    from cognito_drop.core.presets.source import Source

RULES = PoolRules.of(user_pool(SchemaAttributes=[]), HEADER)
SAMPLES = sorted(path for path in EXAMPLES.iterdir() if path.suffix != ".yaml")
TAKEN_FOR = {"silent-loss-mapping-typo": "", "wrong-file-wrong-preset": "clerk", "no-status-okta-no-status": ""}
"""Files that are not of the preset with which they are tried, and of no other or of this one."""


def taken_for(content: bytes) -> str:
    """The name of the preset; nothing for the pool's own columns."""
    preset = recognize(content[:HEAD_BYTES], RULES).preset
    return preset.name if preset else ""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_recognized(path: object) -> None:
    """Also in UTF-16, as spreadsheets and PowerShell write it."""
    content = (EXAMPLES / str(path)).read_bytes()
    name = str(path).rpartition("/")[2].partition(".")[0]
    assert taken_for(content) == taken_for(content.decode().encode("utf-16")) == name


def test_the_lines_of_a_csv_file_are_read_once_for_all_presets(monkeypatch: pytest.MonkeyPatch) -> None:
    """And once more for the preset of files without a header."""
    read: list[Source] = []

    def first_record(source: Source, _: bytes) -> dict[str, str]:
        read.append(source)
        return {}

    monkeypatch.setattr(recognition, "_first_record", first_record)
    recognize(b"a,b\n" + b"x\n" * 100, RULES)
    assert len(read) <= 1 + sum(preset.csv_columns is not None for preset in PRESETS.values())


@pytest.mark.parametrize("name", RIGHT)
def test_every_file_of_a_report_is_recognized(name: str) -> None:
    """A file for a mapping of one's own, and one with the pool's columns, is no export."""
    (path,) = (path for path in (FILES / name).iterdir() if path.name != "mapping.yaml")
    wanted = TAKEN_FOR.get(name, RIGHT[name].preset.replace("mapping", ""))
    assert taken_for(path.read_bytes()) == wanted


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[]", "[1]", "{", '"a"', "\x00", "username,email,email_verified,status\n",
        "cognito:username,email,status,login\n", "username,email,email_verified,enabled\n", "mail,suspended\n",
        json.dumps({"error": {"code": "429"}}), json.dumps([{"username": "a", "email": "b"}]), "PAR1", "a: 1\nb: 2\n",
    ],
)  # fmt: skip
def test_what_is_no_export_is_not_taken_for_one(content: str) -> None:
    """A column of one's own that a system has too is no evidence."""
    assert taken_for(content.encode()) == ""


@pytest.mark.parametrize(
    ("content", "preset"),
    [
        ("Id,Given Name,Family Name,Nickname,Name,Email,Email Verified,Blocked\n", "auth0"),
        ("Username,Email,Email verified,Confirmation status,Status,Phone number\n", "cognito"),
        (json.dumps([{"username": "a", "enabled": True, "attributes": {}, "userStatus": "CONFIRMED"}]), "cognito"),
        (json.dumps([{"username": "a", "enabled": True, "attributes": {}, "email": "a@example.com"}]), "keycloak"),
        (f"userPrincipalName,accountEnabled,{','.join('abcdefghijklmnopqrstuvwxyz')}\nx,{',' * 26}\n", "entra"),
        (f"1;a@example.com;WAHR{';' * 24}FALSCH;\n", "firebase"),
    ],
)
def test_names_are_known_in_the_spelling_of_the_file(content: str, preset: str) -> None:
    """A header is never taken for the first line of a file without one."""
    assert taken_for(content.encode()) == preset


def test_a_file_is_not_said_to_be_another_presets_by_names_that_many_files_have() -> None:
    """An address and a status are in every list."""
    problem = check_export("Username,Email,Status\nada,ada@example.com,Disabled\n", "keycloak").report.problem
    assert problem is not None
    assert "it has none of its members, which are enabled and username or" in problem.sentence


def test_the_reason_names_members_and_no_value() -> None:
    """Of a file without a header, no value is taken for a name."""
    assert recognize(b'{"user_id": "auth0|1", "email": "ann@example.com"}', RULES).sentence == (
        "The file was taken for an export for the preset auth0, because it has the member user_id."
    )
    assert recognize(b"id,status,login,email\n", RULES).why == "it has the columns login and status"
    assert "no header" in recognize((EXAMPLES / "firebase.csv").read_bytes(), RULES).why
    headless = (FILES / "wrong-file-clerk-headerless" / "users.csv").read_bytes()
    assert recognize(headless, RULES).why == "its first line is a user of this system, where the header should be"
    assert recognize(b"email,email_verified,secret\n", RULES).why == "it has email, email_verified"
    assert recognize(b"ann@example.com,true\n", RULES).why == "it has no sign of an export that is known"


def test_an_export_is_refused_under_a_plain_alias_even_where_unknown_columns_are_left_out() -> None:
    """Otherwise the columns that say who is disabled would be left out too."""
    content = "user_id,email,email_verified,name,blocked\nauth0|1,ann@example.com,true,Ann,true\n"
    for choice in UnknownColumns:
        problem = check_plain(content, unknown_columns=choice, alias="people").report.problem
        assert problem is not None
        assert problem.code is ProblemCode.WRONG_EXPORT
        assert problem.hint == (
            "Add auth0 to the pool's setting `presets`, deploy the stack, and drop it into inbox/people/auth0/."
        )


def test_ids_of_another_form_are_not_those_of_auth0_or_clerk() -> None:
    """Many tables of users have a user_id or a user_name; without a value the name user_id counts."""
    header = "user_id,username,email,email_verified\n"
    assert taken_for(f"{header}17,ann,ann@example.com,true\n".encode()) == ""
    assert taken_for(b'{"user_id": 17, "email": "ann@example.com"}') == ""
    assert taken_for(b"user_name,email,email_verified,team\nann,ann@example.com,true,Kitchen\n") == ""
    for row in ("google-oauth2|1,ann,ann@example.com,true\n", ",ann,ann@example.com,true\n", ""):
        assert taken_for(f"{header}{row}".encode()) == "auth0"


def test_the_hint_names_the_folder_or_the_setting() -> None:
    """Whichever of them is needed."""
    assert how_to_use("okta", Options()) == "Use the preset okta."
    taken = Options(alias="people", presets=frozenset({"okta"}))
    assert how_to_use("okta", taken) == "Drop it into inbox/people/okta/."
    assert how_to_use("auth0", taken).startswith("Add auth0 to the pool's setting `presets`")


def test_a_staff_list_with_a_status_is_no_export_of_okta() -> None:
    """Many files have an address and a status; the preset would take each address for verified."""
    for header in ("First name,Last name,Email,Status,Position", "ID,Login,Email,Active,Team"):
        assert taken_for(f"{header}\nAnn,Lee,ann@example.com,Active,Dev\n".encode()) == ""
    record = {"login": "ann", "email": "ann@example.com", "account": {"status": "SUSPENDED"}}
    assert taken_for(json.dumps(record).encode()) == ""
