"""What a sign-in or a reset has begun and not ended: challenges by their session, and codes that reset a password."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from localcloud.cloud import current

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool

    from localcloud.cognito_sign_in.app_client import AppClient
    from localcloud.cognito_sign_in.srp import Exchange

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the next call has to answer."""

    name: str
    client_id: str
    username: str
    """The user's name in the pool."""
    expires: float
    """In cloud time."""
    code: str | None = None
    available: tuple[str, ...] = ()
    """What can be chosen."""
    exchange: Exchange | None = None
    """What the proof of a password is held against."""


@dataclass(frozen=True, slots=True)
class ResetCode:
    """A code that was sent to reset a password."""

    code: str
    expires: float


class SignInBackend(BaseBackend):
    """The sign-ins of one account in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.challenges: dict[str, Challenge] = {}
        self.reset_codes: dict[str, ResetCode] = {}
        """By the user's `sub`."""
        self._emails: tuple[int, int] = (0, 0)

    def open(
        self,
        name: str,
        app: AppClient,
        username: str,
        *,
        code: str | None = None,
        available: tuple[str, ...] = (),
        exchange: Exchange | None = None,
    ) -> str:
        """Begin a challenge; its session. Those that expired long ago are forgotten."""
        now = current().clock.now()
        for old, challenge in list(self.challenges.items()):
            if now >= challenge.expires + _DAY:
                self.challenges.pop(old, None)
        session, expires = str(mock_random.uuid4()), now + app.session_seconds
        self.challenges[session] = Challenge(name, app.client.id, username, expires, code, available, exchange)
        return session

    def count_email(self) -> int:
        """Count an email that Cognito sends by itself; how many it are in this day of UTC."""
        today = int(current().clock.now() // _DAY)
        day, count = self._emails
        self._emails = (today, count + 1 if day == today else 1)
        return self._emails[1]


def new_code(digits: int) -> str:
    """A random code of that many digits."""
    return "".join(mock_random.choice(string.digits) for _ in range(digits))


def sign_ins_of(pool: CognitoIdpUserPool) -> SignInBackend:
    """The sign-ins of the pool's account and region."""
    return sign_in_backends[pool.account_id][pool.region]


sign_in_backends = BackendDict(SignInBackend, "cognito-idp")
