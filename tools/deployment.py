"""The real CDK CLI: bootstrap, deploy, destroy, into the local emulator or an account."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.contract.stack_outputs import DEFAULT_STACK, StackOutput
from tools.local_cloud import ACCOUNT, REGION
from tools.toolchain import PROJECT, cdk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tools.clients import Deployable

STACK = DEFAULT_STACK

_OF_THE_APP = "The app cannot be synthesized: "
_MARKS = "❌ "
_ERRORS = ("❌", "Error", "[Error")
_FAILED = "_FAILED"
"""In the state of a resource; the first that failed has the reason."""
_OF_A_PROCESS = "Subprocess exited"
"""What the CLI says where the app has said more."""


class DeploymentError(Exception):
    """A deployment failed; the text says why. `said` is all that the CDK CLI said."""

    def __init__(self, cause: str, said: str = "") -> None:
        super().__init__(cause)
        self.said = said


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the stack has told after it was deployed."""

    bucket: str
    topic: str
    state_machine: str
    ledger: str
    logs_role: str


def bootstrap(cloud: Deployable) -> None:
    """`cdk bootstrap`, once an account and region."""
    _cdk(cloud, "bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", "")


def deploy(cloud: Deployable, context: Mapping[str, str]) -> Deployment:
    """`cdk deploy` with these context values."""
    return deployment_of(deploy_app(cloud, PROJECT, context))


def deploy_app(cloud: Deployable, folder: Path, context: Mapping[str, str]) -> Mapping[str, str]:
    """`cdk deploy` in the folder of an app with one stack; return the stack's outputs."""
    outputs_file = cloud.data_dir / "outputs.json"
    flags = ["--require-approval", "never", "--outputs-file", str(outputs_file), *_flags(cloud, context)]
    _cdk(cloud, "deploy", *flags, folder=folder)
    (outputs,) = json.loads(outputs_file.read_text()).values()
    found: Mapping[str, str] = outputs
    return found


def deployment_of(outputs: Mapping[str, str]) -> Deployment:
    """What a stack's outputs say about the import in it."""
    return Deployment(
        bucket=outputs[StackOutput.DROP_BUCKET],
        topic=outputs[StackOutput.TOPIC_ARN],
        state_machine=outputs[StackOutput.STATE_MACHINE_ARN],
        ledger=outputs[StackOutput.LEDGER_TABLE],
        logs_role=outputs[StackOutput.LOGS_ROLE_ARN],
    )


def destroy(cloud: Deployable, context: Mapping[str, str]) -> None:
    """`cdk destroy`; what holds data stays."""
    destroy_app(cloud, PROJECT, context)


def destroy_app(cloud: Deployable, folder: Path, context: Mapping[str, str]) -> None:
    """`cdk destroy` in the folder of an app."""
    _cdk(cloud, "destroy", "--force", *_flags(cloud, context), folder=folder)


def _flags(cloud: Deployable, context: Mapping[str, str]) -> list[str]:
    values = [part for key, value in context.items() for part in ("--context", f"{key}={value}")]
    return ["--output", str(cloud.data_dir / "cdk.out"), *values]


def _cdk(cloud: Deployable, *arguments: str, folder: Path = PROJECT) -> None:
    done = subprocess.run(  # noqa: S603  (our own command)
        [str(cdk()), "--no-notices", "--no-color", *arguments],
        cwd=folder,
        env={**cloud.environment, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}"
        raise DeploymentError(f"`cdk {arguments[0]}` failed. {cause_of(said)}", said)


def cause_of(said: str) -> str:
    """Why the CLI failed, in a line: what the app itself says, or the CLI's own error."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and _OF_A_PROCESS not in line]
    own = [line for line in lines if line.startswith(_OF_THE_APP)]
    resources = [line for line in lines if _FAILED in line and "cancel" not in line]
    errors = [line for line in lines if line.startswith(_ERRORS)]
    return (own[-1:] or resources[:1] or errors[-1:] or lines[-1:] or ["It does not say why."])[0].lstrip(_MARKS)
