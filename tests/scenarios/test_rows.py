"""Every row accounted for: what people really have, the pool's settings, parts, and results by row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import Ending, World

pytestmark = pytest.mark.scenario


def _users(prefix: str, count: int, *bad: int) -> list[dict[str, str]]:
    """Users of whom those at the given places do not verify anything."""
    return [user(f"{prefix}{number}", email_verified="FALSE" if number in bad else "TRUE") for number in range(count)]


def _lines(world: World, ending: Ending) -> list[int]:
    """The lines of all five result tables together."""
    tables = ("imported.csv", "skipped.csv", "failed.csv", "rejected.csv", "unprocessed.csv")
    return sorted(line for name in tables for line, _ in world.table(ending.watch, name))


def test_messy_file_is_read_as_it_is_meant(world: World) -> None:
    """Semicolons, quotes, other names and orders of columns, a byte order mark, dates and phones as people do them."""
    text = (
        "\ufeffE-Mail;Username;email_verified;phone;birthdate;address;cognito:mfa_enabled;phone_number_verified\r\n"
        'ada@example.com;messy1;yes;+49 40 123-456;1990-12-31;"Mill Lane 1; Lisbon";no;no\r\n'
        "\r\n"
        'bob@example.com;messy2;TRUE;;;"12, Rua ""do"" Sol";FALSE;FALSE\r\n'
        "eve@example.com;messy3;1;;;Rome;FALSE;FALSE\r\n"
    )
    ending = world.end_of(world.drop(text.encode(), "people/messy.csv"))
    assert ending.summary["dialect"]["separator"] == ";"
    assert ending.summary["dialect"]["byte_order_mark"] is True
    assert ending.summary["blank_lines"] == 1
    assert ending.summary["columns"]["renamed"]["E-Mail"] == "email"
    assert "messy1" in world.usernames("people", "messy")
    found = world.cloud.client("cognito-idp").admin_get_user(UserPoolId=world.pools["people"], Username="messy1")
    attributes = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
    assert attributes["phone_number"] == "+4940123456"
    assert attributes["birthdate"] == "12/31/1990"
    assert attributes["address"] == "Mill Lane 1; Lisbon"
    kinds = {entry["kind"]: entry["count"] for entry in ending.summary["normalized"]}
    assert kinds["date"] == kinds["phone"] == 1
    assert _lines(world, ending) == [2, 4, 5]


def test_an_alias_is_sent_for_one_user_unless_the_pool_says_otherwise(world: World) -> None:
    """The second row names the first; sent all the same, it fails in Cognito and is reported so."""
    twins = [user("alias1", email="twin@example.com"), user("alias2", email="Twin@Example.com"), user("alias3")]
    ending = world.end_of(world.drop(world.csv("aliased", twins), "aliased/twins.csv"))
    assert ending.rows == {"total": 3, "imported": 2, "rejected": 1}
    assert world.table(ending.watch, "rejected.csv") == [(3, "alias_taken")]
    assert b"the user on line 2" in world.result(ending.watch, "rejected.csv")
    others = [user("alias4", email="pair@example.com"), user("alias5", email="Pair@example.com"), user("alias6")]
    sent = world.end_of(world.drop(world.csv("aliased", others), "aliased-sent/pair.csv"))
    assert sent.rows == {"total": 3, "imported": 2, "failed": 1}
    assert [line for line, _ in world.table(sent.watch, "failed.csv")] == [3]


def test_pool_may_refuse_a_file_with_any_bad_row(world: World) -> None:
    """With `rejected_rows` = refuse, one bad row refuses the file, and every row of it can be retried."""
    jobs = len(world.jobs("people"))
    body = world.csv("people", _users("strict", 6, 2))
    ending = world.end_of(world.drop(body, "strict/users.csv"))
    assert ending.summary["problem"]["code"] == "too_many_rejected"
    assert ending.rows == {"total": 6, "rejected": 1, "unprocessed": 5}
    assert world.result(ending.watch, "retry.csv") == body
    assert len(world.jobs("people")) == jobs
    clean = world.end_of(world.drop(world.csv("people", _users("strict", 6)), "strict/clean.csv"))
    assert clean.rows == {"total": 6, "imported": 6}


def test_pool_may_refuse_a_file_above_a_share_of_bad_rows(world: World) -> None:
    """With `rejected_rows` = 20%, a fifth of bad rows goes through and more does not."""
    good = world.end_of(world.drop(world.csv("people", _users("share-a", 10, 1, 2)), "share/a.csv"))
    assert good.rows == {"total": 10, "imported": 8, "rejected": 2}
    bad = world.end_of(world.drop(world.csv("people", _users("share-b", 10, 1, 2, 3)), "share/b.csv"))
    assert bad.summary["problem"]["code"] == "too_many_rejected"


def test_pool_may_leave_out_columns_that_it_does_not_know(world: World) -> None:
    """With `unknown_columns` = leave_out, the rest of the row is imported, and the columns are named."""
    header = world.header("people")
    row = user("loose1")
    body = ",".join([*header, "shoe_size"]) + "\n" + ",".join([*(row.get(name, "") for name in header), "42"]) + "\n"
    refused = world.end_of(world.drop(body.encode(), "people/shoes.csv"))
    assert refused.summary["problem"]["code"] == "unknown_columns"
    taken = world.end_of(world.drop(body.encode(), "loose/shoes.csv"))
    assert taken.rows == {"total": 1, "imported": 1}
    assert taken.summary["columns"]["left_out"] == ["shoe_size"]


def test_pool_may_refuse_a_file_of_known_users(world: World) -> None:
    """With `known_users` = refuse, a file whose users are already in the pool costs no job."""
    body = world.csv("people", _users("known", 8))
    world.end_of(world.drop(body, "people/known.csv"))
    jobs = len(world.jobs("people"))
    ending = world.end_of(world.drop(body, "known/known.csv"))
    assert ending.summary["problem"]["code"] == "mostly_known"
    assert len(world.jobs("people")) == jobs


def test_dry_run_reports_and_imports_nothing(world: World) -> None:
    """A drop into `check/` gets the same report, no job, and no user."""
    jobs = len(world.jobs("people"))
    body = world.csv("people", _users("dry", 5, 3))
    ending = world.end_of(world.drop(body, "people/dry.csv", folder="check"))
    assert ending.status == "SUCCEEDED"
    assert ending.summary["outcome"] == "checked"
    assert ending.summary["dry_run"] is True
    assert ending.rows == {"total": 5, "rejected": 1, "unprocessed": 4, "accepted": 4}
    assert ending.mail["Subject"] == "Checked, 4 of 5 users can be imported: dry.csv"
    assert [line for line, _ in world.table(ending.watch, "rejected.csv")] == [5]
    assert len(world.jobs("people")) == jobs
    assert world.usernames("people", "dry") == set()


def test_large_drop_becomes_parts(world: World) -> None:
    """1,000 rows at 400 a part are three jobs, one after the other, and one report with the file's own lines."""
    bad = (0, 399, 400, 401, 555, 999)
    ending = world.end_of(world.drop(world.csv("people", _users("parts", 1_000, *bad)), "parts/parts.csv"))
    assert ending.rows == {"total": 1_000, "imported": 994, "rejected": 6}
    assert [part["rows"] for part in ending.summary["parts"]] == [400, 400, 194]
    ends = [(job["started_at"], job["completed_at"]) for job in ending.jobs]
    assert ends == sorted(ends)
    assert all(one[1] <= two[0] for one, two in pairwise(ends))
    assert [line for line, _ in world.table(ending.watch, "rejected.csv")] == [place + 2 for place in bad]
    assert _lines(world, ending) == list(range(2, 1_002))
    assert len(world.usernames("people", "parts")) == 994


