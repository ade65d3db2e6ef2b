"""The stack, synthesized once for all tests, with the template checks as plugins and without packaging."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.config import Config  # before aws_cdk: it finds the Node that CDK starts

import aws_cdk as cdk  # isort: skip
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.cognito_drop_stack import CognitoDropStack
from tests.infra.given_stack import StackWithGiven
from tests.infra.scripted_functions import ScriptedWorkflow
from tests.infra.template import StackTemplate
from tools.local_cloud import local_cloud
from tools.toolchain import PROJECT, python_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHECKOV = PROJECT / ".tools" / "checkov"
CHECKOV_REQUIREMENTS = Path(__file__).parent / "checkov" / "requirements.txt"
CONTEXT = {
    "pools": "staff=us-east-1_AbCdEf123,guests=us-east-1_GhIjKl456",
    "emails": "a@example.com,b@example.com",
}
"""What `cdk deploy -c …` gives."""


def app_context(**values: Any) -> dict[str, Any]:  # noqa: ANN401  (context is JSON)
    """The context of cdk.json with these values, and without bundling."""
    flags: dict[str, Any] = json.loads((PROJECT / "cdk.json").read_text())["context"]
    return {**flags, "aws:cdk:bundling-stacks": [], **values}


STAFF = "us-east-1_AbCdEf123"
CHOSEN = {
    "staff": {"id": "us-east-1_AbCdEf123", "groups": {"allow": ["staff", "team-*"], "create": True}, "ids": True},
    "guests": {"id": "us-east-1_GhIjKl456", "look_up_users": True, "malware_scan": "guardduty"},
}
SUBSCRIPTIONS: list[dict[str, Any]] = [
    {"to": "c@example.com", "pools": ["staff"]},
    {"to": "https://hooks.example.com/imports?team=1"},
    {"to": "arn:aws:sqs:us-east-1:123456789012:imports", "outcomes": ["failed", "rejected"]},
    {
        "to": "arn:aws:lambda:us-east-1:123456789012:function:on-import:live",
        "pools": ["guests"],
        "outcomes": ["failed"],
    },
]
"""One of each kind."""


@pytest.fixture(scope="session")
def checkov() -> Path:
    """Checkov in an environment of its own, because it pins boto3; installed again when its lock changes."""
    stamp = CHECKOV / ".requirements.sha256"
    digest = hashlib.sha256(CHECKOV_REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        uv, requirements = str(python_script("uv")), str(CHECKOV_REQUIREMENTS)
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(CHECKOV)], check=True)
        into = ["--python", str(CHECKOV / "bin" / "python")]
        subprocess.run([uv, "pip", "install", "--quiet", *into, "--require-hashes", "-r", requirements], check=True)
        stamp.write_text(digest)
    return CHECKOV / "bin" / "checkov"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> StackTemplate:
    """The stack as it would be deployed for two pools and two subscribers."""
    return synthesized(tmp_path_factory, CONTEXT)


@pytest.fixture(scope="session")
def subscribed_stack(tmp_path_factory: pytest.TempPathFactory) -> StackTemplate:
    """The same with a subscriber of each kind, and with what is rarely chosen for a pool."""
    return synthesized(tmp_path_factory, {**CONTEXT, "pools": CHOSEN, "subscriptions": SUBSCRIPTIONS})


@pytest.fixture(scope="session")
def undo_stack(tmp_path_factory: pytest.TempPathFactory) -> StackTemplate:
    """The same with a pool whose imports can be undone, and one whose imports cannot."""
    pools = {"staff": {"id": STAFF, "ids": True, "undo": True}, "guests": {"id": "us-east-1_GhIjKl456", "ids": True}}
    return synthesized(tmp_path_factory, {**CONTEXT, "pools": pools})


@pytest.fixture(params=["stack", "subscribed_stack", "undo_stack"])
def any_stack(request: pytest.FixtureRequest) -> StackTemplate:
    """Each of them."""
    found: StackTemplate = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="package")
def workflow(stack: StackTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedWorkflow]:
    """The workflow in a cloud whose waits are short."""
    with local_cloud("--clock-factor", "1000") as cloud:
        workflow = ScriptedWorkflow(cloud, stack, tmp_path_factory.mktemp("calls"))
        yield workflow
        assert len(workflow.received()) == workflow.shown, "a subscriber was notified twice, or of a silent run"


def _our_stack(app: cdk.App, code: lambda_.Code) -> None:
    CognitoDropStack(app, "cognito-drop", config=Config.from_context(app.node), code=code)


def synthesized(
    tmp_path_factory: pytest.TempPathFactory,
    context: dict[str, Any],
    add_stack: Callable[[cdk.App, lambda_.Code], None] = _our_stack,
) -> StackTemplate:
    """The template of an app with one stack, which is ours if no one else adds one."""
    folder: Path = tmp_path_factory.mktemp("cdk.out")
    code = tmp_path_factory.mktemp("code")
    (code / "empty.py").touch()
    app = cdk.App(context=app_context(**context), outdir=str(folder))
    add_stack(app, lambda_.Code.from_asset(str(code)))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    app.synth()
    files = ("cognito-drop.template.json", "validation-report.json", "cognito-drop.metadata.json")
    return StackTemplate(folder, *(json.loads((folder / name).read_text()) for name in files))


@pytest.fixture
def stacked(tmp_path: Path) -> StackWithGiven:
    """An app that has chosen none of CDK's feature flags."""
    return StackWithGiven(tmp_path)
