"""Listing an object's versions costs nothing of its size, as in S3.

moto 5.2.5 copies every object with its content for each ListObjectVersions, into temporary files that stay open until
the garbage collector finds them: a bucket of large files, listed every few seconds, fills the disk. The seam is the
copy of a `FakeKey`, which moto makes nowhere else.
"""

from __future__ import annotations

import io
import threading
from typing import Any

from moto.s3.models import FakeKey


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    FakeKey.__deepcopy__ = _without_content  # type: ignore[attr-defined]


def _without_content(key: FakeKey, _memo: dict[int, Any]) -> FakeKey:
    """What a listing says of a key: everything but its bytes."""
    _ = key.etag  # moto computes it from the bytes when it is first asked for, and keeps it
    listed: FakeKey = object.__new__(FakeKey)
    own = {"_value_buffer": io.BytesIO(), "lock": threading.Lock(), "multipart": None, "disposed": True}
    listed.__dict__.update({**vars(key), **own})
    return listed