def test_stop_in_the_middle_of_the_parts_leaves_the_rest_unprocessed(world: World) -> None:
    """Stopping the second of three jobs keeps what was imported; the rest goes through with the retry file."""
    watch = world.drop(world.csv("held", _users("midway", 700)), "held-parts/midway.csv")
    for view in watch.views():
        if view.counts.done == 300:  # all of the first part, and what the job of the second one does
            break
    world.stop_job("held")
    ending = world.end_of(watch)
    assert ending.summary["outcome"] == "stopped"
    assert ending.rows == {"total": 700, "imported": 300, "unprocessed": 400}
    assert [part["rows"] for part in ending.summary["parts"]] == [100, 300, 300]
    assert [part["job"] is None for part in ending.summary["parts"]] == [False, False, True]
    assert _lines(world, ending) == list(range(2, 702))
    again = world.end_of(world.drop(world.result(watch, "retry.csv"), "crowd/midway-retry.csv"))
    assert again.rows == {"total": 400, "imported": 400}
    assert len(world.usernames("held", "midway") | world.usernames("crowd", "midway")) == 700


def test_dropped_version_is_tagged(world: World) -> None:
    """The dropped object says which run it became and how that ended."""
    ending = world.end_of(world.drop(world.csv("people", _users("tag", 1)), "people/tag.csv"))
    file = ending.summary["file"]
    tags = world.cloud.client("s3").get_object_tagging(
        Bucket=file["bucket"], Key=file["key"], VersionId=file["version_id"]
    )["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"run_id": ending.watch.run_id, "outcome": "imported"}


def test_page_of_the_summary_reports_the_same(world: World) -> None:
    """The page beside the summary has the outcome and the counts, and asks nothing of the network."""
    ending = world.end_of(world.drop(world.csv("people", _users("page", 12, 5)), "people/page.csv"))
    page = world.result(ending.watch, "summary.html").decode()
    assert "page.csv" in page
    assert "11" in page
    assert "http" not in page.replace("http-equiv", "")


def test_lost_log_is_said_and_the_counts_are_cognitos(world_without_logs: World) -> None:
    """The counts are those of the job; as it has imported every row that it was given, every outcome is known."""
    world = world_without_logs
    ending = world.end_of(world.drop(world.csv("people", _users("lost", 30, 4)), "people/lost.csv"))
    assert ending.status == "SUCCEEDED"
    assert ending.rows == {"total": 30, "imported": 29, "rejected": 1}
    assert ending.summary["details_incomplete"] is True
    assert [gap["code"] for gap in ending.summary["details_missing"]] == ["log_missing"]
    assert {code for _, code in world.table(ending.watch, "imported.csv")} == {"imported"}
    assert _lines(world, ending) == list(range(2, 32))
    assert "The log of the import job was not found in CloudWatch Logs." in ending.mail.get_content()
    assert world.states(ending.watch).count("Collect") == 7
