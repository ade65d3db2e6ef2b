"""Credentials of roles, and whose credentials have signed a request.

Guarantees that credentials made here are credentials that moto knows, and that `caller_of` finds whom they were made
for, as it finds a session that AssumeRole gave. Every other key is the operator's, who may do everything. What a role
may do is decided by `localcloud.iam`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.arns import parse_arn
from moto.utilities.utils import get_partition

from localcloud.caller import Caller
from localcloud.cloud import current

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = re.compile(r"Credential=([^/,\s]+)/")
_LIFETIME: Final = 12 * 3600  # seconds
_NOT_IN_A_SESSION_NAME: Final = re.compile(r"[^\w+=,.@-]")
_LONGEST_SESSION_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Credentials:
    """What AssumeRole gives."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)


def act_as(
    role_arn: str, session: str, region: str, *, function: str | None = None, state_machine: str | None = None
) -> Credentials:
    """Credentials of a session of the role, for a function or a state machine; the role need not exist, as in moto."""
    name = _NOT_IN_A_SESSION_NAME.sub("-", session)[:_LONGEST_SESSION_NAME]
    made = sts_backends[parse_arn(role_arn).account][get_partition(region)].assume_role(
        region_name=region,
        role_session_name=name,
        role_arn=role_arn,
        policy="",
        duration=_LIFETIME,
        external_id="",
    )
    current().callers[made.access_key_id] = Caller(role_arn, name, function, state_machine)
    return Credentials(made.access_key_id, made.secret_access_key, made.session_token)


def caller_of(request: Mapping[str, Any]) -> Caller | None:
    """Whose credentials have signed a request, None for the operator.

    `request` is a WSGI environment or a mapping of headers. A pre-signed URL is read from the environment only, which
    has the query.
    """
    key = access_key_of(request)
    return None if key is None else _caller_with(key)


def access_key_of(request: Mapping[str, Any]) -> str | None:
    """The access key with which a request is signed, None when it is not."""
    authorization = str(request.get("HTTP_AUTHORIZATION") or request.get("Authorization") or "")
    if found := _KEY.search(authorization):
        return found[1]
    query = parse_qs(str(request.get("QUERY_STRING") or ""))
    named = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId")  # of Signature V4, of V2
    return named[0].partition("/")[0] if named else None


def _caller_with(key: str) -> Caller | None:
    known = current().callers
    if key not in known and (found := _assumed_with(key)):
        known[key] = found
    return known.get(key)


def _assumed_with(key: str) -> Caller | None:
    """The session that AssumeRole gave, if the key is one of those."""
    for account_id, backends in list(iam_backends.items()):
        for partition, backend in list(backends.items()):  # to ask for another partition would make its backend
            if key in backend.access_keys and backend.access_keys[key].role_arn:
                role = sts_backends[account_id][partition].get_assumed_role_from_access_key(key)
                return Caller(role.role_arn, role.session_name) if role else None
    return None
