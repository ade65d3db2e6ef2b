"""Runs the three worlds side by side, looks at them when all is over, and prints the verdict."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tools.demo_pool import OPEN as CUSTOM
from tools.fidelity import second_cloud_differences
from tools.local_cloud import LocalCloud, local_cloud
from tools.permissions import permissions_in
from tools.second_cloud.comparison import differences, unseen, unsettled
from tools.second_cloud.ministack import POWERLESS, denials, ministack, prove_enforcement
from tools.second_cloud.observation import Observation, observe, role_name
from tools.second_cloud.template import for_ministack, without_unknown_types
from tools.second_cloud.traffic import await_all, drop_all
from tools.second_cloud.world import HELD_POOL, World, create_pools, deploy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tools.run_watch import RunWatch

OURS, OPEN, ENFORCED = "localcloud", "open", "enforced"
_FACTOR = 20
"""How fast the waits on localcloud pass. Beside ministack it cannot be faster than the wall clock."""
_PACE = ("--import-rate", "500", "--import-pending", "1", "--import-held-pools", HELD_POOL, "--request-rates", "roles")


def compare() -> int:
    """0 when every difference is one that the table knows, and every one of the table is seen; otherwise 1."""
    with ExitStack() as stack:
        worlds = [_ministack_world(stack, enforced=False), _ministack_world(stack, enforced=True), _our_world(stack)]
        for world, watches in reversed(worlds):
            await_all(world, watches)
            world.sweep()  # it deletes what the runs have left, or is denied that
            _say(f"All {len(watches)} runs have ended on {world.name}.")
        seen = {world.name: observe(world, watches, _denied(world)) for world, watches in worlds}
    return _verdict(seen)


def _verdict(seen: Mapping[str, Observation]) -> int:
    table = second_cloud_differences()
    found = [one for name in (OPEN, ENFORCED) for one in differences(seen[OURS], seen[name], name)]
    new, gone = unsettled(found, table), list(unseen(found, table))
    _say(f"{len(seen[OURS])} places compared on two worlds: {len(found)} differences, {len(new)} of them new.")
    for one in new:
        _say(f"New: {one}")
    for place in gone:
        _say(f"In the table, but not seen any more: {place}")
    _say("FAILED" if new or gone else "PASSED: every difference is settled in docs/fidelity.md.")
    return 1 if new or gone else 0


def _ministack_world(stack: ExitStack, *, enforced: bool) -> tuple[World, Mapping[str, RunWatch]]:
    cognito = stack.enter_context(_emulator(*_PACE))
    cloud = stack.enter_context(ministack(cognito, enforced=enforced))
    if enforced:
        prove_enforcement(cloud)
    world = _deployed(
        ENFORCED if enforced else OPEN, cloud, lambda template: for_ministack(template, cognito, enforced=enforced)
    )
    _copy_logs_role(world, cognito)
    return world, drop_all(world)


def _our_world(stack: ExitStack) -> tuple[World, Mapping[str, RunWatch]]:
    cloud = stack.enter_context(_emulator(*_PACE, "--clock-factor", str(_FACTOR)))
    world = _deployed(OURS, cloud, without_unknown_types)
    return world, drop_all(world)


def _emulator(*flags: str) -> AbstractContextManager[LocalCloud]:
    """A local emulator that derives pools' ids from what they are made with, so that all worlds have the same."""
    return local_cloud(*flags, MOTO_COGNITO_IDP_USER_POOL_ID_STRATEGY="HASH")


def _deployed(name: str, cloud: LocalCloud, change: Callable[[str], str]) -> World:
    _say(f"Deploying on {name} ({cloud.endpoint}).")
    pools = {alias: {"id": pool_id, **CUSTOM} for alias, pool_id in create_pools(cloud).items()}
    return deploy(name, cloud, {"pools": json.dumps(pools), "emails": "you@example.com", "shortest_wait": "5"}, change)


def _copy_logs_role(world: World, cognito: LocalCloud) -> None:
    """Give the emulator that runs the import jobs the role with which it writes their logs."""
    theirs, ours = world.cloud.client("iam"), cognito.client("iam")
    name = world.deployment.logs_role.rpartition("/")[2]
    trust = theirs.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    ours.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    for policy in theirs.list_role_policies(RoleName=name)["PolicyNames"]:
        document = theirs.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        ours.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def _denied(world: World) -> Counter[str]:
    """How often a role was denied an action, by `role: action`."""
    if world.name == OURS:
        calls = [(role.role, access.action) for role in permissions_in(world.cloud) for access in role.denied]
    else:  # the session of a role is `arn:aws:sts::<account>:assumed-role/<role>/<session>`
        calls = [(it["by"].split("/")[1], it["action"]) for it in denials(world.cloud) if POWERLESS not in it["by"]]
    return Counter(f"{role_name(world, role)}: {action}" for role, action in calls)


def _say(text: str) -> None:
    print(text, flush=True)
