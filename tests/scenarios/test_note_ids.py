"""A pool whose setting asks for ids: each run notes the new ids of the users that it has imported."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.scenarios.conftest import subscribed_queue
from tests.scenarios.test_failures_of_aws import planned
from tests.scenarios.world import SUBSCRIBER, World, user
from tools.demo_pool import OPEN, create_demo_pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario


def test_the_new_ids_of_imported_users_are_in_the_results(world: World) -> None:
    """Of all parts, with the ids that the file names; not of those who were in the pool before."""
    world.end_of(world.drop(world.csv("people", [user("recorded-old")]), "people/recorded-old.csv"))
    rows = [user(f"recorded{number}", old_id=f"old-{number}") for number in range(250)]
    rows[3:3] = [user("recorded-old"), user("recorded-bad", cognito__groups="two words")]
    watch = world.drop(world.csv("people", rows, "old_id", "cognito:groups"), "recorded/recorded.csv")
    ending = world.end_of(watch)
    assert ending.rows == {"total": 252, "imported": 250, "skipped": 1, "rejected": 1}
    subs = _subs(world)
    found = _rows(world, watch)
    assert found == [
        {
            "line": f"{line}",
            "old_id": row["old_id"],
            "username": row["cognito:username"],
            "sub": subs[row["cognito:username"]],
        }
        for line, row in enumerate(rows, 2)
        if "old_id" in row
    ]
    recorded = {"complete": True, "recorded": 250, "missing": 0, "cause": None}
    assert (ending.summary["ids"], ending.message["ids"]) == (recorded, recorded)
    assert "ids.csv has the new IDs of 250 users." in ending.mail.get_content()
    item = world.run_item(watch)["ids"]["M"]
    (version,) = world.cloud.client("s3").list_object_versions(
        Bucket=world.deployment.bucket, Prefix=f"results/{watch.run_id}/ids.csv"
    )["Versions"]
    assert item == {"recorded": {"N": "250"}, "missing": {"N": "0"}, "version_id": {"S": version["VersionId"]}}
    assert world.states(watch).count("Note IDs") == 1


CALLS = [
    *(("cognito-idp", "ListUsers", at) for at in (1, 2)),
    *(("s3", "PutObject", at) for at in (1, 2, 3)),
    *(("dynamodb", "UpdateItem", at) for at in (1, 2, 3)),
]
"""Calls of the function for 120 users: to the pool, for copies of its state and the file, and to the ledger."""


@pytest.mark.parametrize("kind", ["kill_before", "kill_after"])
@pytest.mark.parametrize("call", random.Random(7).sample(CALLS, 3), ids=str)  # noqa: S311  (can be repeated)
def test_a_function_that_is_killed_anywhere_goes_on_where_it_was(
    world: World, call: tuple[str, str, int], kind: str
) -> None:
    """At whichever of its calls: every user has one line, and the ledger names the version that was written."""
    service, operation, at = call
    name = f"killed-{kind[5:]}-{operation}-{at}"
    key = f"recorded/{name}.csv"
    rows = [user(f"{name}-{number}") for number in range(120)]
    fault = {"caller": "note_ids", "service": service, "operation": operation, "kind": kind, "occurrence": at}
    with planned(world, [{**fault, "correlation": f"inbox/{key}"}]) as control:
        watch = world.drop(world.csv("people", rows), key)
        ending = world.end_of(watch)
        assert all(fault["struck"] for fault in control.ask("GET", "faults")["faults"])
    assert ending.summary["ids"] == {"complete": True, "recorded": 120, "missing": 0, "cause": None}
    subs = _subs(world)
    names = [row["cognito:username"] for row in rows]
    assert [(row["username"], row["sub"]) for row in _rows(world, watch)] == [(name, subs[name]) for name in names]


def test_a_pool_that_may_not_be_listed_keeps_no_run_from_its_report(world: World) -> None:
    """The report says why the IDs are not recorded; the command records them later."""
    iam = world.cloud.client("iam")
    (role,) = [
        role["RoleName"]
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if "NoteIds" in role["RoleName"]
    ]
    denial = {"Effect": "Deny", "Action": "cognito-idp:ListUsers", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    iam.put_role_policy(RoleName=role, PolicyName="denied", PolicyDocument=document)
    try:
        watch = world.drop(world.csv("people", [user("ids-denied")]), "recorded/denied.csv")
        ending = world.end_of(watch)
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="denied")
    assert (ending.summary["outcome"], ending.rows) == ("imported", {"total": 1, "imported": 1})
    cause = "DeniedError: ListUsers: AccessDeniedException"
    assert ending.summary["ids"] == {"complete": False, "recorded": 0, "missing": 0, "cause": cause}
    assert (ending.summary["error"], ending.message["has_failures"]) == (None, True)
    assert f"The new IDs of the imported users are not recorded: {cause}." in ending.mail.get_content()
    assert "ids" not in world.run_item(watch)


@pytest.fixture(scope="module")
def late_world() -> Iterator[World]:
    """A stack in which no pool asks for ids, in an AWS whose ListUsers shows new users late."""
    with cloud_of_known_pools(*OBSERVED, "--clock-factor", "300", "--user-listing-delay", "100") as cloud:
        pools = {"people": create_demo_pool(cloud)}
        context = {"pools": json.dumps({"people": {"id": pools["people"], **OPEN}}), "emails": SUBSCRIBER}
        deployment = deploy_kept(cloud, context)
        yield World(cloud, deployment, pools, context, subscribed_queue(cloud, deployment.topic))


def test_an_upgrade_begins_to_record_ids_and_waits_for_users_who_are_shown_late(late_world: World) -> None:
    """Runs from before have none; then every user of a run is found, though the first looks find none of them."""
    world, rows = late_world, [user("late1"), user("late2")]
    before = world.end_of(world.drop(world.csv("people", rows[:1]), "people/before.csv"))
    assert (before.summary["ids"], "Note IDs" in world.states(before.watch)) == (None, False)
    pools = {"people": {"id": world.pools["people"], **OPEN, "ids": True}}
    deploy_kept(world.cloud, {**world.context, "pools": json.dumps(pools)})
    ending = world.end_of(world.drop(world.csv("people", rows), "people/after.csv"))
    assert ending.summary["ids"] == {"complete": True, "recorded": 1, "missing": 0, "cause": None}
    assert [(row["line"], row["username"]) for row in _rows(world, ending.watch)] == [("3", "late2")]
    assert world.states(ending.watch).count("Wait for users") >= 1
    deploy_kept(world.cloud, world.context)
    after = world.end_of(world.drop(world.csv("people", [user("late3")]), "people/again.csv"))
    assert after.summary["ids"] is None


def _rows(world: World, watch: RunWatch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(world.result(watch, "ids.csv").decode())))


def _subs(world: World) -> dict[str, str]:
    pages = world.cloud.client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=world.pools["people"])
    listed = [one for page in pages for one in page["Users"]]
    return {
        one["Username"]: next(each["Value"] for each in one["Attributes"] if each["Name"] == "sub") for one in listed
    }
