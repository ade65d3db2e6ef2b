"""The commands that restore what the stack declares, from the template that is deployed: they need no checkout.

`cdk deploy` without changes restores nothing: CloudFormation compares templates, not resources. Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

RESTORE = "Restore it. A plain `cdk deploy` does not; this command does, with everything else that has drifted:"


def restore_command(cloudformation: CloudFormationClient, stack: str) -> str:
    """One line that deploys the stack's own template again and reverts all drift that CloudFormation detects.

    The change set is named by the time: what is executed a second time has no changes, and fails.
    """
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    kept = [f"ParameterKey={one['ParameterKey']},UsePreviousValue=true" for one in described.get("Parameters", ())]
    change_set = f"--stack-name {stack} --change-set-name doctor-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    options = ["--use-previous-template", "--deployment-mode REVERT_DRIFT", "--capabilities CAPABILITY_NAMED_IAM"]
    if kept:
        options.append(f"--parameters {' '.join(kept)}")
    return " && ".join(
        f"aws cloudformation {call}"
        for call in (
            f"create-change-set {change_set} {' '.join(options)}",
            f"wait change-set-create-complete {change_set}",
            f"execute-change-set {change_set}",
            f"wait stack-update-complete --stack-name {stack}",
        )
    )
