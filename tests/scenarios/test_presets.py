"""Exports of other identity systems, dropped as they are: imported users, and a report of what did not come along."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.core.rows.rejection import NOT_TO_IMPORT
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.unit.real_files.test_real_files import FILES, RIGHT
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scenarios.world import Ending, World

pytestmark = pytest.mark.scenario

OF_THE_FILE = {"no_status", "passwords_from_file"}
"""Warnings that are not about single users."""
EXAMPLES = PROJECT / "examples" / "presets"


@pytest.fixture(scope="module")
def hashing_world() -> Iterator[World]:
    """A deployment whose pools list password hashes, but for one that takes them unlisted, and one that does not."""
    with deployed_world(
        "--clock-factor", str(FACTOR), "--import-password-hashes", "listed,crowd=taken,guests=refused"
    ) as it:
        yield it


def _drop(world: World, name: str, alias: str, folder: str = "") -> Ending:
    """Drop a sample under its preset's folder into a pool that is empty."""
    return _drop_file(world, EXAMPLES / name, alias, folder)


def _drop_file(world: World, path: Path, alias: str, folder: str) -> Ending:
    cognito = world.cloud.client("cognito-idp")
    pages = cognito.get_paginator("list_users").paginate(UserPoolId=world.pools[alias])
    for user in [user["Username"] for page in pages for user in page["Users"]]:
        cognito.admin_delete_user(UserPoolId=world.pools[alias], Username=user)
    return world.end_of(world.drop(path.read_bytes(), f"{alias}/{folder}{path.name}"))


def _user(world: World, alias: str, name: str) -> tuple[str, dict[str, str]]:
    """The status and the attributes of an imported user."""
    found = world.cloud.client("cognito-idp").admin_get_user(UserPoolId=world.pools[alias], Username=name)
    return found["UserStatus"], {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}


