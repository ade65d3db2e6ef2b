"""The result files of a large file, within memory that does not grow with it."""

from __future__ import annotations

import tracemalloc
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cognito_drop.aws import object_writer
from cognito_drop.aws.drops import DropBucket
from cognito_drop.core.presets import Source
from cognito_drop.core.results.join import KeptRejection, join, verdicts_of_parts
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.results.retry_file import retry_file_for
from cognito_drop.core.rows import Dialect, records
from cognito_drop.core.rows.row_outcome import RowOutcome
from lambdas.report_run.result_files import Written, write_result_files
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.samples import HEADER, drop, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_PART = 3_000  # rows
_BLOCK = 1 << 14  # bytes read and written at once: little beside the smaller file
_MOST_GROWTH = 1 << 17  # bytes; the rows of the larger file are half a megabyte more


class ForgetfulS3(InMemoryS3):
    """Takes everything and keeps its sizes only."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def upload_part(self, *, UploadId: str, PartNumber: int, Body: bytes, **named: Any) -> dict[str, Any]:  # noqa: ANN401, N803  (S3's names)
        """Count a part."""
        answer = super().upload_part(UploadId=UploadId, PartNumber=PartNumber, Body=Body, **named)
        self.sent += len(Body)
        self.uploads[UploadId][PartNumber] = b"", self.uploads[UploadId][PartNumber][1]
        return answer

    def put_object(self, *, Body: bytes, **named: Any) -> dict[str, Any]:  # noqa: ANN401, N803
        """Count an object."""
        self.sent += len(Body)
        return super().put_object(Body=b"", **named)


def _chunks(rows: int) -> Iterator[bytes]:
    yield f"{HEADER}\n".encode()
    for start in range(0, rows, 1_000):
        yield "".join(f"{row(f'user{number}')}\n" for number in range(start, start + 1_000)).encode()


def _shown(start: int) -> PartOutcomes:
    """Every tenth row of a part is rejected before; of the others every fifth has failed."""
    outcomes = PartOutcomes(_PART * 9 // 10)
    for line in range(2, _PART * 9 // 10 + 2):
        word = "FAILED" if (start + line) % 5 == 0 else "SUCCEEDED"
        outcomes.take(f"[{word}] Line Number {line} - The text.")
    return outcomes


def _write(rows: int, bucket: ForgetfulS3) -> Written:
    found = records(_chunks(rows), Dialect(), with_header=True)
    header = next(found)
    parts = rows // _PART
    accepted = verdicts_of_parts([_PART * 9 // 10] * parts, [_shown(number) for number in range(parts)])
    rejections = (KeptRejection(line, "code", "A sentence.") for line in range(2, rows + 2, 10))
    retried = retry_file_for(Source(Dialect(), None), header.raw)
    return write_result_files(DropBucket(bucket.client), drop(), retried, join(found, rejections, accepted))


def _peak(rows: int) -> int:
    bucket = ForgetfulS3()
    tracemalloc.start()
    try:
        written = _write(rows, bucket)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(written.tally.count(outcome) for outcome in RowOutcome) == rows
    assert written.tally.count(RowOutcome.REJECTED) == rows // 10
    assert written.files == ("imported.csv", "failed.csv", "rejected.csv", "retry.csv")
    assert bucket.sent > rows * 20
    return peak


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """15,000 more rows cost about a byte each, for their outcomes."""
    monkeypatch.setattr(object_writer, "_BLOCK", _BLOCK)
    monkeypatch.setattr(import_module("cognito_drop.core.rows.records"), "_BLOCK", _BLOCK)
    small = _peak(_PART)
    assert _peak(6 * _PART) < small + _MOST_GROWTH
