"""What a run keeps between its functions, under `staging/<run id>/` of the drop bucket: parts, rejections, outcomes.

All of it may hold values of users, so it never leaves the bucket, and the sweep deletes it when the run has ended. What
the sweep cannot delete expires by the bucket's lifecycle.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket, Source, SourceGoneError
from cognito_drop.aws.errors import AdapterError, RefusedError, error_code
from cognito_drop.aws.object_writer import ObjectWriter
from cognito_drop.contract.object_keys import NO_WAY_IN, STAGING, staging_of
from cognito_drop.core.results.join import KeptRejection
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows import Member
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary_json import PreflightJson

_BLOCK = 1 << 20  # bytes read at once
_IDS_STATE = "ids.sqlite"
_MEMBERSHIPS = "groups-"
_SPAN = re.compile(r"groups-(\d+)-(\d+)-(\d+)\.csv")
"""The name of a file of memberships: its number, and the bytes of the list of members from which and up to which it is
of."""
_MOST_DELETED = 1000  # by one DeleteObjects


class StagingDamagedError(RefusedError):
    """Something that a run has kept is lost, or is not what was kept; the text names the object."""


@dataclass(frozen=True, slots=True)
class LogRead:
    """How much of a part's rows was known to who has read its log."""

    lines: int
    """Rows that had a line."""
    counted: int
    """Rows that the job had counted."""


class StagingKeptError(AdapterError):
    """S3 has not deleted all of a run's staging; the text has its codes."""


