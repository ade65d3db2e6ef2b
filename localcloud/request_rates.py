"""WSGI middleware that answers requests to Cognito above its rates with TooManyRequestsException.

Guarantees each category's requests in a second of cloud time, for an account and region, and five requests in a second
for each operation and pool where AWS names that. A request that is refused does not count. Not public, so a choice: a
second is any second, not one of the clock's, and requests that IAM denies do not count. Left out: the rates of signing
in and signing up, those of a single user, and those of other services.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from moto.core.models import DEFAULT_ACCOUNT_ID

from localcloud.choices import RatedCalls
from localcloud.cloud import current
from localcloud.credentials import caller_of
from localcloud.iam.operations import operation_of
from localcloud.service_errors import ErrorCode, answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_TARGET: Final = "AWSCognitoIdentityProviderService."
_PER_POOL: Final = 5
"""Of one operation in a second, in the categories that say so."""
_REFUSAL: Final = ErrorCode(400, "TooManyRequestsException", "Rate exceeded")


@dataclass(frozen=True, slots=True)
class Category:
    """Operations that share a rate."""

    name: str
    per_second: int
    operations: frozenset[str]
    is_per_pool: bool = False
    """Whether each operation has a rate for each pool, too."""


CATEGORIES: Final = (
    Category(
        "UserPoolResourceRead",
        20,
        frozenset({
            "DescribeIdentityProvider", "DescribeManagedLoginBranding", "DescribeManagedLoginBrandingByClient",
            "DescribeResourceServer", "DescribeRiskConfiguration", "DescribeUserImportJob", "DescribeUserPoolDomain",
            "GetCSVHeader", "GetGroup", "GetIdentityProviderByIdentifier", "GetSigningCertificate",
            "GetUICustomization", "GetUserPoolMfaConfig", "ListGroups", "ListIdentityProviders", "ListResourceServers",
            "ListTagsForResource", "ListUserImportJobs",
        }),
        is_per_pool=True,
    ),
    Category(
        "UserPoolResourceUpdate",
        15,
        frozenset({
            "AddCustomAttributes", "CreateGroup", "CreateIdentityProvider", "CreateManagedLoginBranding",
            "CreateResourceServer", "CreateUserImportJob", "CreateUserPoolDomain", "DeleteGroup",
            "DeleteIdentityProvider", "DeleteManagedLoginBranding", "DeleteResourceServer", "DeleteUserPoolDomain",
            "SetRiskConfiguration", "SetUICustomization", "SetUserPoolMfaConfig", "StartUserImportJob",
            "StopUserImportJob", "TagResource", "UntagResource", "UpdateGroup", "UpdateIdentityProvider",
            "UpdateManagedLoginBranding", "UpdateResourceServer", "UpdateUserPoolDomain",
        }),
        is_per_pool=True,
    ),
    Category(
        "UserUpdate",
        25,
        frozenset({
            "AdminAddUserToGroup", "AdminDeleteUser", "AdminDeleteUserAttributes", "AdminDisableProviderForUser",
            "AdminDisableUser", "AdminEnableUser", "AdminLinkProviderForUser", "AdminRemoveUserFromGroup",
            "AdminUpdateUserAttributes", "AdminUserGlobalSignOut", "DeleteUser", "DeleteUserAttributes",
            "GlobalSignOut", "UpdateUserAttributes", "VerifyUserAttribute",
        }),
    ),
    Category("UserList", 30, frozenset({"ListUsers", "ListUsersInGroup"})),
    Category(
        "UserPoolClientRead",
        15,
        frozenset({"DescribeUserPoolClient", "ListUserPoolClients"}),
        is_per_pool=True,
    ),
    Category("UserPoolRead", 15, frozenset({"DescribeUserPool", "ListUserPools"})),
    Category("UserPoolUpdate", 15, frozenset({"CreateUserPool", "DeleteUserPool", "UpdateUserPool"})),
)  # fmt: skip
_OF: Final = {operation: category for category in CATEGORIES for operation in category.operations}


@dataclass(slots=True)
class RequestRates:
    """When requests were let through within the last second."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _times: defaultdict[tuple[str, ...], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admit(self, operation: str, pool_id: str, place: tuple[str, str], now: float) -> bool:
        """Whether a request to an account and region is below its rates; if so, it counts."""
        category = _OF.get(operation)
        if category is None:
            return True
        limits: dict[tuple[str, ...], int] = {(*place, category.name): category.per_second}
        if category.is_per_pool:
            limits[*place, operation, pool_id] = _PER_POOL
        with self._lock:
            for key in limits:
                times = self._times[key]
                while times and times[0] <= now - 1:
                    times.popleft()
            if any(len(self._times[key]) >= limit for key, limit in limits.items()):
                return False
            for key in limits:
                self._times[key].append(now)
        return True


class RateLimits:
    """Stands before `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app
        self._rates = RequestRates()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        if self._admits(environ):
            return self._next_app(environ, start_response)
        return answer(_REFUSAL, "cognito-idp", environ, start_response)

    def _admits(self, environ: WSGIEnvironment) -> bool:
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        if not target.startswith(_TARGET) or target.removeprefix(_TARGET) not in _OF:
            return True
        rated = current().settings.request_rates
        caller = caller_of(environ)
        if rated is RatedCalls.NONE or (rated is RatedCalls.ROLES and caller is None):
            return True
        account_id = caller.account_id if caller else DEFAULT_ACCOUNT_ID
        operation = operation_of(environ, account_id)
        pool_id = str(operation.parameters.get("UserPoolId", ""))
        return self._rates.admit(operation.name, pool_id, (account_id, operation.region), current().clock.now())
