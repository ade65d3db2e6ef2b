"""One cloud and one deployment for all scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from laptop.demo_pool import create_demo_pool
from laptop.deployment import bootstrap, deploy
from laptop.local_cloud import local_cloud
from tests.scenarios.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTOR = 300
"""A file of 300,000 users takes over three hours of cloud time."""


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """The stack, deployed by the real CDK CLI for three pools, with an email and a queue as subscribers."""
    with local_cloud("--clock-factor", str(FACTOR), "--enforce-delivery-policies") as cloud:
        cognito = cloud.client("cognito-idp")
        pools = {
            "people": create_demo_pool(cloud),
            "guests": cognito.create_user_pool(PoolName="guests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"],
            "bare": cognito.create_user_pool(PoolName="bare")["UserPool"]["Id"],
        }
        bootstrap(cloud)
        pairs = ",".join(f"{alias}={pool_id}" for alias, pool_id in pools.items())
        deployment = deploy(cloud, {"pools": pairs, "emails": "ops@example.com"})
        sqs = cloud.client("sqs")
        allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": "*"}]}
        url = sqs.create_queue(QueueName="machines", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        cloud.client("sns").subscribe(
            TopicArn=deployment.topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        yield World(cloud, deployment, pools, url)
