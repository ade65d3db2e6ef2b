"""A pool whose setting asks for ids: each run notes the new ids of the users that it has imported."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import World
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


def _rows(world: World, watch: RunWatch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(world.result(watch, "ids.csv").decode())))


def _subs(world: World) -> dict[str, str]:
    pages = world.cloud.client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=world.pools["people"])
    listed = [one for page in pages for one in page["Users"]]
    return {
        one["Username"]: next(each["Value"] for each in one["Attributes"] if each["Name"] == "sub") for one in listed
    }
