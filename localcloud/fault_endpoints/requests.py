"""What a request asks for: service, operation, and which attempts are of one and the same call.

Read from the API model of the service, and the header that SDKs send with each attempt
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). Left out: what is not signed, but for the
upload of an import job's file, which is called `upload`, `PutFile`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.api_model.requests import read_request
from localcloud.cognito_import.presigned_url import UploadPlace
from localcloud.faults.acts import Asked

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

UPLOAD = ("upload", "PutFile")


def asked(environ: WSGIEnvironment) -> Asked | None:
    """What the request asks for; None when it is none of a service's operations."""
    if UploadPlace.of(environ.get("PATH_INFO", "")):
        return Asked(*UPLOAD, None)
    if "HTTP_AUTHORIZATION" not in environ:
        return None
    called = read_request(environ)
    if called is None:
        return None
    return Asked(called.signed_for, called.operation.name, environ.get("HTTP_AMZ_SDK_INVOCATION_ID"))
