"""What roles have used, been denied, and been granted without use: over HTTP, and as text for people."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.localcloud.command import REGION, Command
from tests.localcloud.roles import ACCOUNT, Role, allow, cloud, denial, deny
from tools.local_cloud import LocalCloud
from tools.permissions import RolePermissions, as_text, permissions_in

__all__ = ["cloud"]

ONE, TWO = (f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}" for name in ("one", "two"))


def seen(cloud: Command, role: Role) -> RolePermissions:
    """What is reported about the role."""
    (found,) = permissions_in(LocalCloud(cloud.url, Path(), cloud.process.process_id), role.name)
    return found


def used(cloud: Command) -> Role:
    """A role that used one of its grants on one of two queues, and was denied something."""
    role = Role.make(
        cloud,
        allow(["sqs:Get*", "SQS:listqueues", "sqs:PurgeQueue"], [ONE, TWO, "*"]),
        allow("xray:PutTraceSegments"),
        deny("sns:Publish"),
    )
    cloud.client("sqs").create_queue(QueueName="one")
    sqs = role.client("sqs")
    for _ in range(2):
        sqs.get_queue_url(QueueName="one")
    sqs.list_queues()
    denial(role.client("sns").list_topics)
    return role


def test_use_and_denial_are_counted(cloud: Command) -> None:
    """Each action and resource with the number of its uses; what was denied is not among the used."""
    found = seen(cloud, used(cloud))
    assert [(one.action, one.resource, one.times) for one in found.used] == [
        ("sqs:GetQueueUrl", ONE, 2),
        ("sqs:ListQueues", "*", 1),
    ]
    assert [(one.action, one.resource, one.times) for one in found.denied] == [("sns:ListTopics", "*", 1)]


def test_grants_without_use_are_listed(cloud: Command) -> None:
    """By action and resource, as the policy writes them; a use counts in any case of the action and by its wildcard."""
    found = seen(cloud, used(cloud))
    assert [(one.action, one.resources, one.used_on) for one in found.unused] == [
        ("sqs:Get*", (TWO,), (ONE, "*")),
        ("SQS:listqueues", (ONE, TWO), ("*",)),
        ("sqs:PurgeQueue", (ONE, TWO, "*"), ()),
        ("xray:PutTraceSegments", ("*",), ()),
    ]
    assert found.never_used == ["sqs:PurgeQueue", "xray:PutTraceSegments"]


def test_aws_own_policies_are_not_listed(cloud: Command) -> None:
    """No one can narrow a policy of AWS's, so its unused grants are not told."""
    role = Role.make(cloud, allow("xray:PutTraceSegments"))
    cloud.client("iam").attach_role_policy(RoleName=role.name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert seen(cloud, role).never_used == ["xray:PutTraceSegments"]


def test_the_report_reads_well(cloud: Command) -> None:
    """The text names denials, grants without any use, and resources that an action was not used on."""
    role = used(cloud)
    assert as_text([seen(cloud, role)]).splitlines() == [
        role.name,
        "  denied: sns:ListTopics on * (1 x)",
        f"  sqs:Get* used on others, not on {TWO}",
        f"  SQS:listqueues used on others, not on {ONE}",
        f"  SQS:listqueues used on others, not on {TWO}",
        f"  sqs:PurgeQueue never used: {ONE}",
        f"  sqs:PurgeQueue never used: {TWO}",
        "  sqs:PurgeQueue never used: *",
        "  xray:PutTraceSegments never used: *",
    ]


def test_the_account_is_there_for_anybody(cloud: Command) -> None:
    """A GET without credentials answers JSON with the roles' ARNs."""
    role = used(cloud)
    with urllib.request.urlopen(f"{cloud.url}/_localcloud/iam/used") as answer:  # noqa: S310  (http to localhost)
        shown: dict[str, Any] = json.load(answer)
    (found,) = (one for one in shown["roles"] if one["arn"] == role.arn)
    assert {"role", "arn", "used", "denied", "unused"} == found.keys()
