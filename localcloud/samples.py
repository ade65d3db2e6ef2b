"""Texts that are much alike are kept compressed, each beside a sample of its kind."""

from __future__ import annotations

import zlib
from typing import Final

_START: Final = 16
"""Bytes with which contents begin that are taken for one kind, such as pages, summaries, and tables with a header."""
_WINDOW: Final = 1 << 15
"""Bytes that the compression looks back: https://www.rfc-editor.org/rfc/rfc1951#section-2."""
_KINDS: Final = 64


class Samples:
    """The first contents of each of the last kinds, from which later ones of the kind differ little."""

    def __init__(self) -> None:
        self._found: dict[bytes, bytes] = {}

    def pack(self, content: bytes) -> tuple[bytes, bytes]:
        """The sample of the content's kind, which is empty for the first one, and the compressed content."""
        sample = self._of_kind(content)
        packing = zlib.compressobj(zdict=sample)
        return sample, packing.compress(content) + packing.flush()

    def _of_kind(self, content: bytes) -> bytes:
        """The sample of the content's kind; the first one becomes the sample."""
        start = content[:_START]
        sample = self._found.pop(start, b"")
        self._found[start] = sample or content[:_WINDOW]
        for oldest in list(self._found)[:-_KINDS]:
            self._found.pop(oldest, None)
        return sample


def unpack(sample: bytes, packed: bytes) -> bytes:
    """The content, from what `Samples.pack` has returned."""
    return zlib.decompressobj(zdict=sample).decompress(packed)
