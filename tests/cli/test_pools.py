"""Where the command has a pool's rules from, and what it says of wrong usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from cognito_drop.cli.exit_codes import ExitCode
from localcloud import cognito_import

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

from tests.cli.command import CLEAN, HEADER, Command, Said, run
from tests.unit.lookup_world import Clock


def _assert_wrong_usage(said: Said, words: str) -> None:
    """Exit code 2, nothing on stdout, and a sentence on stderr, maybe with a hint."""
    assert (said.code, said.out) == (ExitCode.UNUSABLE, "")
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.shown.startswith("Error: ")


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ("{", "is not a pool file"),
        ("[]", "is not a pool file"),
        ("7", "is not a pool file"),
        ({"UserPool": {}}, "is not a pool file"),
        ({"CSVHeader": HEADER}, "is not a pool file"),
        ({"UserPool": None, "CSVHeader": HEADER}, "is not a pool file"),
        ({"UserPool": {}, "CSVHeader": "cognito:username,email"}, "is not a pool file"),
        ({"UserPool": {}, "CSVHeader": [1]}, "is not a pool file"),
        ({"UserPool": {}, "CSVHeader": ["email"]}, "does not describe a user pool"),
        ({"UserPool": {"MfaConfiguration": "MAYBE"}, "CSVHeader": HEADER}, "does not describe a user pool"),
        ({"UserPool": {"SchemaAttributes": "x"}, "CSVHeader": HEADER}, "does not describe a user pool"),
        (
            {"UserPool": {"SchemaAttributes": [{"Name": "name", "AttributeDataType": "Blob"}]}, "CSVHeader": HEADER},
            "does not describe a user pool",
        ),
    ],
)
def test_a_pool_file_that_is_none_is_wrong_usage(check: Command, pool: object, words: str) -> None:
    """Not a traceback, and not the exit code of rejected rows."""
    _assert_wrong_usage(check(CLEAN, pool=pool), words)


def test_two_pools_are_one_too_many(check: Command, tmp_path: Path) -> None:
    """Which one should count would be a guess."""
    file = str(check.write(CLEAN))
    pool_file = tmp_path / "pool.json"
    pool_file.write_text("{}")
    _assert_wrong_usage(
        run("check", file, "--pool", "us-east-1_AbCdEf123", "--pool-file", str(pool_file)),
        "Use either --pool or --pool-file.",
    )


def test_other_wrong_usage_is_reported_in_a_sentence(check: Command, tmp_path: Path) -> None:
    """Missing files, folders, unknown choices."""
    file = str(check.write(CLEAN))
    _assert_wrong_usage(run("check", str(tmp_path / "nowhere.csv"), "--pool", "x"), "does not exist")
    _assert_wrong_usage(run("check", str(tmp_path), "--pool", "x"), "is a directory")
    _assert_wrong_usage(run("check", file, "--pool-file", str(tmp_path / "nowhere.json")), "does not exist")
    _assert_wrong_usage(check(CLEAN, "--output", "xml"), "is not one of")
    _assert_wrong_usage(check(CLEAN, "--password-hashes", "MD5"), "is not one of")
    _assert_wrong_usage(run("check"), "Missing argument")


@pytest.fixture
def cognito(monkeypatch: pytest.MonkeyPatch) -> Iterator[CognitoIdentityProviderClient]:
    """A live Cognito inside this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    cognito_import.install()
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="eu-west-1")


def test_a_live_pool_gives_its_own_rules(cognito: CognitoIdentityProviderClient, check: Command) -> None:
    """What it requires is asked of the rows."""
    pool_id = cognito.create_user_pool(
        PoolName="people",
        AutoVerifiedAttributes=["email"],
        Schema=[{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}],
    )["UserPool"]["Id"]
    content = "username,e-mail,email_verified,name\nmaria,maria@example.com,true,Maria\njose,jose@example.com,true,\n"
    said = run("check", str(check.write(content)), "--pool", pool_id, "--output", "json")
    assert said.code == ExitCode.INCOMPLETE
    assert [(row["line"], row["code"], row["column"]) for row in said.data["rejected"]] == [
        (3, "required_missing", "name")
    ]


