"""A stack of an app of someone else, and what the construct is given there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_lambda as lambda_

if TYPE_CHECKING:
    from pathlib import Path

POOL_ID = "us-east-1_AbCdEf123"
SETTINGS = ImportSettings(pools={"people": TargetPool(POOL_ID)})


class StackWithGiven:
    """An app with a stack, and what the construct is given."""

    def __init__(self, folder: Path, **context: Any) -> None:  # noqa: ANN401  (context is JSON)
        self._folder = folder
        (folder / "code").mkdir()
        (folder / "code" / "empty.py").touch()
        self.app = cdk.App(context=context, outdir=str(folder / "cdk.out"))
        self.stack = cdk.Stack(self.app, "theirs")

    def drop(self, settings: ImportSettings = SETTINGS, construct_id: str = "Import", **given: Any) -> CognitoDrop:  # noqa: ANN401
        """Add the construct."""
        code = lambda_.Code.from_asset(str(self._folder / "code"))
        return CognitoDrop(self.stack, construct_id, settings, code=code, **given)

    def template(self) -> dict[str, Any]:
        """The stack's resources."""
        self.app.synth()
        found: dict[str, Any] = self.body("theirs")["Resources"]
        return found

    def body(self, stack_name: str) -> dict[str, Any]:
        """A stack's template, once it is synthesized."""
        found: dict[str, Any] = json.loads((self._folder / "cdk.out" / f"{stack_name}.template.json").read_text())
        return found


def all_of(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The properties of the resources of a type."""
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]


def statements_of(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """What the policies of roles say."""
    policies = all_of(resources, "AWS::IAM::Policy")
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