def _codes(ending: Ending) -> dict[str, int]:
    """What users leave behind, with its count."""
    return {one["code"]: one["count"] for one in ending.summary["warnings"] if "count" in one}


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of `examples/presets`, the pool into which it goes, and how many of its records are good."""

    name: str
    username_of_chiara: str = "chiara.rossi@example.com"
    alias: str = "people"
    imported: int = 4
    rejected: int = 2


SAMPLES = [
    Sample("auth0.ndjson", alias="moved-bcrypt", imported=5),
    Sample("clerk.csv", alias="moved-bcrypt", imported=5, rejected=1),
    Sample("cognito.json", "pool.chiara", rejected=3),
    Sample("firebase.json"),
    Sample("firebase.csv", "csv.chiara.rossi@example.com"),
    Sample("keycloak.json", "chiara.rossi", alias="moved-pbkdf2", rejected=3),
    Sample("okta.csv"),
    Sample("supabase.csv", alias="moved-bcrypt"),
]
_PREFIXES = {
    "auth0.csv": "auth0", "clerk.json": "clerk", "entra.csv": "entra", "entra.json": "graph",
    "fusionauth.json": "fusion", "google.csv": "google", "okta.json": "api",
}  # fmt: skip
MORE_SAMPLES = [
    Sample("keycloak.realms.json", "realm.chiara"),
    *(Sample(name, f"{prefix}.chiara.rossi@example.com") for name, prefix in _PREFIXES.items()),
]
"""Other formats, which take the same way."""


@pytest.mark.parametrize(
    "sample",
    [
        *(pytest.param(sample, id=sample.name) for sample in SAMPLES),
        *(pytest.param(sample, id=sample.name, marks=pytest.mark.nightly) for sample in MORE_SAMPLES),
    ],
)
def test_a_sample_ends_as_users(hashing_world: World, sample: Sample) -> None:
    """The good records are users of the pool, with their password where its hash came along; the others come back."""
    preset, alias = sample.name.split(".", maxsplit=1)[0], sample.alias
    ending = _drop(hashing_world, sample.name, alias, f"{preset}/")
    total = sample.imported + sample.rejected
    assert ending.rows == {"total": total, "imported": sample.imported, "rejected": sample.rejected}
    is_json = not sample.name.endswith(".csv")
    assert ending.summary["preset"] == {
        "name": preset, "format": "json" if is_json else "csv", "lines_are": "records" if is_json else "lines",
    }  # fmt: skip
    status, attributes = _user(hashing_world, alias, sample.username_of_chiara)
    assert status == ("CONFIRMED" if alias.startswith("moved") else "RESET_REQUIRED")
    assert attributes["email"].endswith("chiara.rossi@example.com")
    assert attributes["email_verified"] == "true"
    assert _codes(ending)
    left = {code for _, code in hashing_world.table(ending.watch, "left_behind.csv")}
    assert left == {code for code in _codes(ending) if not code.startswith("username_is")} - OF_THE_FILE
    assert "$2" not in json.dumps(ending.summary)
    _retry(hashing_world, ending, alias, preset)


@pytest.mark.parametrize(
    "name",
    [
        *("trim-okta-blank-before-status", "labels-okta-status-csv", "width-firebase-newline-in-name"),
        *("apostrophe-auth0-csv-owasp-minimal", "excel-sep-line", "invisible-bom-in-the-middle"),
    ],
)
def test_a_real_file_ends_as_users(hashing_world: World, name: str) -> None:
    """Those who are to be in the pool are in it, and no one else."""
    right = RIGHT[name]
    (path,) = (FILES / name).iterdir()
    ending = _drop_file(hashing_world, path, "people", f"{right.preset}/" if right.preset else "")
    assert ending.rows["imported"] == len(right.users)
    assert ending.rows.get("rejected", 0) == len({line for line, _ in right.rejected})
    cognito = hashing_world.cloud.client("cognito-idp")
    found = cognito.list_users(UserPoolId=hashing_world.pools["people"])["Users"]
    emails = {each["Value"] for user in found for each in user["Attributes"] if each["Name"] == "email"}
    assert emails == set(right.users)


def _retry(world: World, ending: Ending, alias: str, preset: str) -> None:
    """What came back is rejected for the same reasons when it is dropped as it is: all but who is shut out."""
    name = "retry.csv" if ending.summary["preset"]["format"] == "csv" else "retry.ndjson"
    rows = [(line, code) for line, code in world.table(ending.watch, "rejected.csv") if code not in NOT_TO_IMPORT]
    assert (name in ending.summary["files"]) is bool(rows)
    if not rows:
        return
    codes, rejected = [code for _, code in rows], len({line for line, _ in rows})
    again = world.end_of(world.drop(world.result(ending.watch, name), f"{alias}/{preset}/{name}"))
    assert again.rows == {"total": rejected, "rejected": rejected}
    assert [code for _, code in world.table(again.watch, "rejected.csv")] == codes


def test_hashes_are_sent_to_a_pool_that_does_not_list_the_column(hashing_world: World) -> None:
    """It takes them, and it was said before that it might not."""
    ending = _drop(hashing_world, "auth0.ndjson", "hashes-taken", "auth0/")
    assert ending.rows == {"total": 7, "imported": 5, "rejected": 2}
    assert "password_hashes_not_listed" in {warning["code"] for warning in ending.summary["warnings"]}
    assert _user(hashing_world, "hashes-taken", "chiara.rossi@example.com")[0] == "CONFIRMED"


HASHES = (f"$2b$12${'a' * 53}", "16384$8$1$aa00$00ff", "", r"$argon2id$v=19$m=19456\,t=2\,p=1$c2FsdA$aGFzaA")


def test_hashes_of_several_algorithms_are_imported_by_a_job_for_each(hashing_world: World) -> None:
    """Every user gets the status of its row, whatever part it was in, and a row that Cognito skips is found again."""
    cognito, pool = hashing_world.cloud.client("cognito-idp"), hashing_world.pools["moved-mixed"]
    cognito.admin_create_user(UserPoolId=pool, Username="mixed1")
    rows = [f"mixed{at},mixed{at}@example.com,true,{HASHES[at % 4]},crew" for at in range(12)]
    rows.insert(4, f"costly,costly@example.com,true,{HASHES[0].replace('12', '13')},crew")
    content = "\n".join(["cognito:username,email,email_verified,password_hash,cognito:groups", *rows, ""])
    ending = hashing_world.end_of(hashing_world.drop(content.encode(), "moved-mixed/mixed.csv"))
    assert ending.rows == {"total": 13, "imported": 11, "skipped": 1, "rejected": 1}
    parts = ending.summary["parts"]
    jobs = [cognito.describe_user_import_job(UserPoolId=pool, JobId=part["job"]["id"]) for part in parts]
    given = [job["UserImportJob"]["PasswordHashingAlgorithm"] for job in jobs]
    assert given == [part["algorithm"] for part in parts] == ["BCRYPT", "SCRYPT", "ARGON2ID"]
    assert hashing_world.table(ending.watch, "skipped.csv") == [(3, "already_exists")]
    assert hashing_world.table(ending.watch, "rejected.csv") == [(6, "hash_too_costly")]
    for at in (0, 2, 3, 5, 11):
        status, _ = _user(hashing_world, "moved-mixed", f"mixed{at}")
        assert status == ("CONFIRMED" if HASHES[at % 4] else "RESET_REQUIRED")
    in_group = cognito.list_users_in_group(UserPoolId=pool, GroupName="crew")["Users"]
    assert {user["Username"] for user in in_group} == {f"mixed{at}" for at in range(12) if at != 1}


def test_hashes_that_a_pool_refuses_lose_nothing(hashing_world: World) -> None:
    """The job fails for its header, the report names the setting, and with it the rows that came back go through."""
    ending = _drop(hashing_world, "auth0.ndjson", "hashes-refused", "auth0/")
    assert ending.rows == {"total": 7, "rejected": 2, "unprocessed": 5}
    assert ending.summary["outcome"] == "failed"
    assert ending.summary["warnings"][0]["code"] == "password_hashes_probably_refused"
    assert "password_hashes to []" in ending.summary["warnings"][0]["message"]
    rest = hashing_world.result(ending.watch, "retry.ndjson")
    again = hashing_world.end_of(hashing_world.drop(rest, "hashes-left-out/auth0/rest.ndjson"))
    assert again.rows == {"total": 6, "imported": 5, "rejected": 1}, "who is blocked does not come back"
    assert _user(hashing_world, "hashes-left-out", "chiara.rossi@example.com")[0] == "RESET_REQUIRED"


def test_a_fixed_record_is_imported_from_the_file_of_retries(hashing_world: World) -> None:
    """The record comes back as it was in the export, and goes through when its address is verified. Who is blocked is
    not among them."""
    ending = _drop(hashing_world, "auth0.ndjson", "people", "auth0/")
    records: list[dict[str, Any]] = [
        json.loads(one) for one in hashing_world.result(ending.watch, "retry.ndjson").splitlines()
    ]
    assert [record["email"] for record in records] == ["daan.visser@example.com"]
    fixed = json.dumps({**records[0], "email_verified": True})
    again = hashing_world.end_of(hashing_world.drop(fixed.encode(), "people/auth0/fixed.json"))
    assert again.rows == {"total": 1, "imported": 1}


def test_a_pool_may_have_a_mapping_as_its_preset(hashing_world: World) -> None:
    """The mapping that the deployment has read from a YAML file fills a custom attribute and writes a date anew."""
    ending = _drop(hashing_world, "auth0.ndjson", "moved-mapped")
    assert ending.rows == {"total": 7, "imported": 5, "rejected": 2}
    assert ending.summary["preset"]["name"] == "mapping of auth0"
    _, attributes = _user(hashing_world, "people", "amara.okafor@example.com")
    assert attributes["custom:department"] == "Research"
    assert attributes["birthdate"] == "12/31/1990"


def test_a_broken_export_is_refused_whole(hashing_world: World) -> None:
    """One that was cut off is not imported as if it were all."""
    jobs = len(hashing_world.jobs("people"))
    body = (EXAMPLES / "keycloak.json").read_bytes()[:4_000]
    ending = hashing_world.end_of(hashing_world.drop(body, "people/keycloak/cut.json"))
    assert ending.summary["problem"]["code"] == "json_broken"
    assert len(hashing_world.jobs("people")) == jobs
