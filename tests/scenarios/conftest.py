"""One cloud and one deployment for all scenarios."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.scenarios.subscribers import create_subscribers
from tests.scenarios.ways_pools import HASH_COLUMNS, WAYS, create_ways_pools
from tests.scenarios.world import SUBSCRIBER, World
from tools.demo_pool import OPEN, create_demo_pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.local_cloud import LocalCloud

FACTOR = 300
"""A file of 300,000 users takes over three hours of cloud time."""

SETTINGS: dict[str, dict[str, object]] = {
    "strict": {"rejected_rows": "refuse"},
    "teams": {"groups": {"allow": ["*"], "create": True}},
    "looked-up": {"look_up_users": True},
    "halted-teams": {"groups": {"allow": ["*"], "create": True}},
    "share": {"rejected_rows": "20%"},
    "loose": {"unknown_columns": "leave_out"},
    "parts": {"part_rows": 400},
    "held-parts": {"first_part": 100, "part_rows": 300},
    "recorded": {"ids": True, "part_rows": 100, "unknown_columns": "leave_out", "groups": {"allow": ["nowhere"]}},
    "known": {"known_users": "refuse"},
    "rated": {"jobs_per_day": 1},
    "scanned": {"malware_scan": "guardduty"},
    "moved-bcrypt": {"password_hashes": ["BCRYPT"], "presets": ["auth0", "clerk", "supabase"]},
    "moved-mixed": {"password_hashes": ["BCRYPT", "SCRYPT", "ARGON2ID"], "groups": {"allow": ["*"], "create": True}},
    "moved-pbkdf2": {"password_hashes": ["PBKDF2_SHA256"], "presets": ["keycloak"]},
    "hashes-taken": {"password_hashes": ["BCRYPT"], "presets": ["auth0"]},
    "hashes-refused": {"password_hashes": ["BCRYPT"], "presets": ["auth0"]},
    "hashes-left-out": {"password_hashes": [], "presets": ["auth0"]},
    "people": {
        "presets": ["auth0", "clerk", "cognito", "entra", "firebase", "fusionauth", "google", "keycloak", "okta"],
        "groups": {"allow": ["nowhere"]},
    },
    "aliased-sent": {"repeated_aliases": "send"},
    "undone": {"ids": True, "undo": True},
    "copied": {
        "presets": ["cognito"],
        "groups": {"allow": ["staff", "ops"]},
        "attributes": {"allow": ["custom:size", "custom:old_sub"]},
    },
    "first": {"repeated_aliases": "send", "first_part": 4, "continue_within": 1},
    "moved-mapped": {"preset": "examples/presets/mapping.yaml"},
    "odd-blanks": {"groups": {"allow": ["*"], "create": True}, "part_rows": 3},
    "odd-signs": {"groups": {"allow": ["*"], "create": True}, "part_rows": 3},
    **{alias: {"password_hashes": ["BCRYPT"]} for alias in WAYS},
}
"""Aliases with settings of their own; most are of the pool `people`."""
OTHER_POOLS = {
    "held-parts": "held",
    "halted-teams": "halted",
    "hashes-taken": "crowd",
    "hashes-refused": "guests",
    "hashes-left-out": "guests",
    "aliased-sent": "aliased",
    "first": "aliased",
}
"""Those that are not."""
ODD_NAMES = {"odd-blanks": "User pool - k3xmzn", "odd-signs": "a+b@c"}
"""Pools whose names a log group in CloudWatch cannot have."""


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    """Three pools under several aliases with settings of their own; lines of import logs come a little late."""
    flags = ("--enforce-delivery-policies", "--import-log-delay", "15", "--import-held-pools", "held")
    hashes = ("--import-password-hashes", HASH_COLUMNS)
    with deployed_world("--clock-factor", str(FACTOR), *flags, *hashes) as it:
        yield it


@pytest.fixture(scope="module")
def world_without_logs() -> Iterator[World]:
    """The same, where lines of import logs come too late, and pools with odd names have no log at all."""
    flags = ("--import-log-delay", "10000000", "--import-log-odd-pool", "nowhere")
    with deployed_world("--clock-factor", str(FACTOR), *flags) as it:
        yield it


@contextmanager
def deployed_world(*flags: str) -> Iterator[World]:
    """The stack, with subscribers of all kinds."""
    with cloud_of_known_pools(*OBSERVED, *flags) as cloud:
        cognito = cloud.client("cognito-idp")
        pools = {
            "people": create_demo_pool(cloud),
            "guests": cognito.create_user_pool(PoolName="guests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"],
            "bare": cognito.create_user_pool(PoolName="bare")["UserPool"]["Id"],
        }
        # Listing users costs the more the larger a pool is, so large files have pools of their own.
        for alias in ("crowd", "giant", "halted", "held", "rated"):
            answer = cognito.create_user_pool(PoolName=alias, AutoVerifiedAttributes=["email"])
            pools[alias] = answer["UserPool"]["Id"]
        answer = cognito.create_user_pool(
            PoolName="aliased",
            AutoVerifiedAttributes=["email"],
            AliasAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
        )
        pools["aliased"] = answer["UserPool"]["Id"]
        answer = cognito.create_user_pool(
            PoolName="copied",
            AutoVerifiedAttributes=["email"],
            Schema=[
                {"Name": "size", "AttributeDataType": "Number", "Mutable": True},
                {"Name": "old_sub", "AttributeDataType": "String", "Mutable": True},
            ],
        )
        pools["copied"] = answer["UserPool"]["Id"]
        # One is deleted while a run of it is under way.
        answer = cognito.create_user_pool(PoolName="doomed", AutoVerifiedAttributes=["email"])
        pools["doomed"] = answer["UserPool"]["Id"]
        pools |= dict.fromkeys(SETTINGS.keys() - {"rated", "copied"}, pools["people"])
        for alias, name in ODD_NAMES.items():
            answer = cognito.create_user_pool(PoolName=name, AutoVerifiedAttributes=["email"])
            pools[alias] = answer["UserPool"]["Id"]
        pools |= {alias: pools[of] for alias, of in OTHER_POOLS.items()}
        pools |= create_ways_pools(cloud)
        chosen = {**OPEN, "jobs_per_day": 1000}  # the scenarios of a process share the pools
        entries = {alias: {"id": pool_id, **chosen, **SETTINGS.get(alias, {})} for alias, pool_id in pools.items()}
        context = {
            "pools": json.dumps(entries),
            "emails": SUBSCRIBER,
            "subscriptions": json.dumps(create_subscribers(cloud)),
        }
        deployment = deploy_kept(cloud, context)
        yield World(cloud, deployment, pools, context, subscribed_queue(cloud, deployment.topic))


def subscribed_queue(cloud: LocalCloud, topic: str) -> str:
    """A queue that gets what the topic tells machines."""
    sqs = cloud.client("sqs")
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": "*"}]}
    url: str = sqs.create_queue(QueueName="machines", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    return url
