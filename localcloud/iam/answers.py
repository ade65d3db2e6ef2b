"""How a service says that access is denied: its status and code, and its own words where it has some.

Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (AuthorizationError),
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html (quotation marks); messages of SQS,
which write the action in lower case, are known from public reports only.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.iam.access import sentence
from localcloud.service_errors import ErrorCode, is_query

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from localcloud.iam.access import AccessDeniedError


def denial(error: AccessDeniedError, service: str, environ: WSGIEnvironment) -> ErrorCode:
    """The error of a request to that service, named as in the signature."""
    is_json = "HTTP_X_AMZ_TARGET" in environ
    about_key = error.need.action.startswith("kms:") and service != "kms"
    code = "AccessDenied" if service in ("s3", "sqs") or is_query(environ) else "AccessDeniedException"
    if service == "sns":
        code = "KMSAccessDenied" if about_key else "AuthorizationError"
    elif service == "sqs" and about_key:
        code = "KMS.AccessDeniedException"
    elif service == "cognito-idp" and about_key:
        code = current().settings.pool_key_denial.value
    return ErrorCode(HTTPStatus.BAD_REQUEST if is_json else HTTPStatus.FORBIDDEN, code, _message(error, service))


def _message(error: AccessDeniedError, service: str) -> str:
    action, resource = error.need.action, error.need.resource
    if service == "s3":
        resource = f'"{resource}"'
    elif action.startswith("sqs:"):
        action = action.lower()
    elif action.startswith("sns:"):
        action = action.replace("sns:", "SNS:")
    return sentence(error.who, action, resource, error.verdict, error.policy)
