"""What a run keeps between its functions."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import boto3
import pytest

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.aws.staging import Staging, StagingDamagedError
from cognito_drop.core.members.memberships import MembershipProgress
from cognito_drop.core.results.join import KeptRejection
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows import Member
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.samples import drop

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client


OTHER = drop(version_id="v2")


@pytest.fixture(params=["moto", "in memory"])
def staging(request: pytest.FixtureRequest, s3: S3Client) -> Staging:
    """An empty staging."""
    return Staging(s3 if request.param == "moto" else InMemoryS3().client)


def test_parts_are_found_by_their_numbers(staging: Staging) -> None:
    """Each with its size, which the upload needs to know before."""
    for number in (1, 2, 12):
        with staging.part_writer(drop(), number) as part:
            part.write(b"x" * number)
    found = [staging.open_part(drop(), number, "") for number in (12, 1, 2)]
    assert [source.size for source in found] == [12, 1, 2]
    assert [len(source.body.read()) for source in found] == [12, 1, 2]


def test_rejections_come_back_in_order(staging: Staging) -> None:
    """Lines, codes and sentences, whatever letters are in them."""
    with staging.rejections_writer(drop()) as written:
        for line in range(2, 5_000):
            written.write(f'[{line}, "code", "S\\u00e9ntence {line}."]\n'.encode())
    assert list(staging.rejections(drop())) == [
        KeptRejection(line, "code", f"Séntence {line}.") for line in range(2, 5_000)
    ]


def test_a_file_without_rejections_has_none(staging: Staging) -> None:
    """An empty object, not a missing one."""
    with staging.rejections_writer(drop()):
        pass
    assert list(staging.rejections(drop())) == []


def test_what_preflight_has_found_comes_back(staging: Staging) -> None:
    """None where it did not come so far."""
    assert staging.preflight(drop()) is None
    staging.keep_preflight(
        drop(), {"bytes": 3, "columns": {"renamed": {"Größe": "custom:size"}, "added": [], "left_out": []}}
    )
    assert staging.preflight(drop()) == {
        "bytes": 3,
        "columns": {"renamed": {"Größe": "custom:size"}, "added": [], "left_out": []},
    }


def test_outcomes_come_back(staging: Staging) -> None:
    """None where the log was never read."""
    outcomes = PartOutcomes(3)
    outcomes.take("[SKIPPED] Line Number 3 - The user already exists.")
    staging.keep_outcomes(drop(), 2, outcomes)
    found = staging.outcomes(drop(), 2, 3)
    assert found is not None
    assert list(found) == list(outcomes)
    assert staging.outcomes(drop(), 1, 3) is None


def test_runs_do_not_see_each_others_work(staging: Staging) -> None:
    """Another version of the same file is another run."""
    staging.keep_preflight(drop(), {})
    staging.keep_outcomes(drop(), 1, PartOutcomes(1))
    with staging.part_writer(drop(), 1) as part:
        part.write(b"x")
    assert staging.preflight(OTHER) is None
    assert staging.outcomes(OTHER, 1, 3) is None
    with pytest.raises(SourceGoneError):
        staging.open_part(OTHER, 1, "")


def test_everything_lies_under_the_runs_folder(s3: S3Client) -> None:
    """Where the bucket's lifecycle deletes it."""
    staging = Staging(s3)
    staging.keep_preflight(drop(), {})
    staging.keep_outcomes(drop(), 1, PartOutcomes(1))
    with staging.part_writer(drop(), 1), staging.rejections_writer(drop()):
        pass
    keys = {found["Key"] for found in boto3.client("s3").list_objects_v2(Bucket="drops")["Contents"]}
    start = f"staging/{drop().run_id}/"
    assert {key.removeprefix(start) for key in keys} == {
        "preflight.json", "part-0001.outcomes", "part-0001.csv", "rejected.jsonl",
    }  # fmt: skip


def test_members_are_read_from_where_one_of_them_starts(staging: Staging) -> None:
    """Each with the place behind it: from there on are those that come after."""
    members = [Member(2, 0, "ana", ("staff", "ops")), Member(5, 3, "Zoë", ("a,b",))]
    with staging.members_writer(drop()) as writer:
        for member in members:
            writer.write(member.to_bytes())
    (behind, first), (end, second) = staging.members(drop(), 0)
    assert [first, second] == members
    assert list(staging.members(drop(), behind)) == [(end, second)]


def test_memberships_come_back_in_the_order_of_their_files(staging: Staging) -> None:
    """No more of them than were recorded: what lies behind belongs to no one."""
    progress = [MembershipProgress(offset=10 * number, files=number) for number in range(4)]
    for (before, after), rows in zip(pairwise(progress), (b"1\n", b"2\n", b"3\n"), strict=True):
        staging.keep_memberships(drop(), before, after, rows)
    assert b"".join(staging.memberships(drop(), progress[2])) == b"1\n2\n"


DAMAGED: dict[str, Callable[[Staging], object]] = {
    "preflight.json": lambda staging: staging.preflight(drop()),
    "rejected.jsonl": lambda staging: list(staging.rejections(drop())),
    "members.jsonl": lambda staging: list(staging.members(drop(), 0)),
    "part-0001.outcomes": lambda staging: staging.outcomes(drop(), 1, 3),
}


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("damaged", [b"", b'{"a', b"[1]\n", b"\xff\n", b'[["imported", "a", "b"]]\n\x07\x07\x07'])
def test_what_is_damaged_is_an_error_of_its_own(s3: S3Client, name: str, damaged: bytes) -> None:
    """Of any kind; the error names the object and nothing of what is in it. An empty list is a list."""
    s3.put_object(Bucket="drops", Key=f"staging/{drop().run_id}/{name}", Body=damaged)
    if not damaged and name.endswith(".jsonl"):
        assert DAMAGED[name](Staging(s3)) == []
        return
    with pytest.raises(StagingDamagedError, match=f"^{re.escape(name)}$"):
        DAMAGED[name](Staging(s3))


@pytest.mark.parametrize("name", ["rejected.jsonl", "members.jsonl", "groups-00001"])
def test_what_is_lost_is_an_error_of_its_own(staging: Staging, name: str) -> None:
    """Where a run always has it."""
    read = DAMAGED.get(name) or (lambda staging: list(staging.memberships(drop(), MembershipProgress(files=1))))
    with pytest.raises(StagingDamagedError, match=f"^{re.escape(name)}$"):
        read(staging)


def test_a_list_that_is_shorter_than_it_was_is_damaged(s3: S3Client) -> None:
    """S3 has no range behind the end of an object."""
    s3.put_object(Bucket="drops", Key=f"staging/{drop().run_id}/members.jsonl", Body=b"[]\n")
    with pytest.raises(StagingDamagedError, match=r"^members\.jsonl$"):
        list(Staging(s3).members(drop(), 500))


def test_a_part_is_read_as_it_was_written(staging: Staging) -> None:
    """Whatever was put in its place: its version is known."""
    with staging.part_writer(drop(), 1) as part:
        part.write(b"as it was")
    with staging.part_writer(drop(), 1) as other:
        other.write(b"cut")
    assert staging.open_part(drop(), 1, part.version_id).body.read() == b"as it was"
    assert staging.open_part(drop(), 1, "").body.read() == b"cut"
