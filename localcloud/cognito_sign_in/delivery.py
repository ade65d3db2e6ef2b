"""Codes on their way to a user: to which attribute, in which words, and what the answer says of it.

Messages are files in the outbox; those by SMS have a phone number for an address.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CodeDeliveryDetailsType.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from moto.cognitoidp.exceptions import InvalidParameterException

from localcloud.cloud import current
from localcloud.cognito_import.exceptions import LimitExceededError
from localcloud.cognito_sign_in import texts
from localcloud.cognito_sign_in.models import sign_ins_of
from localcloud.delivery import outbox

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool

SENDER: Final = "no-reply@verificationemail.com"
SMS_SENDER: Final = "SMS <sms@amazonaws.com>"
SMS_SUBJECT: Final = "SMS"
EMAIL, PHONE = "email", "phone_number"
MEDIA: Final = {EMAIL: "EMAIL", PHONE: "SMS"}


@dataclass(frozen=True, slots=True)
class Destination:
    """An attribute that receives a code."""

    attribute: str
    value: str

    @property
    def medium(self) -> str:
        """EMAIL or SMS."""
        return MEDIA[self.attribute]

    @property
    def masked(self) -> str:
        """What an answer shows of the value."""
        if self.attribute == PHONE:
            return f"+*******{self.value[-4:]}"
        local, _, domain = self.value.partition("@")
        return f"{local[:1]}***@{domain[:1]}***"

    def details(self) -> dict[str, str]:
        """The CodeDeliveryDetails of an answer."""
        return {"Destination": self.masked, "DeliveryMedium": self.medium, "AttributeName": self.attribute}

    def parameters(self) -> dict[str, str]:
        """The ChallengeParameters of an answer."""
        return {"CODE_DELIVERY_DELIVERY_MEDIUM": self.medium, "CODE_DELIVERY_DESTINATION": self.masked}


def simulated(name: str, pool: CognitoIdpUserPool) -> Destination:
    """A destination that does not exist, by the form of the name or by what the pool verifies; the same each time."""
    verified = pool.extended_config.get("AutoVerifiedAttributes") or []
    if name.startswith("+") or ("@" not in name and EMAIL not in verified and PHONE in verified):
        return Destination(PHONE, f"{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10_000:04d}")
    letter = hashlib.sha256(name.encode()).hexdigest().lstrip("0123456789")[:1] or "e"
    return Destination(EMAIL, name if "@" in name else f"{letter}@{letter}")


def sends_sms(pool: CognitoIdpUserPool) -> bool:
    """Whether the pool is set up to send text messages."""
    return bool(pool.extended_config.get("SmsConfiguration") or (pool.sms_mfa_config or {}).get("SmsConfiguration"))


def send_reset_code(pool: CognitoIdpUserPool, to: Destination, code: str) -> None:
    """Send a code that resets a password, in the words of the pool's verification messages."""
    config = pool.extended_config
    text = config.get("EmailVerificationMessage" if to.attribute == EMAIL else "SmsVerificationMessage") or texts.CODE
    _send(pool, to, str(config.get("EmailVerificationSubject")), text, code)


def send_sign_in_code(pool: CognitoIdpUserPool, to: Destination, code: str) -> None:
    """Send a code that signs in, as first factor or second."""
    is_sms = to.attribute == PHONE
    text = (pool.extended_config.get("SmsAuthenticationMessage") if is_sms else None) or texts.SIGN_IN_CODE
    _send(pool, to, texts.SIGN_IN_SUBJECT, text, code)


def _send(pool: CognitoIdpUserPool, to: Destination, subject: str, text: str, code: str) -> None:
    body = text.replace("{####}", code)
    if to.attribute == PHONE:
        if not sends_sms(pool):
            raise InvalidParameterException(texts.SMS_NOT_SET_UP)
        outbox.send(to.value, SMS_SUBJECT, body, SMS_SENDER)
        return
    config = pool.extended_config.get("EmailConfiguration") or {}
    if config.get("EmailSendingAccount") != "DEVELOPER":
        sent = sign_ins_of(pool).count_email()
        if sent > current().settings.cognito_daily_emails:
            raise LimitExceededError(texts.EMAIL_LIMIT)
    outbox.send(to.value, subject, body, config.get("From") or SENDER)
