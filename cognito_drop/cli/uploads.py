"""Uploads into the drop bucket, and which version each became: that version is the run."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from cognito_drop.contract.object_keys import CHECK, DIALECT_METADATA, FIRST_METADATA, INBOX, MAPPING_METADATA
from cognito_drop.core.presets.dropped_mapping import MappingVersion, key_of, sha256_of
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

    from cognito_drop.cli.console_messages import ConsoleMessages

PART_BYTES = 16 << 20
"""From here on a file goes up in parts of this size."""

_CONFIG = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=4)
_LAST_REQUESTS = ("PutObject", "CompleteMultipartUpload", "CopyObject")


@dataclass(frozen=True, slots=True)
class DropZone:
    """The drop bucket's inbox of one pool."""

    s3: S3Client
    bucket: str
    alias: str
    is_dry_run: bool
    preset: str = ""
    """The system whose exports these are; empty for CSV files of users."""
    dialect: str = ""
    """How the file is written that the rows are from, where they are dropped again."""
    mapping: MappingVersion | None = None
    """The mapping that the files are read with."""
    first: int | None = None
    """How many rows the first part of each file is to have; None if the pool's setting decides alone."""

    def key(self, file_name: str) -> str:
        """Where a file of this name is dropped."""
        folder = f"{self.alias}/{self.preset}" if self.preset else self.alias
        return f"{CHECK if self.is_dry_run else INBOX}{folder}/{file_name}"

    def upload(self, file: Path, file_name: str, advance: Callable[[int], object]) -> Drop:
        """Drop a file; `advance` is told the bytes that have gone up."""
        with file.open("rb") as source, self._versions() as versions:
            self.s3.upload_fileobj(
                source, self.bucket, self.key(file_name), ExtraArgs=self._metadata, Callback=advance, Config=_CONFIG
            )
        return Drop(self.bucket, self.key(file_name), versions[-1])

    def put_mapping(self, mapping: bytes) -> MappingVersion:
        """Upload a mapping for files of the pool; the same content is the same object, with one more version."""
        sha256 = sha256_of(mapping)
        key = key_of(self.alias, sha256)
        made = self.s3.put_object(Bucket=self.bucket, Key=key, Body=mapping, ContentType="application/json")
        return MappingVersion(sha256, made["VersionId"])

    def copy(self, source_key: str, file_name: str) -> Drop:
        """Drop what lies elsewhere in the bucket, without fetching it."""
        source: CopySourceTypeDef = {"Bucket": self.bucket, "Key": source_key}
        with self._versions() as versions:
            # Tags are not copied: that of files with password hashes would let the new file expire under its run.
            more = {**self._metadata, "MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
            self.s3.copy(source, self.bucket, self.key(file_name), ExtraArgs=more, Config=_CONFIG)
        return Drop(self.bucket, self.key(file_name), versions[-1])

    @property
    def _metadata(self) -> dict[str, Any]:
        said = {
            DIALECT_METADATA: self.dialect,
            FIRST_METADATA: str(self.first or ""),
            MAPPING_METADATA: self.mapping.metadata if self.mapping else "",
        }
        return {"Metadata": found} if (found := {name: value for name, value in said.items() if value}) else {}

    @contextmanager
    def _versions(self) -> Iterator[list[str]]:
        """The versions that are made while the block lasts.

        boto3's transfers do not say which version they made, and asking for the newest one afterwards may find
        someone else's.
        """
        versions: list[str] = []

        def note(parsed: dict[str, Any], **_: object) -> None:
            if "VersionId" in parsed:
                versions.append(parsed["VersionId"])

        events = self.s3.meta.events
        for request in _LAST_REQUESTS:
            events.register(f"after-call.s3.{request}", note)
        try:
            yield versions
        finally:
            for request in _LAST_REQUESTS:
                events.unregister(f"after-call.s3.{request}", note)


@contextmanager
def transfer_bar(
    messages: ConsoleMessages, what: str, files: list[tuple[str, int]]
) -> Iterator[list[Callable[[int], None]]]:
    """A bar for each file (name and bytes) on a terminal; elsewhere a line when it takes long. What is yielded moves
    them."""
    if not messages.is_live:
        with messages.working(f"{what} {counted(len(files), 'file')}"):
            yield [_nothing for _ in files]
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=messages.console, transient=True) as bars:
        tasks = [bars.add_task(printable(name), total=size) for name, size in files]

        def mover(index: int) -> Callable[[int], None]:
            return lambda count: bars.advance(tasks[index], count)

        yield [mover(index) for index in range(len(tasks))]


def _nothing(_count: int) -> None:
    """Nothing is drawn."""