class Staging:
    """The objects of runs on their way."""

    def __init__(self, client: S3Client, check: str = "") -> None:
        """`check` names the call that checks, or has checked, the file: what it keeps is apart from that of others."""
        self._client = client
        self._drops = DropBucket(client)
        self._check = f"{check}/" if check else ""

    def of_check(self, check: str) -> Staging:
        """The same with what this check of the file has kept."""
        return Staging(self._client, check) if check else self

    def only_check(self, drop: Drop) -> str:
        """The check of which something is kept, if that is the only one; empty otherwise."""
        start = _key(drop, "")
        names = (key.removeprefix(start).rpartition("/")[0] for key, _ in self._drops.sizes(drop.bucket, start))
        checks = set(filter(None, names))
        return checks.pop() if len(checks) == 1 else ""

    def part_writer(self, drop: Drop, number: int) -> ObjectWriter:
        """Where a part is written."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, f"part-{number:04}.csv"))

    def open_part(self, drop: Drop, number: int, version_id: str) -> Source:
        """A part for reading, as it was written: what was put in its place is not read. Raises SourceGoneError."""
        key = _key(drop, f"part-{number:04}.csv")
        return (
            self._drops.open(Drop(drop.bucket, key, version_id))
            if version_id
            else self._drops.open_key(drop.bucket, key)
        )

    def rejections_writer(self, drop: Drop) -> ObjectWriter:
        """Where the rejected rows are written, a JSON array `[line, code, sentence, column, hint]` a line."""
        return ObjectWriter(self._client, drop.bucket, self._found(drop, "rejected.jsonl"), "application/x-ndjson")

    def rejections(self, drop: Drop) -> Iterator[KeptRejection]:
        """The rejected rows, in the order of the file. Raises StagingDamagedError."""
        name = "rejected.jsonl"
        for text in self._kept(drop, name, self._check).body.iter_lines():
            with _damage(name):
                line, *said = json.loads(text)
                rejection = KeptRejection(int(line), *map(str, said))
            yield rejection

    def left_behind_writer(self, drop: Drop) -> ObjectWriter:
        """Where it is written what the users of an export leave behind."""
        return ObjectWriter(self._client, drop.bucket, self._found(drop, "left-behind.csv"))

    def left_behind(self, drop: Drop) -> Iterator[bytes]:
        """What was written there, in blocks; nothing when no user has data that is not migrated."""
        try:
            source = self._drops.open_key(drop.bucket, self._found(drop, "left-behind.csv"))
        except SourceGoneError:
            return
        yield from source.body.iter_chunks(_BLOCK)

    def no_ways_writer(self, drop: Drop) -> ObjectWriter:
        """Where it is written which users have no way to sign in."""
        return ObjectWriter(self._client, drop.bucket, self._found(drop, NO_WAY_IN))

    def no_ways(self, drop: Drop) -> Iterator[bytes]:
        """What was written there, in blocks. Raises StagingDamagedError."""
        yield from self._kept(drop, NO_WAY_IN, self._check).body.iter_chunks(_BLOCK)

    def lanes_writer(self, drop: Drop) -> ObjectWriter:
        """Where the lane of each accepted row is written, a byte a row."""
        return ObjectWriter(self._client, drop.bucket, self._found(drop, "lanes.bin"), "application/octet-stream")

    def lanes(self, drop: Drop) -> Iterator[bytes] | None:
        """What was written there, in blocks; None where it is gone, and of a file with one lane."""
        try:
            source = self._drops.open_key(drop.bucket, self._found(drop, "lanes.bin"))
        except SourceGoneError:
            return None
        return source.body.iter_chunks(_BLOCK)

    def members_writer(self, drop: Drop) -> ObjectWriter:
        """Where the users are written who are to be in groups."""
        return ObjectWriter(self._client, drop.bucket, self._found(drop, "members.jsonl"), "application/x-ndjson")

    def members(self, drop: Drop, offset: int) -> Iterator[tuple[int, Member]]:
        """Those users from a byte of the list on, which is where one of them starts, each with the byte behind it.

        Raises StagingDamagedError.
        """
        name = "members.jsonl"
        for text in self._kept(drop, name, self._check, offset).body.iter_lines(_BLOCK):
            offset += len(text) + 1
            with _damage(name):
                member = Member.of(text)
            yield offset, member

    def keep_memberships(self, drop: Drop, before: MembershipProgress, after: MembershipProgress, rows: bytes) -> None:
        """Store the outcome of some memberships, those between two stages of progress, as rows of the result file.

        A call that is late replaces nothing that is recorded: it comes from the same place, but to another one.
        """
        key = _key(drop, _memberships_name(after.files, before.offset, after.offset))
        self._client.put_object(Bucket=drop.bucket, Key=key, Body=rows)

    def memberships(self, drop: Drop, progress: MembershipProgress) -> Iterator[bytes]:
        """What was kept up to this progress, one file after the other. Raises StagingDamagedError."""
        starts = dict[tuple[int, int], int]()
        for key, _ in self._drops.sizes(drop.bucket, _key(drop, _MEMBERSHIPS)):
            if span := _SPAN.fullmatch(key.removeprefix(_key(drop, ""))):
                number, start, end = map(int, span.groups())
                starts[number, end] = start
        names, end = list[str](), progress.offset
        for number in range(progress.files, 0, -1):
            if (number, end) not in starts:
                raise StagingDamagedError(f"{_MEMBERSHIPS}{number:05}")
            start = starts[number, end]
            names.append(_memberships_name(number, start, end))
            end = start
        for name in reversed(names):
            yield self._kept(drop, name).body.read()

    def keep_ids(self, drop: Drop, state: bytes | BinaryIO) -> None:
        """Keep how far the new ids of users are recorded, in place of what was kept before."""
        with ObjectWriter(self._client, drop.bucket, _key(drop, _IDS_STATE), "application/vnd.sqlite3") as kept:
            if isinstance(state, bytes):
                kept.write(state)
                return
            while block := state.read(_BLOCK):
                kept.write(block)

    def ids(self, drop: Drop) -> Iterator[bytes]:
        """What was kept of that, in blocks; nothing at first."""
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, _IDS_STATE))
        except SourceGoneError:
            return
        yield from source.body.iter_chunks(_BLOCK)

    def keep_preflight(self, drop: Drop, report: PreflightJson) -> None:
        """Keep what preflight has found, for the report."""
        self._drops.write_json(drop.bucket, self._found(drop, "preflight.json"), report)

    def preflight(self, drop: Drop) -> PreflightJson | None:
        """What preflight has found; None when it did not come so far. Raises StagingDamagedError."""
        name = "preflight.json"
        try:
            source = self._drops.open_key(drop.bucket, self._found(drop, name))
        except SourceGoneError:
            return None
        with _damage(name):
            found: PreflightJson = json.loads(source.body.read())
            if not isinstance(found, dict):
                raise TypeError
        return found

    def keep_outcomes(self, drop: Drop, number: int, outcomes: PartOutcomes, *, of: LogRead | None = None) -> None:
        """Keep what the log says of a part's rows, by how much was read where that was not a line of every row.

        A call that is late never takes the place of one that has read more.
        """
        key = _key(drop, _outcomes_name(number, of))
        self._client.put_object(Bucket=drop.bucket, Key=key, Body=outcomes.to_bytes())

    def outcomes(self, drop: Drop, number: int, rows: int) -> PartOutcomes | None:
        """What the log says of a part's rows; None for a part whose log was not read. Raises StagingDamagedError."""
        name = _outcomes_name(number)
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, name))
        except SourceGoneError:
            name = self._fullest(drop, number)
            if not name:
                return None
            source = self._kept(drop, name)
        with _damage(name):
            return PartOutcomes.from_bytes(source.body.read(), rows)

    def _fullest(self, drop: Drop, number: int) -> str:
        """The outcomes of a part of which most was read; empty where there are none."""
        keys = (key for key, _ in self._drops.sizes(drop.bucket, _key(drop, f"part-{number:04}.")))
        return max((key.removeprefix(_key(drop, "")) for key in keys if key.endswith(".outcomes")), default="")

    def runs(self, bucket: str) -> Iterator[list[str]]:
        """The ids of the runs that have anything here, of whatever version, page by page."""
        listing = self._client.get_paginator("list_object_versions")
        for page in listing.paginate(Bucket=bucket, Prefix=STAGING, Delimiter="/"):
            folders = [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
            yield [folder.removeprefix(STAGING).removesuffix("/") for folder in folders]

    def clear(self, bucket: str, run_id: str) -> None:
        """Delete everything that a run has kept, all versions of it. Raises StagingKeptError."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=staging_of(run_id))
        found: list[ObjectIdentifierTypeDef] = [
            {"Key": entry["Key"], "VersionId": entry["VersionId"]}
            for page in pages
            for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        for start in range(0, len(found), _MOST_DELETED):
            some = found[start : start + _MOST_DELETED]
            deleted = self._client.delete_objects(Bucket=bucket, Delete={"Objects": some, "Quiet": True})
            if kept := deleted.get("Errors"):
                raise StagingKeptError(", ".join(sorted({error["Code"] for error in kept})))

    def _found(self, drop: Drop, name: str) -> str:
        """The key of what a check of the file keeps."""
        return _key(drop, f"{self._check}{name}")

    def _kept(self, drop: Drop, name: str, folder: str = "", start: int = 0) -> Source:
        """Something that the run has kept. Raises StagingDamagedError where it is gone, or shorter than `start`."""
        try:
            return self._drops.open_key(drop.bucket, _key(drop, f"{folder}{name}"), start)
        except SourceGoneError:
            raise StagingDamagedError(name) from None
        except ClientError as error:
            if error_code(error) == "InvalidRange":
                raise StagingDamagedError(name) from None
            raise


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """Let what cannot be read be an error of its own, without anything of what is there."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise StagingDamagedError(name) from None


def _memberships_name(number: int, start: int, end: int) -> str:
    return f"{_MEMBERSHIPS}{number:05}-{start}-{end}.csv"


def _outcomes_name(number: int, of: LogRead | None = None) -> str:
    return f"part-{number:04}.{f'{of.lines:06}-{of.counted:06}.' if of else ''}outcomes"


def _key(drop: Drop, name: str) -> str:
    return f"{staging_of(drop.run_id)}{name}"
