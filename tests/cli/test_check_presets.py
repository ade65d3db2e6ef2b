"""`cognito-drop check --preset`: exports of other systems, checked on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.command import CLEAN, HEADER, POOL
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.cli.command import Command

EXAMPLES = PROJECT / "examples" / "presets"
HASHING = {**POOL, "CSVHeader": [*HEADER, "password_hash"]}


def test_an_export_is_reported_of_by_its_records(check: Command) -> None:
    """How many users can be imported, what they leave behind, and which records are rejected."""
    said = check((EXAMPLES / "auth0.ndjson").read_bytes(), "--preset", "auth0", pool=HASHING)
    assert (said.code, said.shown) == (ExitCode.INCOMPLETE, "")
    assert said.out.startswith("users.csv: 5 of 7 rows can be imported.\n")
    assert "5 users with a password hash that this pool's setting password_hashes does not allow" in said.out
    assert "2 users with roles, groups, or claims, which are not migrated." in said.out
    assert "records" in said.out
    assert "amara" not in said.out
    assert "$2" not in said.out


def test_as_json_it_has_the_preset_and_what_is_left_behind(check: Command) -> None:
    """With the algorithm given, no password is among it."""
    content = (EXAMPLES / "auth0.ndjson").read_bytes()
    options = ("--preset", "auth0", "--password-hashes", "BCRYPT", "--output", "json")
    said = check(content, *options, pool=HASHING)
    assert said.data["preset"] == {"name": "auth0", "format": "json", "lines_are": "records"}
    codes = {warning["code"]: warning.get("count") for warning in said.data["warnings"]}
    assert codes.pop("password_hashes_without_srp") is None
    assert codes == {
        "roles": 2,
        "other_data": 2,
        "social_identities": 1,
        "mfa": 1,
        "username_is_email": 5,
        "passwords_from_file": 5,
    }
    assert [row["line"] for row in said.data["rejected"]] == [4, 5]


def test_a_refused_export_has_no_rejected_rows(check: Command) -> None:
    """A realm without users is one problem: the realm is not said to be a user without a name."""
    realm = '{"realm": "staff", "enabled": true, "roles": {}}'
    said = check(realm, "--preset", "keycloak", "--output", "json")
    assert (said.code, said.data["problem"]["code"]) == (ExitCode.UNUSABLE, "wrong_export")
    assert (said.data["rows"], said.data["rejected"]) == (0, [])


def test_hashes_for_a_pool_that_does_not_list_the_column_come_with_a_warning(check: Command) -> None:
    """They are sent, and what the pool may do then is said before."""
    content = (EXAMPLES / "auth0.ndjson").read_bytes()
    said = check(content, "--preset", "auth0", "--password-hashes", "BCRYPT", "--output", "json")
    assert (said.code, said.data["accepted"]) == (ExitCode.INCOMPLETE, 5)
    codes = [warning["code"] for warning in said.data["warnings"]]
    of_passwords = ["password_hashes_not_listed", "password_hashes_without_srp", "passwords_from_file"]
    assert [code for code in codes if code in of_passwords] == of_passwords
    assert codes[0] == "password_hashes_not_listed", "what endangers the whole import comes first"
    said = check(content, "--preset", "auth0", "--password-hashes", "none")
    text = " ".join(said.out.split())
    assert "5 users with a password hash that this pool's setting password_hashes does not allow" in text


def test_a_mapping_is_read_from_its_file(check: Command) -> None:
    """It may be YAML, and add to a preset."""
    content = (EXAMPLES / "auth0.ndjson").read_bytes()
    mapping = check.write("preset: auth0\ncolumns:\n  custom:size: {constant: 38}\n", "mapping.yaml")
    assert "5 of 7 rows can be imported." in check(content, "--preset", str(mapping)).out
    mapping = check.write("preset: auth0\ncolumns:\n  custom:size: {constant: 99}\n", "mapping.yaml")
    assert "custom:size is more than 60." in check(content, "--preset", str(mapping)).out


@pytest.mark.parametrize("text", ["[1]", "a: [", "columns: {name: {form: x}}", "columns: 1"])
def test_a_mapping_that_is_none_is_reported(check: Command, text: str) -> None:
    """In a sentence, with the exit code of wrong usage."""
    mapping = check.write(text, "mapping.yaml")
    said = check("{}", "--preset", str(mapping))
    assert said.code == ExitCode.UNUSABLE
    assert "mapping.yaml" in said.err
    assert "Traceback" not in said.err


def test_a_preset_that_there_is_not_is_reported(check: Command) -> None:
    """With those that there are."""
    said = check("{}", "--preset", "ldap")
    assert said.code == ExitCode.UNUSABLE
    assert "auth0, clerk, cognito" in said.err


def test_an_export_that_was_cut_off_cannot_be_used(check: Command) -> None:
    """Half of it is not taken for all of it."""
    said = check((EXAMPLES / "keycloak.json").read_bytes()[:3_000], "--preset", "keycloak")
    assert said.code == ExitCode.UNUSABLE
    assert "not valid JSON" in said.out


def test_without_a_preset_an_export_is_recognized(check: Command) -> None:
    """Where no alias says how a drop is read; what it was taken for and why is said."""
    content = (EXAMPLES / "okta.csv").read_bytes()
    said = check(content, name="people.txt")
    assert said.out.startswith(
        "The file was taken for an export for the preset okta, because it has the columns login and status.\n"
        "people.txt: 4 of 6 rows can be imported.\n"
    )
    data = check(content, "--preset", "auto", "--output", "json").data
    assert (data["recognized"]["preset"], data["preset"]["name"], data["accepted"]) == ("okta", "okta", 4)
    assert check(content, "--preset", "okta", "--output", "json").data["recognized"] is None


def test_a_file_of_the_pools_own_columns_is_said_to_be_one_if_asked(check: Command) -> None:
    """With auto; a plain check has no more to say than before."""
    said = check(CLEAN, "--preset", "auto")
    assert said.out.startswith("The file was taken for a file with the pool's own columns, because it has ")
    assert check(CLEAN, "--output", "json").data["recognized"]["preset"] is None
