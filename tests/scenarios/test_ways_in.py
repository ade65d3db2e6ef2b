"""Imported users sign in as the report says: by each way in once, and not at all where it says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import bcrypt
import pytest
from botocore.exceptions import ClientError

from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import Ending, World

pytestmark = pytest.mark.scenario

PASSWORD: Final = "Analytical-1815"  # noqa: S105  (of invented users)
PHONE: Final = "+12065550100"
ROWS: Final = 1_000
HASHED, BY_MAIL, BY_PHONE, BOTH = "ways-hashed", "ways-mail", "ways-phone", "ways-both"
"""Users of one file: with a hash, with a verified email address alone, with a verified phone number alone, and with
both, of which the email address is verified."""


def _rows() -> list[dict[str, str]]:
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    by_phone = {"email": "", "email_verified": "FALSE", "phone_number": PHONE, "phone_number_verified": "TRUE"}
    special = [user(HASHED, password_hash=hashed), user(BY_MAIL), user(BY_PHONE, **by_phone)]
    others = [user(BOTH, phone_number=PHONE), *(user(f"ways-{number}") for number in range(ROWS - len(special) - 1))]
    return [{**row, "cognito:mfa_enabled": ""} for row in (*special, *others)]


@dataclass(frozen=True, slots=True)
class App:
    """The calls of docs/first-sign-in.md for one pool."""

    world: World
    alias: str

    @property
    def _cognito(self) -> Any:  # noqa: ANN401  (whose stubs want a literal)
        return self.world.cloud.client("cognito-idp")

    @property
    def _client(self) -> str:
        (client,) = self._cognito.list_user_pool_clients(UserPoolId=self.world.pools[self.alias], MaxResults=60)[
            "UserPoolClients"
        ]
        return str(client["ClientId"])

    def with_password(self, name: str) -> dict[str, Any]:
        """InitiateAuth with the password: tokens, or the next challenge."""
        parameters = {"USERNAME": name, "PASSWORD": PASSWORD}
        found: dict[str, Any] = self._cognito.initiate_auth(
            ClientId=self._client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        return found

    def with_code(self, name: str, factor: str) -> dict[str, Any]:
        """Choice-based sign-in with a one-time code."""
        parameters = {"USERNAME": name, "PREFERRED_CHALLENGE": factor}
        begun = self._cognito.initiate_auth(ClientId=self._client, AuthFlow="USER_AUTH", AuthParameters=parameters)
        found: dict[str, Any] = self._cognito.respond_to_auth_challenge(
            ClientId=self._client,
            ChallengeName=begun["ChallengeName"],
            Session=begun["Session"],
            ChallengeResponses={"USERNAME": name, f"{factor}_CODE": self._code(name)},
        )
        return found

    def reset(self, name: str) -> str:
        """ForgotPassword and ConfirmForgotPassword; by which medium the code came."""
        sent = self._cognito.forgot_password(ClientId=self._client, Username=name)["CodeDeliveryDetails"]
        code = self._code(name)
        self._cognito.confirm_forgot_password(
            ClientId=self._client, Username=name, ConfirmationCode=code, Password=PASSWORD
        )
        return str(sent["DeliveryMedium"])

    def _code(self, name: str) -> str:
        address = PHONE if name == BY_PHONE else f"{name}@example.com"
        (code,) = re.findall(r"\b\d{6,8}\b", self.world.last_mail_to(address).get_content())
        return str(code)


def _refused(call: Any) -> str:  # noqa: ANN401
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def _ways(ending: Ending) -> dict[str, int]:
    """The counts that are not 0, and those of the reasons."""
    found = ending.summary["ways_in"]
    reasons = {one["code"]: one["count"] for one in found["reasons"]}
    return {name: count for name, count in found.items() if isinstance(count, int) and count} | reasons


def _imported(world: World, alias: str) -> tuple[Ending, App]:
    """Drop the file into a pool; every row is imported."""
    ending = world.end_of(world.drop(world.csv(alias, _rows()), f"{alias}/users.csv"))
    assert ending.rows == {"total": ROWS, "imported": ROWS}
    return ending, App(world, alias)


def _listed(world: World, ending: Ending) -> int:
    """The rows of no_way_in.csv, which are those that the report counts."""
    found = world.table(ending.watch, "no_way_in.csv")
    assert len(found) == ending.summary["ways_in"]["none"]
    return len(found)


def test_passwords_and_resets_by_email(world: World) -> None:
    """Another verified address than the one that resets is no way in."""
    ending, app = _imported(world, "ways-mail")
    assert _ways(ending) == {"password": 1, "reset_by_email": ROWS - 2, "none": 1, "recovery_elsewhere": 1}
    assert world.table(ending.watch, "no_way_in.csv") == [(4, "recovery_elsewhere")]
    assert f"{ROWS - 2} reset by email" in ending.mail.get_content()
    assert "AuthenticationResult" in app.with_password(HASHED)
    assert _refused(lambda: app.with_password(BY_MAIL)) == "PasswordResetRequiredException"
    assert app.reset(BY_MAIL) == "EMAIL"
    assert "AuthenticationResult" in app.with_password(BY_MAIL)
    assert app.reset(BOTH) == "EMAIL"
    assert "AuthenticationResult" in app.with_password(BOTH)
    assert _refused(lambda: app.reset(BY_PHONE)) == "InvalidParameterException"


def test_resets_by_sms_and_a_hash_that_no_app_client_takes(world: World) -> None:
    """A pool without AccountRecoverySetting; a reset replaces the hash."""
    ending, app = _imported(world, "ways-sms")
    assert _ways(ending) == {"reset_by_email": ROWS - 1, "reset_by_sms": 1}
    assert app.reset(BY_PHONE) == "SMS"
    assert _refused(lambda: app.with_password(HASHED)) == "InvalidParameterException"
    assert app.reset(HASHED) == "EMAIL"


def test_one_time_codes(world: World) -> None:
    """No user has to reset, so it does not matter that only administrators can."""
    ending, app = _imported(world, "ways-codes")
    assert _ways(ending) == {"code_by_email": ROWS - 1, "code_by_sms": 1}
    for name in (BY_MAIL, BOTH, HASHED):
        assert "AuthenticationResult" in app.with_code(name, "EMAIL_OTP")
    assert "AuthenticationResult" in app.with_code(BY_PHONE, "SMS_OTP")


def test_a_pool_in_which_only_administrators_reset(world: World) -> None:
    """The dry run says so before, with the change to make."""
    checked = world.end_of(world.drop(world.csv("ways-admin", _rows()), "ways-admin/users.csv", "check"))
    assert "recovery_admin_only" in {one["code"] for one in checked.summary["warnings"]}
    ending, app = _imported(world, "ways-admin")
    assert _ways(ending) == _ways(checked) == {"password": 1, "none": ROWS - 1, "recovery_admin_only": ROWS - 1}
    assert _listed(world, checked) == _listed(world, ending) == ROWS - 1
    assert "AuthenticationResult" in app.with_password(HASHED)
    assert _refused(lambda: app.reset(BY_MAIL)) == "NotAuthorizedException"


def test_a_pool_that_prefers_text_messages_and_cannot_send_any(world: World) -> None:
    """Whether the code then goes to a verified email address is not known, so that it is not counted on."""
    ending, app = _imported(world, "ways-no-sms")
    assert _ways(ending) == {"password": 1, "reset_by_email": ROWS - 2, "none": 1, "sms_not_set_up": 1}
    assert world.table(ending.watch, "no_way_in.csv") == [(4, "sms_not_set_up")]
    assert _refused(lambda: app.reset(BY_PHONE)) == "InvalidParameterException"
    assert "AuthenticationResult" in app.with_password(HASHED)
    assert app.reset(BY_MAIL) == "EMAIL"
    assert "AuthenticationResult" in app.with_password(BY_MAIL)


def test_required_mfa(world: World) -> None:
    """A phone number is a factor, which resets no password; without one there is nothing to set up."""
    ending, app = _imported(world, "ways-mfa")
    none = {"no_mfa_factor": ROWS - 2, "recovery_is_second_factor": 1}
    assert _ways(ending) == {"reset_by_email": 1, "none": ROWS - 1, **none}
    assert app.reset(BOTH) == "EMAIL"
    assert app.with_password(BOTH)["ChallengeName"] == "SMS_MFA"
    assert _refused(lambda: app.reset(BY_PHONE)) == "InvalidParameterException"
    assert app.with_password(HASHED)["ChallengeName"] == "MFA_SETUP"
