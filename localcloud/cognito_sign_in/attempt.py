"""One user who signs in through one app client: the first factor, the second one, tokens.

The flows begin and go on in `flows`. moto makes the tokens, and answers the challenges NEW_PASSWORD_REQUIRED,
SOFTWARE_TOKEN_MFA, and MFA_SETUP, which begin in sessions of its own.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html,
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError, UserNotConfirmedException
from moto.cognitoidp.models import UserStatus
from moto.moto_api._internal import mock_random

from localcloud.choices import HashedSrp, ResetSrp
from localcloud.cloud import current
from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in import factors, stored_hash, texts
from localcloud.cognito_sign_in.delivery import PHONE, Destination, send_sign_in_code
from localcloud.cognito_sign_in.exceptions import PasswordResetRequiredError
from localcloud.cognito_sign_in.models import new_code, sign_ins_of
from localcloud.cognito_sign_in.srp import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.cognitoidp.models import CognitoIdpUser

    from localcloud.cognito_sign_in.app_client import AppClient

_FIRST_FACTOR_DIGITS: Final = 8
_SECOND_FACTOR_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in of a user who exists."""

    app: AppClient
    user: CognitoIdpUser

    def check_state(self, *, by_code: bool = False) -> None:
        """Raise the error with which Cognito refuses a user who may not sign in as things are. A code confirms."""
        if not self.user.enabled:
            raise NotAuthorizedError(texts.DISABLED)
        if self.user.status is UserStatus.RESET_REQUIRED and not (by_code and current().settings.sign_in_code_resets):
            raise NotAuthorizedError(texts.INCORRECT) if self.app.hides_existence else PasswordResetRequiredError()
        if self.user.status is UserStatus.UNCONFIRMED and not by_code:
            raise UserNotConfirmedException(texts.UNCONFIRMED)

    def with_password(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Sign in with a password. The first right one replaces an imported hash."""
        password = required(parameters, "PASSWORD")
        self.check_state()
        if not self._knows(password):
            raise NotAuthorizedError(texts.INCORRECT)
        if isinstance(self.user, ImportedUser):
            self.user.take_password(password)
        return self.after_first_factor()

    def with_srp(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Begin a sign-in with the proof of a password. Nothing proves an imported hash."""
        srp_a = required(parameters, "SRP_A")
        is_reset = self.user.status is UserStatus.RESET_REQUIRED
        if is_reset and current().settings.sign_in_reset_srp is ResetSrp.INVALID:
            raise InvalidParameterException(texts.SRP_INVALID)
        self.check_state()
        if self.user.password is None and current().settings.sign_in_hashed_srp is HashedSrp.START:
            raise NotAuthorizedError(texts.INCORRECT)
        return begin_srp(self.app, self.user.username, self.user.password, srp_a)

    def choose(self, preferred: str | None, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Begin choice-based sign-in: with the preferred challenge, or with the choice."""
        offered = factors.available(self.app.pool, self.user)
        if preferred in offered:
            return {**self.challenge(preferred, parameters), "AvailableChallenges": list(offered)}
        if not offered:
            raise NotAuthorizedError(texts.INCORRECT)
        return {
            "ChallengeName": "SELECT_CHALLENGE",
            "ChallengeParameters": {},
            "Session": self._open("SELECT_CHALLENGE", available=offered),
            "AvailableChallenges": list(offered),
        }

    def challenge(self, name: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Begin a first factor that the user has; one whose parameter is there is answered at once."""
        if name == "PASSWORD" and "PASSWORD" in parameters:
            return self.with_password(parameters)
        if name == "PASSWORD_SRP" and "SRP_A" in parameters:
            return self.with_srp(parameters)
        to = factors.destination(self.user, name) if name in factors.CODES else None
        if to is None:
            session = self._open(name)
            return {"ChallengeName": name, "ChallengeParameters": {}, "Session": session}
        self.check_state(by_code=True)
        return self._send(name, to, _FIRST_FACTOR_DIGITS)

    def with_code(self, name: str) -> dict[str, Any]:
        """Go on after the right one-time code: it verifies the attribute, and confirms the user."""
        self.check_state(by_code=True)
        if name not in factors.CODES:
            return self._tokens()
        self.user.update_attributes([{"Name": f"{factors.CODES[name]}_verified", "Value": "true"}])
        self.user.status = UserStatus.CONFIRMED
        return self._tokens()

    def after_first_factor(self) -> dict[str, Any]:
        """The next challenge, or tokens. moto asks for no factor that has no preference, nor for a missing one."""
        user, pool = self.user, self.app.pool
        if user.status is UserStatus.FORCE_CHANGE_PASSWORD:
            return self._of_moto("NEW_PASSWORD_REQUIRED", {"USERNAME": user.username})
        if pool.mfa_config == "OFF":
            return self._tokens()
        if user.software_token_mfa_enabled or (pool.mfa_config == "ON" and user.token_verified):
            return self._of_moto("SOFTWARE_TOKEN_MFA", {"USERNAME": user.username})
        usable = factors.second_factors(pool)
        phone = user.attribute_lookup.get(PHONE)
        if user.sms_mfa_enabled and phone and "SMS_MFA" in usable:
            return self._send("SMS_MFA", Destination(PHONE, phone), _SECOND_FACTOR_DIGITS)
        if pool.mfa_config == "ON":
            return self._of_moto("MFA_SETUP", {"MFAS_CAN_SETUP": json.dumps(usable)})
        return self._tokens()

    def _knows(self, password: str) -> bool:
        if self.user.password is not None:
            return bool(self.user.password == password)
        stored = self.user.password_hash if isinstance(self.user, ImportedUser) else None
        return stored is not None and stored_hash.matches(stored, password)

    def _send(self, name: str, to: Destination, digits: int) -> dict[str, Any]:
        code = new_code(digits)
        send_sign_in_code(self.app.pool, to, code)
        session = self._open(name, code=code)
        return {"ChallengeName": name, "ChallengeParameters": to.parameters(), "Session": session}

    def _open(self, name: str, **to_answer: Any) -> str:  # noqa: ANN401  (what SignInBackend.open takes)
        return sign_ins_of(self.app.pool).open(name, self.app, self.user.username, **to_answer)

    def _of_moto(self, name: str, parameters: dict[str, str]) -> dict[str, Any]:
        session = str(mock_random.uuid4())
        self.app.backend.sessions[session] = (self._name, self.app.pool)
        return {"ChallengeName": name, "ChallengeParameters": parameters, "Session": session}

    def _tokens(self) -> dict[str, Any]:
        return self.app.backend._log_user_in(self.app.pool, self.app.client, self._name)  # noqa: SLF001  (moto's tokens)

    @property
    def _name(self) -> str:
        """What moto finds the user by; where an email address is the username, moto writes it into the token."""
        is_email = "email" in (self.app.pool.extended_config.get("UsernameAttributes") or [])
        email = self.user.attribute_lookup.get("email") if is_email else None
        return str(email or self.user.username)


def begin_srp(app: AppClient, username: str, password: str | None, srp_a: str) -> dict[str, Any]:
    """Begin the exchange; without a password no proof is right, which the challenge does not show."""
    known = str(mock_random.uuid4()) if password is None else password
    try:
        exchange = Exchange.begin(app.pool.id, username, known, srp_a)
    except ValueError as error:
        raise InvalidParameterException(texts.SRP_INVALID) from error
    session = sign_ins_of(app.pool).open("PASSWORD_VERIFIER", app, username, exchange=exchange)
    names = {"USERNAME": username, "USER_ID_FOR_SRP": username}
    block = {"SECRET_BLOCK": secret_block(session)}
    return {
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {**names, **block, **exchange.parameters()},
        "Session": session,
    }


def secret_block(session: str) -> str:
    """What the client signs: clients of SRP send it back in place of the session."""
    return base64.b64encode(session.encode()).decode()


def required(parameters: Mapping[str, str], name: str) -> str:
    """The parameter. Raises InvalidParameterException where it is missing or empty."""
    if not parameters.get(name):
        raise InvalidParameterException(texts.MISSING_PARAMETER.format(name=name))
    return parameters[name]
