"""Where an export goes: a directory, or a prefix of a bucket. Nothing that is there is overwritten."""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.object_writer import ObjectWriter
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import writes_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_s3 import S3Client

    from cognito_drop.cli.aws import Aws

BLOCK: Final = 1 << 20
_URI: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", re.DOTALL)
_SHA256: Final = "sha256"
"""Metadata of an object: by it an interrupted export knows what it has uploaded."""
_TAKEN: Final = "PreconditionFailed"
_CONFLICT: Final = "ConditionalRequestConflict"
"""Another operation on the key was under way, such as a deletion: AWS asks for another upload.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
_ATTEMPTS: Final = 5


class ExportTarget(Protocol):
    """Takes the files of one export."""

    def refuse_taken(self, names: Iterable[str]) -> None:
        """Raises CommandError where there is something of one of these names."""

    def publish(self, file: Path, sha256: str) -> None:
        """Make a file appear, unless an earlier call has done so. Raises CommandError where another one is there."""


def export_target(aws: Aws, to: str) -> ExportTarget:
    """The target of this name. Raises CommandError."""
    if not to.startswith("s3://"):
        return ExportFolder(Path(to))
    found = _URI.fullmatch(to)
    if found is None:
        raise CommandError(ErrorCode.USAGE, f"{to!r} is not a place in S3 such as s3://BUCKET/PREFIX/.")
    prefix = found[2] or ""
    return ExportPrefix(aws.s3, found[1], f"{prefix}/" if prefix and not prefix.endswith("/") else prefix)


@dataclass(frozen=True, slots=True)
class ExportFolder:
    """A directory. Only the owner can read one that is made."""

    folder: Path

    def refuse_taken(self, names: Iterable[str]) -> None:
        """See ExportTarget."""
        for name in names:
            if os.path.lexists(self.folder / name):
                raise _exists(self.folder / name)

    def publish(self, file: Path, sha256: str) -> None:
        """See ExportTarget. The file is on the same disk: it appears whole."""
        place = self.folder / file.name
        with writes_to(self.folder):
            if not os.path.lexists(place):
                file.rename(place)
            elif place.is_symlink() or sha256_of(place) != sha256:
                raise _exists(place)


@dataclass(frozen=True, slots=True)
class ExportPrefix:
    """Objects whose keys begin with a prefix."""

    s3: S3Client
    bucket: str
    prefix: str
    sleep: Callable[[float], None] = time.sleep

    def refuse_taken(self, names: Iterable[str]) -> None:
        """See ExportTarget."""
        for name in names:
            answer = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix + name, MaxKeys=1)
            if any(found["Key"] == self.prefix + name for found in answer.get("Contents", [])):
                raise _exists(self._uri(name))

    def publish(self, file: Path, sha256: str) -> None:
        """See ExportTarget."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._upload(file, sha256)
            except ClientError as error:
                code = error_code(error)
                if code == _TAKEN and self._has(file.name, sha256):
                    return
                if code not in {_TAKEN, _CONFLICT} or attempt == _ATTEMPTS:
                    raise
                self.sleep(attempt)
            else:
                return

    def _upload(self, file: Path, sha256: str) -> None:
        writer = ObjectWriter(
            self.s3,
            self.bucket,
            self.prefix + file.name,
            "application/octet-stream",
            metadata={_SHA256: sha256},
            only_new=True,
        )
        with file.open("rb") as source, writer:
            for block in iter(lambda: source.read(BLOCK), b""):
                writer.write(block)

    def _has(self, name: str, sha256: str) -> bool:
        """Whether an earlier call has uploaded the file; False where what was in its way is gone by now. Raises
        CommandError where another one is there.
        """
        try:
            there = self.s3.head_object(Bucket=self.bucket, Key=self.prefix + name)
        except ClientError as error:
            if error_code(error) == "404":
                return False
            raise
        if there["Metadata"].get(_SHA256) != sha256:
            raise _exists(self._uri(name)) from None
        return True

    def _uri(self, name: str) -> str:
        return f"s3://{self.bucket}/{self.prefix}{name}"


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _exists(place: Path | str) -> CommandError:
    return CommandError(ErrorCode.FILE_EXISTS, f"{place} exists already.", "Choose another place with --to.")