def test_a_live_pool_that_verifies_nothing_takes_no_file(
    cognito: CognitoIdentityProviderClient, check: Command
) -> None:
    """Cognito would not start an import."""
    pool_id = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    said = run("check", str(check.write(CLEAN)), "--pool", pool_id, "--output", "json")
    assert (said.code, said.data["problem"]["code"]) == (ExitCode.UNUSABLE, "pool_verifies_nothing")


@pytest.mark.parametrize("pool_id", ["", "not a region_x", "eu-west-1_" + "x" * 99, "Nowhere"])
def test_what_is_neither_id_nor_alias_is_wrong_usage(check: Command, pool_id: str) -> None:
    """Said without asking anybody."""
    said = run("check", str(check.write(CLEAN)), "--pool", pool_id)
    _assert_wrong_usage(said, f"{pool_id!r} is neither an alias nor a user pool ID")


@pytest.mark.usefixtures("cognito")
def test_a_live_pool_that_cannot_be_read_is_wrong_usage(check: Command) -> None:
    """With what AWS says of it."""
    said = run("check", str(check.write(CLEAN)), "--pool", "eu-west-1_Nowhere")
    _assert_wrong_usage(said, "The user pool eu-west-1_Nowhere cannot be read: ")
    assert "ResourceNotFoundException" in said.err
    assert "The Region was eu-west-1" in said.err


