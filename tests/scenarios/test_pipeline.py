"""A released version is deployed, and the pipeline brings this one while a run is under way.

The steps of the workflow are run as they are written, with no more than the roles that the pipeline has in AWS.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cognito_drop.core.runs.drop import Drop
from tests.infra.test_upgrades import COMMITTED, STATEFUL
from tests.kept_stack import OBSERVED
from tests.patience import PATIENCE
from tests.pipeline_files import script
from tests.releases.release import STACK, releases
from tests.scenarios.world import user
from tools.demo_pool import create_demo_pool
from tools.deployment import Deployment, bootstrap
from tools.local_cloud import ACCOUNT, REGION, local_cloud
from tools.run_watch import RunWatch
from tools.toolchain import PROJECT, cdk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.scenario

_ROWS = 300
_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Checkout:
    """A user's checkout: this one, with an environment in its cdk.json."""

    folder: Path
    cloud: LocalCloud
    pool_id: str

    def step(self, job: str, step: str, role: str) -> str:
        """Run a step of the workflow in a session of a role; return what it said."""
        variables = {"ENVIRONMENT": "dev", "STACK": STACK, **self._credentials(role)}
        return self._run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(job, step)], variables)

    def cdk(self, *arguments: str) -> str:
        """Run the CDK CLI as the account's operator."""
        return self._run([str(cdk()), *arguments, "--no-notices", "--no-color"], {})

    def _run(self, command: list[str], variables: Mapping[str, str]) -> str:
        path = f"{PROJECT / 'node_modules' / '.bin'}:{self.cloud.environment['PATH']}"
        environment = {**self.cloud.environment, "CI": "true", **variables, "PATH": path}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _credentials(self, role: str) -> dict[str, str]:
        sts = boto3.client("sts", endpoint_url=self.cloud.endpoint, region_name=REGION)
        given = sts.assume_role_with_web_identity(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="GitHubActions", WebIdentityToken="a-token"
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """An account that is bootstrapped and has the roles; no stack yet."""
    flags = ("--clock-factor", str(_FACTOR), "--import-held-pools", "cognito-drop-demo")
    with local_cloud(*OBSERVED, *flags) as cloud:
        pool_id = create_demo_pool(cloud)
        bootstrap(cloud)
        folder = tmp_path_factory.mktemp("checkout")
        for path in PROJECT.iterdir():
            if path.name not in ("cdk.json", "cdk.out"):
                (folder / path.name).symlink_to(path)
        settings = json.loads((PROJECT / "cdk.json").read_text())
        dev = {"account": ACCOUNT, "region": REGION, "pools": {"people": pool_id}, "shortest_wait": 11}
        settings["context"]["environments"] = {"dev": dev}
        (folder / "cdk.json").write_text(json.dumps(settings))
        checkout = Checkout(folder, cloud, pool_id)
        roles = ["--app", "python3 -m stacks.pipelines.roles", "-c", "env=dev", "-c", "github=acme/users"]
        checkout.cdk("deploy", "--require-approval", "never", *roles, "-c", "oidc_provider=existing")
        yield checkout


def test_the_pipeline_upgrades_a_release_under_a_run(checkout: Checkout) -> None:
    """The run follows its one job to its end; what held something holds it; the smoke test passes, nothing differs.

    Destroying the stack afterwards says what stays.
    """
    release = releases()[-1]
    assembly = release.lay_out(checkout.folder / "released", checkout.pool_id)
    checkout.cdk("deploy", "--require-approval", "never", "--app", str(assembly))
    deployment, before = _deployment(checkout.cloud), _stateful(checkout.cloud)
    watch = _drop(checkout, deployment)
    _wait_until_importing(checkout, deployment.ledger, watch)

    checkout.step("deploy", "Deploy", f"{STACK}-github-deploy")

    assert _jobs(checkout) == ["InProgress"]
    assert _stateful(checkout.cloud).items() >= before.items()
    assert "checked, 1 row: 1 can be imported" in checkout.step("deploy", "Smoke test", f"{STACK}-github-deploy")
    checkout.step("diff", "Diff", f"{STACK}-github-diff")
    assert "There were no differences" in (checkout.folder / "diff.md").read_text()

    _stop_job(checkout)
    *_, last = watch.views()
    assert last.status == "SUCCEEDED"
    rows = {name: count for name, count in watch.summary()["rows"].items() if count}
    imported = len(_users(checkout))
    assert 0 < imported < _ROWS
    assert rows == {"total": _ROWS, "imported": imported, "unprocessed": _ROWS - imported}
    assert _jobs(checkout) == ["Stopped"]
    assert _item(checkout.cloud, deployment.ledger, watch)["run_state"]["S"] == "ended"
    _destroying_says_what_stays(checkout, deployment)


def _destroying_says_what_stays(checkout: Checkout, deployment: Deployment) -> None:
    """CloudFormation skips each resource that is kept, and it is there afterwards, with its protection."""
    said = checkout.cdk("destroy", "--force", "-c", "env=dev")
    kept = {name for name, each in json.loads(COMMITTED.read_text()).items() if each["when_deleted"] != "Delete"}
    assert set(re.findall(r"DELETE_SKIPPED .*\((\w+)\)", said)) == kept
    assert checkout.cloud.client("s3").list_object_versions(Bucket=deployment.bucket)["Versions"]
    table = checkout.cloud.client("dynamodb").describe_table(TableName=deployment.ledger)["Table"]
    assert table["DeletionProtectionEnabled"]


def _deployment(cloud: LocalCloud) -> Deployment:
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    return Deployment(
        outputs["DropBucket"], outputs["TopicArn"], outputs["StateMachineArn"], outputs["LedgerTable"],
        outputs["LogsRoleArn"],
    )  # fmt: skip


def _stateful(cloud: LocalCloud) -> dict[str, str]:
    """The physical id of each resource that holds something, by its logical id."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] in STATEFUL
    }


def _drop(checkout: Checkout, deployment: Deployment) -> RunWatch:
    columns = checkout.cloud.client("cognito-idp").get_csv_header(UserPoolId=checkout.pool_id)["CSVHeader"]
    header = [column for column in columns if not column.startswith("custom:")]  # which the pool opens to no file
    users = (user(f"upgraded-{number}") for number in range(_ROWS))
    lines = [",".join(header), *(",".join(each.get(column, "") for column in header) for each in users)]
    answer = checkout.cloud.client("s3").put_object(
        Bucket=deployment.bucket, Key="inbox/people/users.csv", Body="\n".join(lines).encode()
    )
    return RunWatch(checkout.cloud, deployment, Drop(deployment.bucket, "inbox/people/users.csv", answer["VersionId"]))


def _wait_until_importing(checkout: Checkout, ledger: str, watch: RunWatch) -> None:
    deadline = time.monotonic() + PATIENCE
    while _jobs(checkout) != ["InProgress"]:
        assert time.monotonic() < deadline, _item(checkout.cloud, ledger, watch)
        time.sleep(0.1)


def _jobs(checkout: Checkout) -> list[str]:
    client = checkout.cloud.client("cognito-idp")
    answer = client.list_user_import_jobs(UserPoolId=checkout.pool_id, MaxResults=60)
    return [job["Status"] for job in answer["UserImportJobs"]]


def _stop_job(checkout: Checkout) -> None:
    client = checkout.cloud.client("cognito-idp")
    (job,) = client.list_user_import_jobs(UserPoolId=checkout.pool_id, MaxResults=60)["UserImportJobs"]
    client.stop_user_import_job(UserPoolId=checkout.pool_id, JobId=job["JobId"])


def _users(checkout: Checkout) -> set[str]:
    pages = checkout.cloud.client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=checkout.pool_id)
    return {each["Username"] for page in pages for each in page["Users"]}


def _item(cloud: LocalCloud, ledger: str, watch: RunWatch) -> dict[str, Any]:
    key = {"pk": {"S": f"run#{watch.run_id}"}, "sk": {"S": "run"}}
    item: dict[str, Any] = cloud.client("dynamodb").get_item(TableName=ledger, Key=key)["Item"]
    return item
