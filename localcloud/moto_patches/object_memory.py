"""The contents of an object are kept compressed, and objects with the same canned ACL share it.

moto 5.2.5 keeps the contents in a temporary file, which is memory up to 16 MB, and makes an ACL for each object. The
results of a run are text, and shrink to a quarter.
"""

from __future__ import annotations

import functools
import zlib
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from typing import IO, Any, Final

from moto.s3 import models

_MOST: Final = 1 << 20
"""Bytes of contents that are compressed; longer ones are in moto's temporary file."""


class Contents:
    """What moto uses of its temporary file: it writes everything at once, and reads it from the beginning."""

    __slots__ = ("_long", "_max_size", "_packed", "_position")

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._packed: bytes | None = zlib.compress(b"")
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
            self._packed = zlib.compress(content, 1)

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
        found = zlib.decompress(self._packed)[self._position : end]
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
    if not hasattr(patched.get_canned_acl, "cache_clear"):
        patched.get_canned_acl = functools.cache(patched.get_canned_acl)  # no ACL is changed, but replaced
