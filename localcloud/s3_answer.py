"""The shape of S3's answers: headers of every answer, and errors as XML.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class S3Answer:
    """An HTTP answer, complete with its headers."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(
        cls, status: HTTPStatus, body: bytes, headers: Mapping[str, str], ids: tuple[str, str] | None = None
    ) -> S3Answer:
        """The answer with these headers and the ids that S3 always sends; `Server` and `Date` are the server's."""
        request_id, host_id = ids or new_ids()
        every = {
            "x-amz-id-2": host_id,
            "x-amz-request-id": request_id,
            **headers,
            "Content-Length": str(len(body)),
        }
        return cls(status, tuple(every.items()), body)


def error_answer(status: HTTPStatus, code: str, message: str, details: Mapping[str, str] | None = None) -> S3Answer:
    """An error; `details` are the elements between its message and its ids."""
    request_id, host_id = new_ids()
    elements = {"Code": code, "Message": message, **(details or {}), "RequestId": request_id, "HostId": host_id}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()
    return S3Answer.of(status, body, {"Content-Type": "application/xml"}, (request_id, host_id))


def new_ids() -> tuple[str, str]:
    """A request id and a host id."""
    return secrets.token_hex(8).upper(), base64.b64encode(secrets.token_bytes(56)).decode()
