"""WSGI middleware that lets a role's request through if the role's policies allow it, and answers it otherwise.

Requests that are signed with another key are the operator's, who may do what no resource's policy denies to everybody;
those that are not signed go through. It also answers, at `GET
/_localcloud/iam/used`, what roles have used, been denied and been granted without use (`report`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from moto.core.models import DEFAULT_ACCOUNT_ID

from localcloud.cloud import current
from localcloud.credentials import access_key_of, caller_of
from localcloud.iam.access import AccessDeniedError, check_operation, check_operator
from localcloud.iam.answers import denial
from localcloud.iam.operations import operation_of, service_of
from localcloud.iam.report import report
from localcloud.iam.resource_policies import WITH_POLICIES
from localcloud.service_errors import answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

USED: Final = "/_localcloud/iam/used"


class Gate:
    """Stands before `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        if environ.get("PATH_INFO") == USED:
            return _tell(start_response)
        error = _denied(environ) if current().settings.enforce_iam and access_key_of(environ) else None
        if error is None:
            return self._next_app(environ, start_response)
        service = service_of(environ)
        return answer(denial(error, service, environ), service, environ, start_response)


def _denied(environ: WSGIEnvironment) -> AccessDeniedError | None:
    """Why the request is denied; None when it is allowed."""
    caller = caller_of(environ)
    if caller is None and service_of(environ) not in WITH_POLICIES:
        return None
    operation = operation_of(environ, caller.account_id if caller else DEFAULT_ACCOUNT_ID)
    try:
        if caller:
            check_operation(caller, operation)
        else:
            check_operator(operation)
    except AccessDeniedError as error:
        return error
    return None


def _tell(start_response: StartResponse) -> Iterable[bytes]:
    body = json.dumps(report(current().access_log), indent=2).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
