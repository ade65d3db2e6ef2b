"""The content of an object as a stream that survives its connection.

S3 ends connections that are open for long, or that are read from slowly, as those of a file are whose rows are checked
meanwhile. The SDK repeats requests, and no answer that breaks off. So the rest is asked for, of the same content, and
the reader notices nothing. Seen by others: https://github.com/boto/boto3/issues/2495,
https://github.com/aws/aws-sdk-java-v2/issues/5541, https://github.com/brimdata/super/pull/2106

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Range, If-Match)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.response import StreamingBody

from cognito_drop.aws.errors import is_transient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_BREAKS: Final = 3
"""Breaks in a row without a byte between them; the next one is an error."""


def resumed(answer: Mapping[str, Any], ask_again: Callable[[str, int], Mapping[str, Any]]) -> StreamingBody:
    """The content of an answer of GetObject. `ask_again` asks for that of this ETag, from a byte of the answer on."""
    size = int(answer["ContentLength"])
    etag = str(answer["ETag"])
    return StreamingBody(_Stream(answer["Body"], size, lambda start: ask_again(etag, start)["Body"]), size)  # type: ignore[arg-type]


class _Stream:
    """What the SDK's own stream reads from."""

    def __init__(self, body: StreamingBody, size: int, rest: Callable[[int], StreamingBody]) -> None:
        self._body = body
        self._size = size
        self._rest = rest
        self._at = 0
        self._breaks = 0

    def read(self, amount: int | None = None) -> bytes:
        """The next bytes. Raises what reading has raised at last."""
        while True:
            try:
                data: bytes = self._body.read(amount)
            except Exception as error:
                # What comes behind the last byte, such as a wrong checksum, is no break.
                if not is_transient(error) or self._breaks == MOST_BREAKS or self._at == self._size:
                    raise
                self._breaks += 1
                self._body.close()
                self._body = self._rest(self._at)
                continue
            self._at += len(data)
            self._breaks = 0
            return data

    def close(self) -> None:
        """End the connection."""
        self._body.close()
