"""What must hold before a job starts: its file, its lock, its role, its pool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.import_world import MAY_LOG, TRUST, ImportWorld, csv_of, good_rows

VERSION = "2012-10-17"
COGNITO = {"Service": "cognito-idp.amazonaws.com"}


def refusal(world: ImportWorld, job: dict[str, Any]) -> str:
    """The message of the PreconditionNotMetException that the start ends with."""
    with pytest.raises(ClientError) as caught:
        world.start(job)
    assert caught.value.response["Error"]["Code"] == "PreconditionNotMetException"
    assert world.describe(job)["Status"] == "Created"
    return caught.value.response["Error"]["Message"]


def ready_job(world: ImportWorld, role: str) -> Any:  # noqa: ANN401
    """A job with a good file and that role."""
    pool = world.make_pool()
    return world.ready(pool, csv_of(world.header(pool), good_rows(1)), CloudWatchLogsRoleArn=role)


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": VERSION, "Statement": list(statements)}


def test_without_a_file_cognito_says_so(world: ImportWorld) -> None:
    """The one text that is public, before everything else is looked at."""
    job = world.create(world.make_pool(AutoVerifiedAttributes=[]))
    assert refusal(world, job) == f"No csv file was uploaded for {job['JobId']}"


def test_a_started_job_cannot_be_started_again(world: ImportWorld) -> None:
    """Neither while it runs nor when it has ended."""
    job = ready_job(world, world.role)
    world.start(job)
    for status in ("Pending", "Succeeded"):
        with pytest.raises(ClientError, match=status):
            world.start(job)
        world.pass_time(60)


def test_a_pool_without_auto_verified_attributes_does_not_import(world: ImportWorld) -> None:
    """The guide: if the pool has no auto-verified attributes, the job does not start."""
    pool = world.make_pool(AutoVerifiedAttributes=[])
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    assert "auto verified" in refusal(world, job)


def test_a_role_that_is_not_there_cannot_be_assumed(world: ImportWorld) -> None:
    """The role is looked up when the job starts, not when it is made."""
    job = ready_job(world, "arn:aws:iam::123456789012:role/unknown")
    assert "cannot assume" in refusal(world, job)
    world.make_role("unknown")
    assert world.start(job)["Status"] == "Pending"


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": COGNITO, "Action": "sts:TagSession"},
        {"Effect": "Deny", "Principal": COGNITO, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"},
        {
            "Effect": "Allow",
            "Principal": COGNITO,
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        },
    ],
)
def test_a_role_that_does_not_trust_cognito_cannot_be_assumed(world: ImportWorld, statement: dict[str, Any]) -> None:
    """Another service, another action, a denial, another kind of principal or a condition is no trust."""
    role = world.make_role("mistrustful", trust=policy(statement))
    assert "cannot assume" in refusal(world, ready_job(world, role))


def test_trust_may_be_one_of_several_services(world: ImportWorld) -> None:
    """A list of services, a wildcard action and a single statement without a list are read as IAM reads them."""
    services = {"Service": ["lambda.amazonaws.com", "cognito-idp.amazonaws.com"]}
    trust = {"Version": VERSION, "Statement": {"Effect": "Allow", "Principal": services, "Action": "sts:Assume*"}}
    assert world.start(ready_job(world, world.make_role("shared", trust=trust)))["Status"] == "Pending"


LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:"
BAD_POLICIES: dict[str, dict[str, Any]] = {
    "nothing": policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
    "no PutLogEvents": policy({"Effect": "Allow", "Action": ["logs:Create*", "logs:Describe*"], "Resource": "*"}),
    "other group": policy({"Effect": "Allow", "Action": "logs:*", "Resource": f"{LOGS}/aws/lambda/*"}),
    "other region": policy(
        {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:eu-west-1:123456789012:*"}
    ),
    "denied": policy(
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": f"{LOGS}/aws/cognito/*"},
    ),
    "all but": policy({"Effect": "Allow", "NotAction": "logs:CreateLogStream", "Resource": "*"}),
    "elsewhere": policy({"Effect": "Allow", "Action": "*", "NotResource": f"{LOGS}/aws/cognito/*"}),
}
GOOD_POLICIES: dict[str, dict[str, Any]] = {
    "as in the guide": MAY_LOG,
    "everything": policy({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    "case of the action": policy({"Effect": "Allow", "Action": "LOGS:*", "Resource": "*"}),
    "imports only": policy({"Effect": "Allow", "Action": "logs:*", "Resource": f"{LOGS}/aws/cognito/userpools/*"}),
    "one sign": policy({"Effect": "Allow", "Action": "logs:?*", "Resource": f"{LOGS}/aws/cognito/userpool?/*"}),
    "not denied here": policy(
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "logs:*", "Resource": f"{LOGS}/aws/lambda/*"},
    ),
}


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_a_role_that_may_not_write_the_log_stops_the_start(world: ImportWorld, name: str) -> None:
    """Each of the four permissions must be granted on the pool's log group and denied nowhere."""
    role = world.make_role("quiet", policy=BAD_POLICIES[name])
    assert "does not allow logs:" in refusal(world, ready_job(world, role))


@pytest.mark.parametrize("name", GOOD_POLICIES)
def test_a_role_that_may_write_the_log_is_taken(world: ImportWorld, name: str) -> None:
    """Wildcards, wide and narrow policies that cover the pool's log group all do."""
    role = world.make_role("talkative", policy=GOOD_POLICIES[name])
    assert world.start(ready_job(world, role))["Status"] == "Pending"


def test_an_attached_policy_counts_in_its_default_version(world: ImportWorld) -> None:
    """A managed policy grants what its default version says."""
    role = world.make_role("managed", policy=None)
    job = ready_job(world, role)
    assert "does not allow" in refusal(world, job)
    bad, good = (json.dumps(document) for document in (BAD_POLICIES["nothing"], MAY_LOG))
    arn = world.iam.create_policy(PolicyName="logging", PolicyDocument=bad)["Policy"]["Arn"]
    world.iam.attach_role_policy(RoleName="managed", PolicyArn=arn)
    assert "does not allow" in refusal(world, job)
    world.iam.create_policy_version(PolicyArn=arn, PolicyDocument=good, SetAsDefault=True)
    assert world.start(job)["Status"] == "Pending"


def test_a_permissions_boundary_limits_the_role(world: ImportWorld) -> None:
    """What the boundary does not allow, the role's policy cannot grant."""
    narrow = world.iam.create_policy(PolicyName="narrow", PolicyDocument=json.dumps(BAD_POLICIES["nothing"]))
    wide = world.iam.create_policy(PolicyName="wide", PolicyDocument=json.dumps(GOOD_POLICIES["everything"]))
    role = world.make_role("bounded")
    job = ready_job(world, role)
    world.iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=narrow["Policy"]["Arn"])
    assert "does not allow" in refusal(world, job)
    world.iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=wide["Policy"]["Arn"])
    assert world.start(job)["Status"] == "Pending"


def test_the_guides_own_role_is_good(world: ImportWorld) -> None:
    """Trust and permissions as AWS prints them are enough."""
    assert world.start(ready_job(world, world.make_role("guide", trust=TRUST, policy=MAY_LOG)))["Status"] == "Pending"
