"""What a run keeps between its functions, under `staging/<run id>/` of the drop bucket: parts, rejections, outcomes.

All of it may hold values of users, so it is deleted by the bucket's lifecycle and never leaves the bucket.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.aws.drops import DropBucket, Source, SourceGoneError
from cognito_drop.aws.object_writer import ObjectWriter
from cognito_drop.contract.object_keys import staging_of
from cognito_drop.core.results.join import KeptRejection
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows import Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from cognito_drop.core.results.summary_json import PreflightJson
    from cognito_drop.core.runs.drop import Drop

_BLOCK = 1 << 20  # bytes read at once


class Staging:
    """The objects of runs on their way."""

    def __init__(self, client: S3Client) -> None:
        self._client = client
        self._drops = DropBucket(client)

    def part_writer(self, drop: Drop, number: int) -> ObjectWriter:
        """Where a part is written."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, f"part-{number:04}.csv"))

    def open_part(self, drop: Drop, number: int) -> Source:
        """A part for reading. Raises SourceGoneError."""
        return self._drops.open_key(drop.bucket, _key(drop, f"part-{number:04}.csv"))

    def rejections_writer(self, drop: Drop) -> ObjectWriter:
        """Where the rejected rows are written, a JSON array `[line, code, sentence, column, hint]` a line."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, "rejected.jsonl"), "application/x-ndjson")

    def rejections(self, drop: Drop) -> Iterator[KeptRejection]:
        """The rejected rows, in the order of the file. An earlier version kept neither column nor hint."""
        body = self._drops.open_key(drop.bucket, _key(drop, "rejected.jsonl")).body
        for text in body.iter_lines():
            yield KeptRejection(*json.loads(text))

    def left_behind_writer(self, drop: Drop) -> ObjectWriter:
        """Where it is written what the users of an export leave behind."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, "left-behind.csv"))

    def left_behind(self, drop: Drop) -> Iterator[bytes]:
        """What was written there, in blocks; nothing when no user has data that is not migrated."""
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, "left-behind.csv"))
        except SourceGoneError:
            return
        yield from source.body.iter_chunks(_BLOCK)

    def lanes_writer(self, drop: Drop) -> ObjectWriter:
        """Where the lane of each accepted row is written, a byte a row."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, "lanes.bin"), "application/octet-stream")

    def lanes(self, drop: Drop) -> Iterator[bytes] | None:
        """What was written there, in blocks; None where it is gone, and of a file with one lane."""
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, "lanes.bin"))
        except SourceGoneError:
            return None
        return source.body.iter_chunks(_BLOCK)

    def members_writer(self, drop: Drop) -> ObjectWriter:
        """Where the users are written who are to be in groups."""
        return ObjectWriter(self._client, drop.bucket, _key(drop, "members.jsonl"), "application/x-ndjson")

    def members(self, drop: Drop, offset: int) -> Iterator[tuple[int, Member]]:
        """Those users from a byte of the list on, which is where one of them starts, each with the byte behind it."""
        for text in self._drops.open_key(drop.bucket, _key(drop, "members.jsonl"), offset).body.iter_lines(_BLOCK):
            offset += len(text) + 1
            yield offset, Member.of(text)

    def keep_memberships(self, drop: Drop, number: int, rows: bytes) -> None:
        """Store the outcome of some memberships as rows of the result file."""
        self._client.put_object(Bucket=drop.bucket, Key=_key(drop, f"groups-{number:05}.csv"), Body=rows)

    def memberships(self, drop: Drop, files: int) -> Iterator[bytes]:
        """What was kept of so many files, one after the other."""
        for number in range(1, files + 1):
            yield self._drops.open_key(drop.bucket, _key(drop, f"groups-{number:05}.csv")).body.read()

    def keep_preflight(self, drop: Drop, report: PreflightJson) -> None:
        """Keep what preflight has found, for the report."""
        self._drops.write_json(drop.bucket, _key(drop, "preflight.json"), report)

    def preflight(self, drop: Drop) -> PreflightJson | None:
        """What preflight has found; None when it did not come so far."""
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, "preflight.json"))
        except SourceGoneError:
            return None
        found: PreflightJson = json.loads(source.body.read())
        return found

    def keep_outcomes(self, drop: Drop, number: int, outcomes: PartOutcomes) -> None:
        """Keep what the log says of a part's rows."""
        key = _key(drop, f"part-{number:04}.outcomes")
        self._client.put_object(Bucket=drop.bucket, Key=key, Body=outcomes.to_bytes())

    def outcomes(self, drop: Drop, number: int) -> PartOutcomes | None:
        """What the log says of a part's rows; None for a part whose log was not read."""
        try:
            source = self._drops.open_key(drop.bucket, _key(drop, f"part-{number:04}.outcomes"))
        except SourceGoneError:
            return None
        return PartOutcomes.from_bytes(source.body.read())


def _key(drop: Drop, name: str) -> str:
    return f"{staging_of(drop.run_id)}{name}"