def test_a_live_pool_is_looked_for_in_the_region_that_is_chosen(
    cognito: CognitoIdentityProviderClient, check: Command
) -> None:
    """Its id names the region that it was made in: a replica in another region has the same id."""
    pool_id = cognito.create_user_pool(PoolName="people", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    said = run("check", str(check.write(CLEAN)), "--pool", pool_id, "--region", "us-east-1")
    _assert_wrong_usage(said, f"The user pool {pool_id} cannot be read: ")
    assert "The Region was us-east-1" in said.err


def _pool_with(cognito: CognitoIdentityProviderClient, *names: str) -> str:
    """The id of a pool that has these users."""
    pool_id = cognito.create_user_pool(PoolName="people", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    for name in names:
        cognito.admin_create_user(UserPoolId=pool_id, Username=name)
    return pool_id


def test_memberships_of_known_users_make_their_number_a_limit(
    cognito: CognitoIdentityProviderClient, check: Command
) -> None:
    """Users in the pool get no groups unless the setting says so."""
    grouped = "cognito:username,email,email_verified,cognito:groups\n"
    file = str(check.write(f"{grouped}maria,maria@example.com,true,staff\nana,ana@example.com,true,staff\n"))
    for known, said in (("maria", "  at most 2 group memberships"), ("bo", "  2 group memberships")):
        assert (
            f"\n{said} would be added after the import\n"
            in run("check", file, "--pool", _pool_with(cognito, known)).out
        )


@pytest.mark.parametrize(("known", "code"), [(("maria",), "known_users"), (("maria", "jose", "ana"), "mostly_known")])
def test_users_who_are_in_the_pool_are_not_said_to_be_importable(
    cognito: CognitoIdentityProviderClient, check: Command, known: tuple[str, ...], code: str
) -> None:
    """They are counted in a sample; the exit code says that not all rows would be imported."""
    file = str(check.write(CLEAN + "ana,ana@example.com,true\n"))
    pool_id = _pool_with(cognito, *known)
    said = run("check", file, "--pool", pool_id, "--save", f"{file}.saved")
    assert said.code == ExitCode.INCOMPLETE
    text = " ".join(said.out.split())
    assert "of the parts" in text
    assert "in the pool already: Cognito skips them, and fails a job that has to skip too many." in text
    assert "First sign-in:" not in text, "its figures have the known users too"
    assert f"{3 - len(known)} of 3 rows can be imported." in said.out
    assert f"{len(known)} of 3 accepted users that were looked up" in said.out
    found = run("check", file, "--pool", pool_id, "--output", "json").data
    assert found["sample"] == {"asked": 3, "known": len(known)}
    assert code in [one["code"] for one in found["warnings"]]


def test_new_users_can_be_imported(cognito: CognitoIdentityProviderClient, check: Command) -> None:
    """None of the sample is known."""
    said = run("check", str(check.write(CLEAN)), "--pool", _pool_with(cognito, "other"), "--output", "json")
    assert (said.code, said.data["sample"], said.data["warnings"]) == (ExitCode.CLEAN, {"asked": 2, "known": 0}, [])


def test_a_sample_takes_few_calls_and_makes_no_user_active(
    cognito: CognitoIdentityProviderClient, check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 searches with ListUsers for any file, each at its time."""
    pool_id = _pool_with(cognito)
    called: list[str] = []
    call = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001  (what all operations go through)
    monkeypatch.setattr(BaseClient, "_make_api_call", _recording(call, called))
    clock = Clock()
    start = clock.now
    monkeypatch.setattr("cognito_drop.cli.pool_users.time", Mock(time=lambda: clock.now, sleep=clock.sleep))
    content = "".join(f"user{number},user{number}@example.com,true\n" for number in range(500))
    assert run("check", str(check.write(CLEAN + content)), "--pool", pool_id).code == ExitCode.CLEAN
    ways = {"GetUserPoolMfaConfig", "ListUserPoolClients"}
    assert set(called) == {"DescribeUserPool", "GetCSVHeader", "ListUsers", *ways}
    assert called.count("ListUsers") == 20
    assert clock.now - start == pytest.approx(19 / 12), "12 calls a second"


def test_a_denied_sample_is_said_and_ends_nothing(
    cognito: CognitoIdentityProviderClient, check: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are checked all the same."""
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListUsers")
    pool_id = _pool_with(cognito)
    monkeypatch.setattr("cognito_drop.aws.user_directory.UserDirectory.has", Mock(side_effect=denied))
    said = run("check", str(check.write(CLEAN)), "--pool", pool_id, "--output", "json")
    assert (said.code, said.data["accepted"], said.data["sample"]) == (ExitCode.CLEAN, 2, None)
    assert [one["code"] for one in said.data["warnings"]] == ["users_not_looked_up"]


def _recording(call: Any, called: list[str]) -> Any:  # noqa: ANN401  (botocore's own)
    """The call, with its operation recorded."""

    def record(client: BaseClient, operation: str, arguments: Any) -> Any:  # noqa: ANN401
        called.append(operation)
        return call(client, operation, arguments)

    return record


def test_ways_in_are_counted_saved_and_explained(
    cognito: CognitoIdentityProviderClient, check: Command, tmp_path: Path
) -> None:
    """Of a pool in which only administrators reset passwords: no user of the file can sign in."""
    recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    pool_id = cognito.create_user_pool(
        PoolName="people",
        AutoVerifiedAttributes=["email"],
        AccountRecoverySetting=recovery,  # type: ignore[arg-type]
    )["UserPool"]["Id"]
    arguments = ("check", str(check.write(CLEAN)), "--pool", pool_id, "--save", str(tmp_path / "saved"), "--overwrite")
    said = run(*arguments)
    assert "First sign-in: 2 no way in: only administrators reset passwords in this pool" in said.out
    found = run(*arguments, "--output", "json").data
    assert found["ways_in"]["none"] == 2
    assert [one["code"] for one in found["warnings"]] == ["recovery_admin_only"]
    lines = (tmp_path / "saved" / "no_way_in.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["2", "recovery_admin_only"], ["3", "recovery_admin_only"]]
    assert {"name": "no_way_in.csv", "rows": 2}.items() <= next(
        one for one in found["saved"] if one["name"] == "no_way_in.csv"
    ).items()
