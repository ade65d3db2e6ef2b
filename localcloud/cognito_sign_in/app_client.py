"""An app client and its pool: which flows it allows, whether it proves its secret, and whether it hides who exists.

moto keeps these settings and checks none but the secret, and that in a few flows only.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError
from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.utils import check_secret_hash

from localcloud.cognito_sign_in import texts
from localcloud.moto_patches.users_in_any_case import ignores_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUser, CognitoIdpUserPool, CognitoIdpUserPoolClient

_DEFAULT_FLOWS: Final = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
_REFRESH: Final = frozenset({"ALLOW_REFRESH_TOKEN_AUTH"})
_ADMIN_PASSWORD: Final = frozenset({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_FLOWS: Final = {
    "ADMIN_NO_SRP_AUTH": _ADMIN_PASSWORD,
    "ADMIN_USER_PASSWORD_AUTH": _ADMIN_PASSWORD,
    "CUSTOM_AUTH": frozenset({"ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"}),
    "REFRESH_TOKEN": _REFRESH,
    "REFRESH_TOKEN_AUTH": _REFRESH,
    "USER_AUTH": frozenset({"ALLOW_USER_AUTH"}),
    "USER_PASSWORD_AUTH": frozenset({"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}),
    "USER_SRP_AUTH": frozenset({"ALLOW_USER_SRP_AUTH"}),
}
"""Each flow, and the client's settings that allow it, the older ones among them."""


def is_sign_in(flow: str) -> bool:
    """Whether a user signs in by this flow; a refresh of tokens is none."""
    return flow in _FLOWS and not is_refresh(flow)


def is_refresh(flow: str) -> bool:
    """Whether tokens are refreshed by this flow."""
    return _FLOWS.get(flow) is _REFRESH


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client in its pool."""

    backend: CognitoIdpBackend
    pool: CognitoIdpUserPool
    client: CognitoIdpUserPoolClient

    @property
    def hides_existence(self) -> bool:
        """Whether no error says that a user exists or not."""
        return self.client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"

    @property
    def session_seconds(self) -> float:
        """How long a challenge may be responded to."""
        return 60.0 * float(self.client.extended_config["AuthSessionValidity"])

    def check_flow(self, flow: str) -> None:
        """Raise InvalidParameterException for a flow that the client does not allow."""
        allowed = self.client.extended_config.get("ExplicitAuthFlows") or _DEFAULT_FLOWS
        refreshes = is_refresh(flow) and not any(name.startswith("ALLOW_") for name in allowed)  # older clients all do
        if _FLOWS[flow].isdisjoint(allowed) and not refreshes:
            is_admin = flow.startswith("ADMIN_")
            text = texts.FLOW_NOT_ENABLED_FOR_ADMIN if is_admin else texts.FLOW_NOT_ENABLED.format(flow=flow)
            raise InvalidParameterException(text)

    def check_secret(self, username: str, secret_hash: str | None) -> None:
        """Raise NotAuthorizedException where the client has a secret and the request does not prove it."""
        if not self.client.generate_secret:
            return
        if not secret_hash:
            raise NotAuthorizedError(texts.NO_SECRET_HASH.format(client_id=self.client.id))
        if not check_secret_hash(self.client.secret, self.client.id, username, secret_hash):
            raise NotAuthorizedError(texts.BAD_SECRET_HASH.format(client_id=self.client.id))

    def find(self, name: str) -> CognitoIdpUser | None:
        """The user who signs in by this name: a username, or an attribute that the pool takes for one.

        https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
        """
        known = self.pool.users.get(name)
        if known is not None:
            return known
        folded = str.casefold if ignores_case(self.pool) else str
        wanted = folded(name)
        return next((user for user in self.pool.users.values() if wanted in map(folded, self._names(user))), None)

    def _names(self, user: CognitoIdpUser) -> list[str]:
        attributes, config = user.attribute_lookup, self.pool.extended_config
        aliases = [
            alias
            for alias in config.get("AliasAttributes") or []
            if alias == "preferred_username" or attributes.get(f"{alias}_verified") == "true"
        ]
        names = [*(config.get("UsernameAttributes") or []), *aliases]
        return [user.username, *(attributes[name] for name in names if name in attributes)]


def app_client_of(client_id: str) -> AppClient | None:
    """The app client of this id, of whichever account and region; the operations of users are not signed."""
    for backend in _backends():
        for pool in backend.user_pools.values():
            if client_id in pool.clients:
                return AppClient(backend, pool, pool.clients[client_id])
    return None


def _backends() -> Iterator[CognitoIdpBackend]:
    for account in list(cognitoidp_backends.values()):
        yield from list(account.values())
