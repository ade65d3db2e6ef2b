"""The permissions that docs/operate.md lists are those that the command needs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import users
from tests.infra.template import as_list
from tools.permissions import permissions_in
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Said
    from tests.cli.stage import Stage

FOR_OTHERS = {"iam:GetPolicy", "iam:GetPolicyVersion", "kms:GetKeyPolicy"}
"""What doctor needs where the logs role has a managed policy, or a pool its own key; here is neither."""
EVERYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


class Member:
    """Somebody who may do what some of the listed statements allow."""

    def __init__(self, stage: Stage, name: str, statements: list[dict[str, Any]]) -> None:
        self._stage, self.name = stage, name
        iam = stage.cloud.client("iam")
        trust, policy = ({"Version": "2012-10-17", "Statement": each} for each in ([EVERYBODY], statements))
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="listed", PolicyDocument=json.dumps(policy))
        keys = stage.cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ada")["Credentials"]
        self._keys = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def run(self, *arguments: str | Path) -> Said:
        """The command."""
        return self._stage.run(*arguments, **self._keys)


@pytest.fixture(scope="module")
def listed(stage: Stage) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The statements for all commands and those for doctor, of this deployment."""
    text = (PROJECT / "docs" / "operate.md").read_text().partition("\n## Permissions\n")[2]
    deployment = stage.deployment
    table = stage.cloud.client("dynamodb").describe_table(TableName=deployment.ledger)["Table"]
    _, _, _, region, account, _, machine = deployment.state_machine.split(":")
    for placeholder, value in {
        "STATE_MACHINE": machine,
        "ACCOUNT": account,
        "BUCKET": deployment.bucket,
        "KEY_ID": table["SSEDescription"]["KMSMasterKeyArn"].rpartition("/")[2],
        "REGION": region,
        "STACK": "cognito-drop",
        "TABLE": deployment.ledger,
    }.items():
        text = text.replace(placeholder, value)
    for_all, for_doctor = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    return for_all, for_doctor


def test_every_command_works_with_the_listed_permissions(
    stage: Stage, listed: tuple[list[dict[str, Any]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    """And each statement is needed."""
    member = Member(stage, "member", listed[0])
    file, large = tmp_path / "users.csv", tmp_path / "large.csv"
    file.write_text(users("permitted", 2))
    large.write_text(users("stopped", 3000))
    assert member.run("template", "--pool", "people").code == ExitCode.CLEAN
    assert member.run("check", file, "--pool", "guests").code == ExitCode.CLEAN
    dropped = member.run("drop", file, "--pool", "guests", "--wait", "--interval", "0.2", "--output", "json")
    assert dropped.code == ExitCode.CLEAN
    run_id = dropped.data["runs"][0]["run_id"]
    assert member.run("drop", file, "--pool", "guests", "--dry-run").code == ExitCode.CLEAN
    for command in (("runs",), ("status", run_id[:8]), ("watch", run_id), ("jobs", "--pool", "guests")):
        assert member.run(*command).code == ExitCode.CLEAN
    assert member.run("results", run_id, "--download", tmp_path / "results").code == ExitCode.CLEAN
    stopped = stage.dropped(large, "--pool", "guests")
    stage.state(stopped)
    assert member.run("stop", stopped, "--yes").code == ExitCode.CLEAN
    assert member.run("watch", stopped, "--interval", "0.2").code == ExitCode.STOPPED
    assert _never_used(stage, "member") == []


def test_doctor_sees_everything_with_the_listed_permissions(
    stage: Stage, listed: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    """As much as somebody who may do everything."""
    checks = Member(stage, "doctor", [*listed[0], *listed[1]]).run("doctor", "--output", "json").data["checks"]
    assert checks == stage.run("doctor", "--output", "json").data["checks"]
    of_doctor = {action for statement in listed[1] for action in as_list(statement["Action"])}
    assert of_doctor.intersection(_never_used(stage, "doctor")) == FOR_OTHERS


def _never_used(stage: Stage, role: str) -> list[str]:
    (found,) = permissions_in(stage.cloud, role)
    assert found.denied == ()
    return found.never_used
