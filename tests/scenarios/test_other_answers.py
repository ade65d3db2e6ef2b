"""An AWS in which everything that is unknown of import jobs turns out the other way: the product is right there too."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import run
from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.localcloud.command import eventually
from tests.scenarios.capitals import check_capitals
from tests.scenarios.conftest import FACTOR, subscribed_queue
from tests.scenarios.foreign_job import start_foreign_job
from tests.scenarios.world import HELD, SUBSCRIBER, World, user, wait_for_state
from tools.demo_pool import OPEN, create_demo_pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.scenario

FLAGS = (
    *("--clock-factor", str(FACTOR)),
    *("--import-refusal", "InvalidParameterException"),
    *("--import-role-failure", "job"),
    *("--import-pending", "4"),
    *("--import-stopping", "0"),
    "--import-stops-twice",
    *("--import-page-size", "60"),
    "--no-import-empty-list",
    "--import-token-after-full-page",
    "--import-sparse-answers",
    "--import-counts-at-end",
    "--no-import-stopped-counts",
    "--import-reads-quotes",
    "--import-doubles-backslashes",
    "--import-takes-missing-columns",
    "--no-import-skips-blank-lines",
    "--import-lowers-names",
    *("--import-failed-ratio", "1.0"),
    "--no-user-filter-reads-backslashes",
    "--user-filter-ignores-case",
    "--user-filter-empty-page",
    "--import-passed-to-service",
    *("--import-birthdate", "YYYY-MM-DD"),
    *("--import-job-lifetime", "90000"),
    *("--function-memory-error", "Runtime.ExitError"),
    *("--pool-key-denial", "NotAuthorizedException"),
    *("--replica-pools", "replica"),
    *("--import-held-pools", "held"),
)
ONLY_THE_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


@pytest.fixture(scope="module")
def other_world() -> Iterator[World]:
    """The stack in that AWS: two pools to import into, a replica, and one whose key admits only the account."""
    with cloud_of_known_pools(*OBSERVED, *FLAGS) as cloud:
        cognito = cloud.client("cognito-idp")
        key = cloud.client("kms").create_key(Policy=json.dumps(ONLY_THE_ACCOUNT))["KeyMetadata"]["Arn"]
        own_key = {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key}}
        pools = {"people": create_demo_pool(cloud)}
        for alias, more in {"held": {}, "replica": {}, "locked": own_key}.items():
            answer = cognito.create_user_pool(PoolName=alias, AutoVerifiedAttributes=["email"], **more)
            pools[alias] = answer["UserPool"]["Id"]
        entries = {alias: {"id": pool_id, **OPEN} for alias, pool_id in pools.items()}
        pools["folded"] = pools["people"]
        entries["folded"] = {"id": pools["people"], **OPEN, "ids": True, "undo": True}
        context = {"pools": json.dumps(entries), "emails": SUBSCRIBER}
        deployment = deploy_kept(cloud, context)
        yield World(cloud, deployment, pools, context, subscribed_queue(cloud, deployment.topic))


def test_a_file_is_imported(other_world: World) -> None:
    """With the key of IAM that Cognito may supply, and answers that leave out what is optional."""
    rows = [user("other-1", birthdate="12/31/1990"), user("other-2")]
    ending = other_world.end_of(other_world.drop(other_world.csv("people", rows), "people/other.csv"))
    assert ending.rows == {"total": 2, "imported": 2}
    found = other_world.cloud.client("cognito-idp").admin_get_user(
        UserPoolId=other_world.pools["people"], Username="other-1"
    )
    stored = {attribute["Name"]: attribute["Value"] for attribute in found["UserAttributes"]}
    assert stored["birthdate"] == "1990-12-31"


def test_names_in_capitals_are_found_in_lower_case(other_world: World, tmp_path: Path) -> None:
    """By the run, the command, and the undo."""
    check_capitals(other_world, "folded", tmp_path, str.lower)


def test_a_file_whose_users_exist_is_no_failed_job(other_world: World) -> None:
    """Where only a job of which everything failed or was skipped might be one, and this one is not."""
    rows = [user(f"twice-{number}") for number in range(20)]
    assert other_world.end_of(other_world.drop(other_world.csv("people", rows), "people/once.csv")).rows == {
        "total": 20,
        "imported": 20,
    }
    ending = other_world.end_of(other_world.drop(other_world.csv("people", rows), "people/twice.csv"))
    assert [job["status"] for job in ending.jobs] == ["Succeeded"]
    assert ending.rows == {"total": 20, "skipped": 20}


def test_a_job_of_another_else_is_waited_for(other_world: World) -> None:
    """Though the start is refused as an invalid parameter, and one of the pools refuses to be read."""
    foreign = start_foreign_job(other_world)
    watch = other_world.drop(other_world.csv("people", [user("behind-other")]), "people/behind-other.csv")
    wait_for_state(watch, "Wait for other job")
    other_world.stop_job("held")
    ending = other_world.end_of(watch)
    assert ending.rows == {"total": 1, "imported": 1}
    ended = other_world.cloud.client("cognito-idp").describe_user_import_job(
        UserPoolId=other_world.pools["held"], JobId=foreign
    )["UserImportJob"]
    assert ended["CompletionDate"].isoformat() <= ending.jobs[0]["started_at"]


def test_a_run_that_is_stopped_keeps_what_was_done(other_world: World) -> None:
    """The job answers its stop with Stopped at once."""
    watch = other_world.hold("stop-other")
    eventually(lambda: len(other_world.usernames("held", "stop-other")) >= 100)  # the counters stay 0
    arn = other_world.execution_arn(watch)
    other_world.cloud.client("stepfunctions").stop_execution(executionArn=arn, error="Stopped", cause="By hand")
    ending = other_world.end_of_stopped(watch)
    assert ending.summary["outcome"] == "stopped"
    assert [job["status"] for job in ending.jobs] == ["Stopped"]
    assert 100 <= ending.rows["imported"] <= 200
    assert ending.rows["imported"] + ending.rows["unprocessed"] == HELD
    after = other_world.drop(other_world.csv("people", [user("after-other")]), "people/after-other.csv")
    assert other_world.end_of(after).rows == {"total": 1, "imported": 1}


def test_a_logs_role_that_cannot_be_used_fails_the_job(other_world: World) -> None:
    """The start is answered, the job ends Failed: the run says so with Cognito's message, and the next is imported."""
    with _without_log_permissions(other_world):
        watch = other_world.drop(other_world.csv("people", [user("no-role")]), "people/no-role.csv")
        ending = other_world.end_of(watch)
    assert ending.summary["outcome"] == "failed"
    assert ending.rows == {"total": 1, "unprocessed": 1}
    assert [job["status"] for job in ending.jobs] == ["Failed"]
    assert "role" in ending.jobs[0]["message"]
    after = other_world.end_of(other_world.drop(other_world.csv("people", [user("with-role")]), "people/with-role.csv"))
    assert after.rows == {"total": 1, "imported": 1}


