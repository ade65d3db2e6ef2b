"""Policies of roles, queues, and topics: CloudFormation does not check these for drift, so they are compared here.

Their types have no handler that reads. What the template allows or denies has to be in the policy that is there; more
may be. Guaranteed: nothing is said of a policy whose holder is gone, which is a finding of its own, or whose holder is
not known here. Policies of users and groups are not compared.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.deployed_template import DeployedTemplate, UnresolvedError
from cognito_drop.cli.doctor.finding import Finding, error
from cognito_drop.cli.doctor.policy import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.doctor.policy import Statement

_GONE = ("NoSuchEntity", "NotFound", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def policy_findings(context: Context, gone: Collection[str]) -> list[Finding]:
    """The policies that lack something, without those of the resources that are gone, by their physical ids."""
    template, found = DeployedTemplate.read(context), []
    for kind, (holders, read, command) in _KINDS.items():
        for name, properties in template.of(kind):
            for holder in _known(template, properties.get(holders, [])):
                if holder not in gone:
                    live = _statements(lambda: read(context, holder, properties))  # noqa: B023  (called here)
                    lost = template.named_in(properties["PolicyDocument"]) & set(gone)
                    one = _compared(template, name, properties, (holder, live), command)
                    found += [_after(each, lost) for each in one] if lost else one
    return found


def _known(template: DeployedTemplate, holders: Iterable[Any]) -> Iterator[str]:
    """The holders by their names; those of another stack are known to CloudFormation only."""
    for holder in holders:
        with suppress(UnresolvedError):
            yield template.resolved(holder)


def _compared(
    template: DeployedTemplate,
    name: str,
    properties: dict[str, Any],
    held: tuple[str, list[Statement]],
    command: Callable[[str, dict[str, Any], str], str],
) -> list[Finding]:
    holder, live = held
    declared, depth, fix = properties["PolicyDocument"], 3, "Put it back; a deployment without changes does not:"
    document: Any = None
    try:
        document = declared = template.resolved(declared)
    except UnresolvedError as unresolved:
        depth, fix = 2, f"Put it back as `cdk synth` shows it; {unresolved} is known to CloudFormation only."
    wanted, present = ({_gist(one)[:depth] for one in each} for each in (statements(declared), live))
    if wanted <= present:
        return []
    lacks = "is gone" if not wanted & present else "was changed: it lacks what the stack declares"
    message = f"The policy {name} of {holder.rpartition('/')[2]} {lacks}."
    text = command(holder, properties, shlex.quote(json.dumps(document))) if document else ""
    return [error("policy_gone", message, fix, command=text, resource=holder)]


def _after(finding: Finding, lost: Collection[str]) -> Finding:
    """A policy that names what is gone: what is created again may have another name, and CloudFormation may have put
    the policy back with it."""
    fix = (
        f"It names what is gone and may get another name: {', '.join(sorted(lost))}. Restore that first; then run "
        "`cognito-drop doctor` again, which has the command for the policy if it is still needed."
    )
    return replace(finding, fix=fix, command="")


def _gist(statement: Statement) -> tuple[str, frozenset[str], str]:
    """What a statement is about: services write the rest in their own way."""
    given = cast("dict[str, Any]", statement)
    actions = given.get("Action", given.get("NotAction", []))
    resources = given.get("Resource", given.get("NotResource", []))
    named = [resources] if isinstance(resources, str) else resources
    listed = [actions] if isinstance(actions, str) else actions
    return given["Effect"], frozenset(map(str.lower, listed)), json.dumps(sorted(map(str, named)))


def _statements(read: Callable[[], Any]) -> list[Statement]:
    try:
        document = read()
    except ClientError as problem:
        if error_code(problem) not in _GONE:
            raise
        return []
    return statements(document) if document else []


def _of_role(context: Context, role: str, properties: dict[str, Any]) -> Any:  # noqa: ANN401  (any JSON)
    return context.aws.iam.get_role_policy(RoleName=role, PolicyName=properties["PolicyName"])["PolicyDocument"]


def _of_queue(context: Context, url: str, _: dict[str, Any]) -> Any:  # noqa: ANN401  (any JSON)
    read = context.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    return json.loads(read.get("Attributes", {}).get("Policy") or "null")


def _of_topic(context: Context, arn: str, _: dict[str, Any]) -> Any:  # noqa: ANN401  (any JSON)
    return json.loads(context.aws.sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy") or "null")


def _put_role_policy(role: str, properties: dict[str, Any], document: str) -> str:
    name = properties["PolicyName"]
    return f"aws iam put-role-policy --role-name {role} --policy-name {name} --policy-document {document}"


def _set_queue_policy(url: str, _: dict[str, Any], document: str) -> str:
    attributes = shlex.quote(json.dumps({"Policy": shlex.split(document)[0]}))
    return f"aws sqs set-queue-attributes --queue-url {url} --attributes {attributes}"


def _set_topic_policy(arn: str, _: dict[str, Any], document: str) -> str:
    return f"aws sns set-topic-attributes --topic-arn {arn} --attribute-name Policy --attribute-value {document}"


_KINDS = {
    "AWS::IAM::Policy": ("Roles", _of_role, _put_role_policy),
    "AWS::SQS::QueuePolicy": ("Queues", _of_queue, _set_queue_policy),
    "AWS::SNS::TopicPolicy": ("Topics", _of_topic, _set_topic_policy),
}
"""By type: the property with its holders, how it is read, and the command that puts it back."""
