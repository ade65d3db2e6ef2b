"""Listing objects costs nothing of their size, and objects may be deleted meanwhile, as in S3.

moto 5.2.5 copies every object with its content for each ListObjectVersions, into temporary files that stay open until
the garbage collector finds them: a bucket of large files, listed every few seconds, fills the disk. The seam is the
copy of a `FakeKey`, which moto makes nowhere else. It also looks up each key of a listing once more, and answers with
500 when another request has deleted it since.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeKey
from moto.s3.utils import _VersionedKeyStore

if TYPE_CHECKING:
    from collections.abc import Iterator


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    FakeKey.__deepcopy__ = _without_content  # type: ignore[attr-defined]
    _VersionedKeyStore.lists = _VersionedKeyStore.iterlists = _lists  # type: ignore[assignment]
    _VersionedKeyStore.items = _VersionedKeyStore.iteritems = _newest  # type: ignore[assignment]
    _VersionedKeyStore.values = _VersionedKeyStore.itervalues = _newest_values  # type: ignore[assignment]


def _lists(store: _VersionedKeyStore) -> Iterator[tuple[str, list[Any]]]:
    """Each key with its versions, as they are at one moment."""
    # `dict.items` of a copy: the store's own `items` has the newest versions only.
    return ((key, list(versions)) for key, versions in dict.items(dict(store)))


def _newest(store: _VersionedKeyStore) -> Iterator[tuple[str, Any]]:
    """Each key with its newest version."""
    return ((key, versions[-1]) for key, versions in _lists(store) if versions)


def _newest_values(store: _VersionedKeyStore) -> Iterator[Any]:
    """The newest version of each key."""
    return (version for _, version in _newest(store))


def _without_content(key: FakeKey, _memo: dict[int, Any]) -> FakeKey:
    """What a listing says of a key: everything but its bytes."""
    _ = key.etag  # moto computes it from the bytes when it is first asked for, and keeps it
    listed: FakeKey = object.__new__(FakeKey)
    own = {"_value_buffer": io.BytesIO(), "lock": threading.Lock(), "multipart": None, "disposed": True}
    listed.__dict__.update({**vars(key), **own})
    return listed
