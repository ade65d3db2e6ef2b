"""The contents of an object are kept compressed, and what most objects have alike is kept once.

moto 5.2.5 keeps the contents in a temporary file, which is memory up to 16 MB. The results of a run are text, and
shrink to a quarter; those of all runs are much alike, and shrink to a tenth beside those of another run. It makes an
ACL and 35 attributes for each object, which took four times the memory of a short object's contents, and keeps the tags
of versions that were deleted.
"""

from __future__ import annotations

import functools
import sys
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from typing import IO, Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3 import models
from moto.s3.models import FakeKey, S3Backend, s3_backends
from moto.settings import get_s3_default_key_buffer_size

from localcloud.samples import Samples, unpack

_MOST: Final = 1 << 20
"""Bytes of contents that are compressed; longer ones are in moto's temporary file."""
_canned_acl: Final = functools.cache(models.get_canned_acl)  # no ACL is changed, but replaced
_USUAL: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("_status", "website_redirect_location", "checksum_algorithm", "_expiry", "_etag", "multipart", "encryption")
    ),
    **dict.fromkeys(("kms_key_id", "bucket_key_enabled", "lock_mode", "lock_legal_status", "lock_until")),
    **dict.fromkeys(("checksum_value", "checksum_type", "checksum_parts")),
    "_is_versioned": True,
    "_tick": 0,
    "_transitions": [(None, "IN_PROGRESS"), ("IN_PROGRESS", "RESTORED")],
    "_max_buffer_size": get_s3_default_key_buffer_size(),
    "_storage_class": "STANDARD",
    "account_id": DEFAULT_ACCOUNT_ID,
    "acl": _canned_acl("private"),
    "disposed": False,
    "model_name": "s3::keyrestore",
    "partition": "aws",
    "region_name": "aws",
}
"""Attributes of an object and the values that most of them have: those of the class, as far as it is concerned."""
_dispose: Final = FakeKey.dispose
_put_tags: Final = S3Backend.put_object_tagging
_samples: Final = Samples()


class Contents:
    """What moto uses of its temporary file: it writes everything at once, and reads it from the beginning."""

    __slots__ = ("_long", "_max_size", "_packed", "_position", "_sample")

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._packed: bytes | None = b""
        self._sample = b""
        self._position = 0
        self._long: IO[bytes] | None = None

    @property
    def packed_size(self) -> int:
        """Bytes that compressed contents take."""
        return len(self._packed or b"")

    def truncate(self) -> None:
        """Forget what there was."""
        if self._long is not None:
            self._long.close()
            self._long = None

    def write(self, content: bytes) -> None:
        """Keep this."""
        if len(content) > _MOST:
            self._long = SpooledTemporaryFile(self._max_size)  # noqa: SIM115  (closed with the object)
            self._long.write(content)
        else:
            self._sample, self._packed = _samples.pack(content)

    def seek(self, position: int) -> None:
        """Read from there."""
        self._position = position
        if self._long is not None:
            self._long.seek(position)

    def read(self, size: int = -1) -> bytes:
        """So many bytes from the position on, or all. Raises ValueError when the object was deleted."""
        if self._long is not None:
            return self._long.read(size)
        if self._packed is None:
            raise ValueError("The object was deleted.")
        end = None if size < 0 else self._position + size
        found = unpack(self._sample, self._packed)[self._position : end]
        self._position += len(found)
        return found

    def close(self) -> None:
        """The object was deleted."""
        self.truncate()
        self._packed = None


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    patched: Any = models
    patched.tempfile = SimpleNamespace(SpooledTemporaryFile=Contents)
    patched.get_canned_acl = _canned_acl
    for name, value in _USUAL.items():
        setattr(FakeKey, name, value)
    FakeKey.__setattr__ = _set  # type: ignore[assignment, method-assign]
    FakeKey.dispose = _dispose_with_tags  # type: ignore[method-assign]
    S3Backend.put_object_tagging = _put_tags_if_any  # type: ignore[method-assign]


def _set(self: FakeKey, name: str, value: Any) -> None:  # noqa: ANN401  (whatever an object has)
    """Give the object the attributes of its own only. Every request has read its texts anew."""
    if name not in _USUAL or getattr(self, name) != value:
        object.__setattr__(self, name, sys.intern(value) if type(value) is str else value)


def _dispose_with_tags(self: FakeKey, garbage: bool = False) -> None:
    """Forget the tags of a version with its contents. Without versioning, a copy onto itself takes the tags over."""
    is_deleted = not garbage and not self.disposed and self.version_id != "null"
    _dispose(self, garbage)
    if is_deleted:
        s3_backends[self.account_id][self.partition].tagger.delete_all_tags_for_resource(self.arn)


def _put_tags_if_any(self: S3Backend, key: FakeKey, tags: dict[str, str] | None) -> FakeKey:
    """Every object that is stored is given its tags, which mostly are none."""
    tagged = _put_tags(self, key, tags)
    if not tags:
        self.tagger.delete_all_tags_for_resource(tagged.arn)
    return tagged
