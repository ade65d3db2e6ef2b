"""The place behind the pre-signed URLs: WSGI middleware that takes the uploads and answers as S3 does.

Requests for anything else go on to the next application. The body is streamed into a file; a file that is too large
for Cognito is taken all the same, as S3 takes it, and the job fails later.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, assert_never

from localcloud.cloud import current
from localcloud.cognito_import.models import guard, import_backends
from localcloud.cognito_import.presigned_url import ENCRYPTION, UploadPlace, UploadRequest, Verdict
from localcloud.s3_answer import S3Answer, error_answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BLOCK: Final = 1 << 20


class IncompleteBodyError(Exception):
    """The connection ended before the announced length."""


class UploadEndpoint:
    """Serves `PUT /<account>/<pool>/<job>` and leaves the rest to `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        place = UploadPlace.of(environ.get("PATH_INFO", ""))
        if place is None:
            return self._next_app(environ, start_response)
        with current().clock.working():
            answer = _take(place, environ)
        start_response(f"{answer.status.value} {answer.status.phrase}", list(answer.headers))
        return [answer.body]


def _take(place: UploadPlace, environ: WSGIEnvironment) -> S3Answer:
    refusal = _refusal(place, environ)
    if refusal is not None:
        return refusal
    folder = current().settings.data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    received = folder / f"{place.job_id}.{secrets.token_hex(4)}.part"
    try:
        _save(environ, received)
        with guard:
            backend = import_backends[place.account_id][place.region]
            if not backend.awaits_upload(place.pool_id, place.job_id):
                return error_answer(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")
            backend.receive_file(place.job_id, received, folder / f"{place.job_id}.csv")
    except (IncompleteBodyError, ConnectionError):
        message = "You did not provide the number of bytes specified by the Content-Length HTTP header"
        return error_answer(HTTPStatus.BAD_REQUEST, "IncompleteBody", message)
    finally:
        received.unlink(missing_ok=True)
    return _stored(place)


def _refusal(place: UploadPlace, environ: WSGIEnvironment) -> S3Answer | None:
    """What S3 answers when it does not take the upload."""
    request = UploadRequest(
        method=environ["REQUEST_METHOD"],
        host=environ.get("HTTP_HOST", ""),
        path=environ["PATH_INFO"],
        query=environ.get("QUERY_STRING", ""),
        encryption=environ.get("HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION", "").strip(),
    )
    now = current().clock.now()
    match request.judge(now):
        case Verdict.UNSIGNED:
            return error_answer(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")
        case Verdict.EXPIRED:
            return _expired(request, now)
        case Verdict.WRONG:
            return _wrong(request)
        case Verdict.GOOD:
            return _refusal_of_signed(place, environ)
        case verdict:
            assert_never(verdict)


def _refusal_of_signed(place: UploadPlace, environ: WSGIEnvironment) -> S3Answer | None:
    if not environ.get("CONTENT_LENGTH"):
        message = "You must provide the Content-Length HTTP header."
        return error_answer(HTTPStatus.LENGTH_REQUIRED, "MissingContentLength", message)
    with guard:
        is_awaited = import_backends[place.account_id][place.region].awaits_upload(place.pool_id, place.job_id)
    return None if is_awaited else error_answer(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")


def _expired(request: UploadRequest, now: float) -> S3Answer:
    details = {
        "X-Amz-Expires": request.parameters["X-Amz-Expires"],
        "Expires": _timestamp(request.expires),
        "ServerTime": _timestamp(now),
    }
    return error_answer(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired", details)


def _wrong(request: UploadRequest) -> S3Answer:
    details = {
        "AWSAccessKeyId": request.parameters.get("X-Amz-Credential", "").partition("/")[0],
        "StringToSign": request.string_to_sign,
        "SignatureProvided": request.parameters.get("X-Amz-Signature", ""),
        "StringToSignBytes": request.string_to_sign.encode().hex(" "),
        "CanonicalRequest": request.canonical,
        "CanonicalRequestBytes": request.canonical.encode().hex(" "),
    }
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
    return error_answer(HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch", message, details)


def _stored(place: UploadPlace) -> S3Answer:
    """The success; with a KMS key the ETag is not the body's MD5."""
    key_id = "00000000-0000-4000-8000-000000000000"
    headers = {
        "ETag": f'"{secrets.token_hex(16)}"',
        "x-amz-server-side-encryption": ENCRYPTION,
        "x-amz-server-side-encryption-aws-kms-key-id": f"arn:aws:kms:{place.region}:{place.account_id}:key/{key_id}",
    }
    return S3Answer.of(HTTPStatus.OK, b"", headers)


def _timestamp(epoch_seconds: float) -> str:
    return datetime.fromtimestamp(epoch_seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _save(environ: WSGIEnvironment, path: Path) -> None:
    """Write the request's body into the file. Raises IncompleteBodyError when it is shorter than announced."""
    left = int(environ["CONTENT_LENGTH"])
    with path.open("wb") as file:
        while left:
            block: bytes = environ["wsgi.input"].read(min(left, _BLOCK))
            if not block:
                raise IncompleteBodyError(f"{left} bytes are missing.")
            file.write(block)
            left -= len(block)