@pytest.mark.parametrize(
    ("alias", "code", "said"), [("replica", "pool_not_enabled", "replica"), ("locked", "pool_key_denied", "key")]
)
def test_a_pool_that_takes_no_import_here_is_said(other_world: World, alias: str, code: str, said: str) -> None:
    """In the report, the email and `doctor`, with what to do."""
    body = b"cognito:username,email,email_verified\nada,ada@example.com,true\n"
    ending = other_world.end_of(other_world.drop(body, f"{alias}/users.csv"))
    assert (ending.summary["outcome"], ending.summary["problem"]["code"]) == ("rejected", code)
    assert said in ending.summary["problem"]["message"]
    assert ending.summary["problem"]["hint"] in " ".join(ending.mail.get_content().split())
    data = run("doctor", "--output", "json", env=other_world.cloud.variables).data
    checks = {check["check"]: check["findings"] for check in data["checks"]}
    assert {"pool_not_enabled", "pool_key_denied"} == {finding["code"] for finding in checks["pools"]}
    assert "jobs_used_up" not in {finding["code"] for finding in checks["jobs"]}


def test_a_pool_that_cannot_be_read_hides_no_other(other_world: World) -> None:
    """`jobs` lists the others, and names the error."""
    run_id = other_world.end_of(
        other_world.drop(other_world.csv("people", [user("seen-other")]), "people/seen.csv")
    ).watch.run_id
    said = run("jobs", "--output", "json", env=other_world.cloud.variables)
    by_alias = {alias: pool for pool in said.data["pools"] for alias in pool["aliases"]}
    assert by_alias["replica"]["error"] == "OperationNotEnabledException"
    assert run_id in {job["run_id"] for job in by_alias["people"]["jobs"]}


@contextmanager
def _without_log_permissions(world: World) -> Iterator[None]:
    iam, role = world.cloud.client("iam"), world.logs_role
    policy = iam.get_role_policy(RoleName=role, PolicyName="WriteImportLogs")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="WriteImportLogs")
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="WriteImportLogs", PolicyDocument=json.dumps(policy))
