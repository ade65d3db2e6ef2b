"""The kit's visit to an account, which is a localcloud here: it asks, refuses, and takes everything away."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.conftest import HELD
from tests.control import Control
from tests.localcloud.command import eventually
from tests.localcloud.import_world import MAY_LOG, TRUST
from tools.deployment import bootstrap
from tools.local_cloud import LocalCloud, local_cloud
from tools.toolchain import PROJECT
from tools.verify.__main__ import main
from tools.verify.account import PREFIX, good_rows
from tools.verify.bill import BILL, LIMIT, total
from tools.verify.cleaning import clean, leftovers
from tools.verify.cloud import VerifiedCloud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTOR = 60
LIFETIME = 3_600
"""Seconds of cloud time after which a job that was not started is expired."""


@dataclass(frozen=True, slots=True)
class Place:
    """A localcloud in place of the account, and the file of what is seen there."""

    cloud: LocalCloud
    observed: Path

    def arguments(self, *more: str) -> list[str]:
        """The command's arguments."""
        place = ["--endpoint", self.cloud.endpoint, "--region", "us-east-1", "--pace", str(FACTOR)]
        return [*place, "--observed", str(self.observed), "--probes-alone", *more]

    def rows(self) -> dict[str, Any]:
        """What was seen, by probe."""
        return {row["probe"]: row for row in json.loads(self.observed.read_text())["rows"]}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A fast cloud with a pool whose job stays active."""
    flags = ("--import-job-lifetime", str(LIFETIME), "--import-held-pools", "busy", "--import-job-limit", "70")
    with local_cloud("--clock-factor", str(FACTOR), *flags) as it:
        yield it


@pytest.fixture
def place(cloud: LocalCloud, tmp_path: Path) -> Iterator[Place]:
    """The place, left as it was found."""
    yield Place(cloud, tmp_path / "observed.json")
    clean(cloud, lambda _: None)


def test_it_says_what_it_makes_and_costs_before_it_asks(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And makes nothing without a yes."""
    asked = list[str]()

    def answer(text: str) -> str:
        asked.append(text)
        return "no"

    monkeypatch.setattr("builtins.input", answer)
    assert main(place.arguments()) == 1
    said = capsys.readouterr().out
    assert asked == ["Go on? Type yes: "]
    assert "Account 123456789012 in us-east-1" in said
    assert all(item.what in said for item in BILL)
    assert said.splitlines()[-1] == "Nothing was made."
    assert (leftovers(place.cloud), place.observed.exists()) == ([], False)
    assert total() < LIMIT


def test_a_visit_writes_rows_and_leaves_only_what_the_second_visit_needs(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the second visit nothing is left."""
    assert main(place.arguments("--yes", "--only", "birthdate", "expiry-begins", "job-limit-begins")) == 0
    assert place.rows()["birthdate"]["settings"] == {"import_birthdate": "mm/dd/yyyy"}
    assert place.rows()["birthdate"]["aws"] is False
    assert f"user pool {PREFIX}-later" in leftovers(place.cloud)
    assert not any(f"{PREFIX}-people" in name for name in leftovers(place.cloud))
    Control(place.cloud.endpoint).ask("POST", "clock", {"seconds": LIFETIME})
    eventually(lambda: main(place.arguments("--later")) == 0)
    assert place.rows()["expiry"]["settings"] == {"import_job_lifetime": LIFETIME}
    assert leftovers(place.cloud) == []
    assert main(place.arguments("--later")) == 1
    assert "Nothing of a first visit is there." in capsys.readouterr().err


def test_an_account_with_an_active_import_job_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is made: an account has one at a time."""
    with _active_job(place.cloud):
        assert main(place.arguments("--yes")) == 1
    assert "An import job is active in the user pool busy" in capsys.readouterr().err
    assert leftovers(place.cloud) == []


def test_what_a_killed_visit_has_left_is_refused_and_taken_away(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its name, with a job that is still active."""
    command = [sys.executable, "-m", "tools.verify", *place.arguments("--yes", "--only", "answers", "page-size")]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as visit:
        assert visit.stdout is not None
        assert any(line.startswith("✓") for line in visit.stdout)
        visit.kill()
    left = leftovers(place.cloud)
    assert f"user pool {PREFIX}-people" in left
    assert main(place.arguments("--yes")) == 1
    assert f"user pool {PREFIX}-people" in capsys.readouterr().err
    assert main(place.arguments("--clean")) == 0
    assert leftovers(place.cloud) == []
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing of the kit is left."


def test_probes_that_need_iam_and_functions_see_what_is_imitated(place: Place) -> None:
    """Denials of roles, and functions that run."""
    assert main(place.arguments("--yes", "--only", "pass-role", "rates", "import-triggers")) == 0
    rows = place.rows()
    assert rows["pass-role"]["seen"] == {
        "none": "allowed", "StringEquals": "AccessDeniedException", "StringEqualsIfExists": "allowed",
    }  # fmt: skip
    assert rows["pass-role"]["settings"] == {"import_passed_to_service": False}
    assert rows["rates"]["seen"]["answered"] > 0
    assert rows["import-triggers"]["seen"] == {"fired": []}
    assert leftovers(place.cloud) == []


def test_a_request_that_names_the_service_gives_another_row(tmp_path: Path) -> None:
    """The probe of PassRole sees it."""
    with local_cloud("--clock-factor", str(FACTOR), "--import-passed-to-service") as cloud:
        place = Place(cloud, tmp_path / "observed.json")
        assert main(place.arguments("--yes", "--only", "pass-role")) == 0
    assert place.rows()["pass-role"]["seen"]["StringEquals"] == "allowed"
    assert place.rows()["pass-role"]["settings"] == {"import_passed_to_service": True}


@pytest.mark.nightly
def test_a_whole_visit_deploys_tests_probes_and_leaves_nothing(tmp_path: Path) -> None:
    """What the stack leaves behind by design is deleted as well."""
    with local_cloud("--clock-factor", str(FACTOR), *HELD) as cloud:
        arguments = Place(cloud, tmp_path / "observed.json").arguments("--yes", "--only", "birthdate")
        arguments.remove("--probes-alone")
        assert main(arguments) == 1  # the account is not prepared for CDK
        bootstrap(cloud)
        assert main(arguments) == 0
        assert leftovers(cloud) == []
        buckets = [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]
        assert not [name for name in buckets if name.startswith(PREFIX)]
        assert cloud.client("dynamodb").list_tables()["TableNames"] == []
        assert cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{PREFIX}")["logGroups"] == []
        keys = [cloud.client("kms").describe_key(KeyId=key["KeyId"]) for key in cloud.client("kms").list_keys()["Keys"]]
        states = [key["KeyMetadata"]["KeyState"] for key in keys if key["KeyMetadata"]["KeyManager"] == "CUSTOMER"]
        assert set(states) == {"PendingDeletion"}


@contextmanager
def _active_job(cloud: LocalCloud) -> Iterator[None]:
    """A job of somebody else, with a role and a pool of their own."""
    account = VerifiedCloud(None, "us-east-1", cloud.endpoint, FACTOR, cloud.data_dir).account()
    role = account.client("iam").create_role(RoleName="own", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    account.client("iam").put_role_policy(RoleName="own", PolicyName="logs", PolicyDocument=json.dumps(MAY_LOG))
    busy = account.cognito.create_user_pool(PoolName="busy", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    job = account.ready(busy, account.file(busy, good_rows(300)), CloudWatchLogsRoleArn=role)
    account.start(job)
    try:
        yield
    finally:
        account.stop(job)
