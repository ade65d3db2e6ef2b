"""A pool that ignores case finds a user by a name in any spelling.

moto 5.2.5 compares names as they are written, also in a pool with `CaseSensitive` false.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UsernameConfigurationType.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.cognitoidp.models import CognitoIdpUserPool

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUser

_get: Final = CognitoIdpUserPool._get_user  # noqa: SLF001  (moto has no other seam)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    CognitoIdpUserPool._get_user = _get_in_any_case  # type: ignore[assignment,method-assign]  # noqa: SLF001


def ignores_case(pool: CognitoIdpUserPool) -> bool:
    """Whether names that differ in case only are one user's; a pool is case sensitive unless it was made otherwise."""
    return (pool.extended_config.get("UsernameConfiguration") or {}).get("CaseSensitive") is False


def _get_in_any_case(self: CognitoIdpUserPool, username: str) -> CognitoIdpUser | None:
    found: CognitoIdpUser | None = _get(self, username)
    if found or not ignores_case(self):
        return found
    wanted, attributes = username.casefold(), self.extended_config.get("UsernameAttributes") or []

    def is_wanted(user: CognitoIdpUser) -> bool:
        names = [user.username, *(user.attribute_lookup.get(name) or "" for name in attributes)]
        return wanted in map(str.casefold, names)

    return next(filter(is_wanted, self.users.values()), None)
