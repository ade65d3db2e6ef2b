"""The commands of the README and of the page on deploying, run as written in a fresh checkout against the emulator."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.documented.pages import Shell, blocks, fresh_checkout
from tools.demo_pool import create_demo_pool
from tools.deployment import STACK
from tools.local_cloud import ACCOUNT, REGION, local_cloud
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.documented.pages import Block
    from tools.local_cloud import LocalCloud

pytestmark = pytest.mark.scenario

DEPLOY_PAGE = "docs/deploy.md"
OTHER_ACCOUNT = "222222222222"
_BETWEEN_POLLS = 0.5  # seconds
CONNECTION = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/01234567-89ab-cdef-0123-456789abcdef"


class Reader:
    """Who follows the pages: a checkout, a cloud, and a user pool."""

    def __init__(self, cloud: LocalCloud, shell: Shell) -> None:
        self.cloud = cloud
        self._shell = shell
        self.pool = create_demo_pool(cloud)
        self.folder = shell.folder

    def run(self, block: Block, replaced: Mapping[str, str] | None = None) -> str:
        """Run a block, with the ids of the page replaced by those of the cloud. It must succeed; what it printed."""
        ids = {"eu-west-1_AbCdEf123": self.pool, "eu-west-1": REGION, "111111111111": ACCOUNT, **(replaced or {})}
        done = self._shell.run(block, ids, self._other_account() if OTHER_ACCOUNT in block.text else None)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def _other_account(self) -> dict[str, str]:
        """The access key of an administrator of the other account."""
        iam = self.cloud.client("iam")
        header = ("x-moto-account-id", OTHER_ACCOUNT)
        iam.meta.events.register("before-sign", lambda request, **_: request.headers.add_header(*header))
        name = f"administrator-{uuid.uuid4().hex}"
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of a stack."""
        (found,) = self.cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """One checkout and one cloud for both pages."""
    folder = tmp_path_factory.mktemp("checkout")
    fresh_checkout(folder)
    with local_cloud("--clock-factor", "300") as cloud:
        # CDK's own validation, which infra/test_app.py has run, is half of the CPU of a synthesis.
        yield Reader(cloud, Shell(folder, {**cloud.variables, "CDK_VALIDATION": "false"}))


@pytest.mark.parametrize("page", ["README.md", DEPLOY_PAGE])
def test_every_block_of_a_page_is_found(page: str) -> None:
    """Also one that is indented in a list."""
    leases = re.findall(r"^ *```sh$", (PROJECT / page).read_text(), re.MULTILINE)
    assert len(blocks(page)) == len(leases)


def test_the_readme_deploys(reader: Reader) -> None:
    """From the installation to a file that is imported, and back to nothing."""
    deploy, drop, destroy = blocks("README.md", section="Deploy it to your account")
    said = reader.run(deploy)
    assert "CDKToolkit" in said
    rows = [f"user{number},user{number}@example.com,true" for number in range(20)]
    (reader.folder / "users.csv").write_text("\n".join(["cognito:username,email,email_verified", *rows, ""]))
    reader.run(drop, {"BUCKET": reader.outputs(STACK)["DropBucket"]})
    _wait_for_users(reader)
    reader.run(destroy)
    with pytest.raises(reader.cloud.client("cloudformation").exceptions.ClientError):
        reader.outputs(STACK)


@pytest.mark.nightly
def test_the_page_on_deploying_deploys(reader: Reader) -> None:
    """Its environments in cdk.json, its commands in their order."""
    (environments,) = blocks(DEPLOY_PAGE, "json", "Environments")
    written = json.loads("{" + environments.text + "}")
    _set_context(reader, written)
    for block in blocks(DEPLOY_PAGE):
        reader.run(block, {"ARN": CONNECTION} if "connection=ARN" in block.text else None)
    deployed = {each["StackName"] for each in reader.cloud.client("cloudformation").describe_stacks()["Stacks"]}
    assert deployed == {"CDKToolkit", "cognito-drop-github", "cognito-drop-gitlab", "cognito-drop-pipeline"}


def _set_context(reader: Reader, values: Any) -> None:  # noqa: ANN401  (JSON)
    path = reader.folder / "cdk.json"
    ids = {"eu-west-1_AbCdEf123": reader.pool, "eu-west-1": REGION, "111111111111": ACCOUNT}
    settings = json.loads(path.read_text())
    text = json.dumps(values)
    for old, new in ids.items():
        text = text.replace(old, new)
    settings["context"] |= json.loads(text)
    path.write_text(json.dumps(settings))


def _wait_for_users(reader: Reader) -> None:
    states, machine = reader.cloud.client("stepfunctions"), reader.outputs(STACK)["StateMachineArn"]
    while True:
        found = states.list_executions(stateMachineArn=machine)["executions"]
        if found and found[0]["status"] != "RUNNING":
            break
        time.sleep(_BETWEEN_POLLS)
    assert found[0]["status"] == "SUCCEEDED"
    users = reader.cloud.client("cognito-idp").describe_user_pool(UserPoolId=reader.pool)["UserPool"]
    assert users["EstimatedNumberOfUsers"] == 20
