"""The PUT of a file to the pre-signed URL of an import job, as a stream.

Guarantees that the whole file is never in memory and that the URL appears in no error. Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import http.client
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from cognito_drop.aws.errors import AdapterError, TransientError

if TYPE_CHECKING:
    from cognito_drop.aws.import_jobs import UploadTarget

_BLOCK = 1 << 20  # with http.client's own 8 KiB, the upload is 3 to 10 times slower
_TIMEOUT = 60  # seconds without any progress on the connection
_ENCRYPTION = {"x-amz-server-side-encryption": "aws:kms"}  # signed into the URL: it must be exactly this
_LONGEST_ANSWER = 64 * 1024


class UploadExpiredError(AdapterError):
    """The URL has expired; only a new job gives a new one."""

    def __init__(self) -> None:
        super().__init__("the URL has expired")


class UploadRefusedError(AdapterError):
    """The URL does not take the file, now or later; only a new job gives another one."""


class Readable(Protocol):
    """What gives the file's bytes."""

    def read(self, amount: int = ..., /) -> bytes:
        """The next bytes, at most `amount`, none at the end."""
        ...


def upload(target: UploadTarget, body: Readable, size: int) -> None:
    """PUT `size` bytes of `body`. Raises UploadExpiredError, UploadRefusedError or TransientError."""
    if not target.url:
        raise UploadRefusedError("Cognito returned no URL")
    url = urlsplit(target.url)
    connect = http.client.HTTPConnection if url.scheme == "http" else http.client.HTTPSConnection
    connection = connect(url.netloc, timeout=_TIMEOUT, blocksize=_BLOCK)
    try:
        # S3 may answer, and close the connection, before it has read the file: the answer says why.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(
                "PUT", f"{url.path}?{url.query}", body=body, headers={**_ENCRYPTION, "Content-Length": str(size)}
            )
        answer = connection.getresponse()
        text = answer.read(_LONGEST_ANSWER)
    except (http.client.HTTPException, OSError) as error:
        raise TransientError(f"Upload: {type(error).__name__}") from None
    finally:
        connection.close()
    if answer.status == http.client.OK:
        return
    if b"expired" in text:
        raise UploadExpiredError
    said = f"HTTP {answer.status}"
    # S3 has not received the file in time: the answer has a status of 400, and the URL is as good as before.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    if answer.status >= http.client.INTERNAL_SERVER_ERROR or b"<Code>RequestTimeout</Code>" in text:
        raise TransientError(f"Upload: {said}")
    raise UploadRefusedError(said)
