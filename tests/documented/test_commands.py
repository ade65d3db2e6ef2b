"""The commands of the README and of the page on deploying, run as written in a fresh checkout against the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.documented.pages import blocks
from tests.documented.reader import until
from tests.documented.supplies import lay_out
from tools.deployment import STACK
from tools.local_cloud import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.documented.reader import Reader

pytestmark = [pytest.mark.scenario, pytest.mark.documented]

DEPLOY_PAGE = "docs/deploy.md"
CONNECTION = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/01234567-89ab-cdef-0123-456789abcdef"


def test_the_readme_deploys(reader: Reader) -> None:
    """From the installation to files that are imported, and back to nothing."""
    deploy, drop, destroy, allow = blocks("README.md", section="Deploy it to your account")
    install, use = blocks("README.md", section="Use it")
    said = reader.run(deploy)
    assert " bootstrapped" in said
    lay_out(reader, reader.checkout, "dropped")
    with (reader.checkout / "users.csv").open("a") as file:
        file.write("rejected,no address,true\n")  # for the command that drops the fixed rows of a run
    reader.run(drop, {"BUCKET": reader.outputs(STACK)["DropBucket"]})
    reader.run(install)
    (first,) = until(lambda: reader.runs(STACK))
    lay_out(reader, reader.checkout, "used")
    reader.run(use, {"3f9a": first["run_id"]})
    assert {run["outcome"] for run in reader.ended_runs(STACK)} == {"imported", "partly_imported"}
    known = {run["run_id"] for run in reader.runs(STACK)}
    reader.run(f"export USER_POOL_ID={reader.pool} DROP_BUCKET={reader.outputs(STACK)['DropBucket']}\n{allow.text}")
    (example,) = until(lambda: [run for run in reader.runs(STACK) if run["run_id"] not in known])
    outcomes = {run["run_id"]: run["outcome"] for run in reader.ended_runs(STACK)}
    assert outcomes[example["run_id"]] in {"imported", "partly_imported"}
    reader.run(destroy)
    with pytest.raises(reader.cloud.client("cloudformation").exceptions.ClientError):
        reader.outputs(STACK)


def test_the_page_on_deploying_deploys(reader: Reader) -> None:
    """Its environments in cdk.json, its commands in their order."""
    (environments,) = blocks(DEPLOY_PAGE, "json", "Environments")
    written = json.loads("{" + environments.text + "}")
    _set_context(reader, written)
    for block in blocks(DEPLOY_PAGE):
        said = reader.run(block, {"ARN": CONNECTION} if "connection=ARN" in block.text else None)
        if block.section == "Destroy":
            listed = {line.partition("\t")[0] for line in said.splitlines()}
            assert {"AWS::S3::Bucket", "AWS::DynamoDB::Table"} <= listed, "the last command lists what stays"
    deployed = {each["StackName"] for each in reader.cloud.client("cloudformation").describe_stacks()["Stacks"]}
    assert deployed == {"CDKToolkit", "cognito-drop-github", "cognito-drop-gitlab", "cognito-drop-pipeline"}


def _set_context(reader: Reader, values: Any) -> None:  # noqa: ANN401  (JSON)
    path = reader.checkout / "cdk.json"
    settings = json.loads(path.read_text())
    text = json.dumps(values)
    for old, new in reader.ids.items():
        text = text.replace(old, new)
    settings["context"] |= json.loads(text)
    path.write_text(json.dumps(settings))
