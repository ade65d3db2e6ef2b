"""How a service says that access is denied: the shape of its protocol, and its own words where it has some.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (AuthorizationError),
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html (quotation marks); messages of SQS,
which write the action in lower case, are known from public reports only.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from localcloud.cloud import current
from localcloud.iam.access import sentence
from localcloud.s3_answer import error_answer

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from localcloud.iam.access import AccessDeniedError

_DENIED: Final = "AccessDeniedException"
_KMS_CODES: Final = {"dynamodb": _DENIED, "s3": "AccessDenied", "sns": "KMSAccessDenied"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(error: AccessDeniedError, service: str, environ: WSGIEnvironment) -> Answer:
    """The answer to a request to that service (the prefix of its actions)."""
    message = _message(error, service)
    about_key = error.need.action.startswith("kms:") and service != "kms"
    if service == "s3":
        made = error_answer(HTTPStatus.FORBIDDEN, "AccessDenied", message)
        return Answer(made.status, made.headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else made.body)
    if "HTTP_X_AMZ_TARGET" in environ:
        if service == "sqs":
            code = "KMS.AccessDeniedException" if about_key else "AccessDenied"
            return _json(HTTPStatus.BAD_REQUEST, code, message, {"x-amzn-query-error": f"{code};Sender"})
        code = current().settings.pool_key_denial.value if about_key and service == "cognito-idp" else _DENIED
        return _json(HTTPStatus.BAD_REQUEST, code, message)
    if "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        code = "AuthorizationError" if service == "sns" else "AccessDenied"
        return _xml(_KMS_CODES.get(service, code) if about_key else code, message)
    return _json(HTTPStatus.FORBIDDEN, _DENIED, message)


def _message(error: AccessDeniedError, service: str) -> str:
    action, resource = error.need.action, error.need.resource
    if service == "s3":
        resource = f'"{resource}"'
    elif action.startswith("sqs:"):
        action = action.lower()
    elif action.startswith("sns:"):
        action = action.replace("sns:", "SNS:")
    return sentence(error.who, action, resource, error.verdict, error.policy)


def _json(status: HTTPStatus, code: str, message: str, more: dict[str, str] | None = None) -> Answer:
    body = json.dumps({"__type": code, "message": message, "Message": message}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code, **(more or {})}
    return _answer(status, headers, body)


def _xml(code: str, message: str) -> Answer:
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    ).encode()
    return _answer(HTTPStatus.FORBIDDEN, {"Content-Type": "text/xml"}, body)


def _answer(status: HTTPStatus, headers: dict[str, str], body: bytes) -> Answer:
    every = {"x-amzn-RequestId": str(uuid.uuid4()), **headers, "Content-Length": str(len(body))}
    return Answer(status, tuple(every.items()), body)
