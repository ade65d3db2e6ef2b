"""The cloud of the tests: localcloud, or what the kit of tools/verify names in the environment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from tests.kept_stack import cloud_of_known_pools, deploy_kept
from tools.deployment import Deployment
from tools.local_cloud import REGION
from tools.verify.account import PREFIX, Account
from tools.verify.cloud import VerifiedCloud
from tools.verify.kit import CLOUD, STACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.local_cloud import LocalCloud

FACTOR = 60
"""How much faster than AWS localcloud's waits pass."""
LONG: Final = 300
"""Rows of a file whose job is still active after some calls: 12 seconds of work in AWS."""
HELD: Final = ("--import-held-pools", f"{PREFIX}-stack,{PREFIX}-contract-long")
"""localcloud's flag that lets such a job wait until it is stopped; its time passes faster than its calls."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The deployed stack and the pool into which it imports, under the alias `people`."""

    cloud: VerifiedCloud
    deployment: Deployment
    pool: str


@pytest.fixture(scope="session")
def local() -> Iterator[LocalCloud | None]:
    """localcloud; None where the kit names another cloud."""
    if CLOUD in os.environ:
        yield None
        return
    with cloud_of_known_pools("--clock-factor", str(FACTOR), *HELD) as it:
        yield it


@pytest.fixture(scope="session")
def cloud(local: LocalCloud | None, tmp_path_factory: pytest.TempPathFactory) -> VerifiedCloud:
    """The cloud that is tested."""
    folder = tmp_path_factory.mktemp("contract")
    if local is None:
        return VerifiedCloud(**json.loads(os.environ[CLOUD]), data_dir=folder)
    return VerifiedCloud(None, REGION, local.endpoint, FACTOR, folder)


@pytest.fixture(scope="session")
def account(cloud: VerifiedCloud) -> Account:
    """Its pools and import jobs."""
    return cloud.account(f"{PREFIX}-contract")


@pytest.fixture(scope="session")
def stack(local: LocalCloud | None, cloud: VerifiedCloud) -> Stack:
    """The stack; the kit has deployed it already."""
    if local is None:
        said = json.loads(os.environ[STACK])
        return Stack(cloud, Deployment(**said["deployment"]), said["pool"])
    pool = cloud.account().pool("stack")
    return Stack(cloud, deploy_kept(local, {"pools": f"people={pool}", "shortest_wait": "5"}), pool)
