"""ForgotPassword and ConfirmForgotPassword of imported users: to whom a code goes, and what it sets.

moto sends nothing, invents a phone number, and leaves a user in RESET_REQUIRED.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-recover-a-user-account.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.exceptions import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    NotAuthorizedError,
    UserNotFoundError,
)
from moto.cognitoidp.models import LEGACY_ACCOUNT_RECOVERY_MECHANISMS, UserStatus

from localcloud.choices import UnsetSms
from localcloud.cloud import current
from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in import texts, triggers
from localcloud.cognito_sign_in.app_client import app_client_of
from localcloud.cognito_sign_in.delivery import EMAIL, PHONE, Destination, send_reset_code, sends_sms, simulated
from localcloud.cognito_sign_in.models import ResetCode, new_code, sign_ins_of

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool

    from localcloud.cognito_sign_in.app_client import AppClient

_DIGITS: Final = 6
_LIFETIME: Final = 3600.0  # a code is valid for an hour
_MECHANISMS: Final = {"verified_email": EMAIL, "verified_phone_number": PHONE}


def forgot_password(request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to ForgotPassword; None for a user who is moto's."""
    asked = _asked(request)
    if asked is None:
        return None
    app, user = asked
    mechanisms = _mechanisms(app.pool)
    if "admin_only" in mechanisms:
        raise NotAuthorizedError(texts.ADMIN_RESETS)
    _check_existence(app, user)
    to = _destination(app.pool, user) if user and user.enabled else None
    if user and to:
        _send(app.pool, user, to)
        return {"CodeDeliveryDetails": to.details()}
    if app.hides_existence or user is None:
        return {"CodeDeliveryDetails": simulated(request["Username"], app.pool).details()}
    if not user.enabled:
        raise NotAuthorizedError(texts.DISABLED)
    raise InvalidParameterException(texts.NOTHING_VERIFIED)


def reset_by_admin(pool: CognitoIdpUserPool, user: ImportedUser) -> None:
    """AdminResetUserPassword: the user must reset the password, and is sent a code.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html
    """
    if not user.enabled:
        raise NotAuthorizedError(texts.DISABLED)
    if user.status not in {UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED}:
        raise NotAuthorizedError(texts.NOT_RESETTABLE)
    to = _destination(pool, user)
    if to is None:
        raise InvalidParameterException(texts.NOTHING_VERIFIED)
    user.status = UserStatus.RESET_REQUIRED
    _send(pool, user, to)


def confirm_forgot_password(request: dict[str, Any]) -> bool:
    """Set the password where the code is right, and confirm the user; whether the user is not moto's."""
    asked = _asked(request)
    if asked is None:
        return False
    app, user = asked
    _check_existence(app, user)
    if user is None or not user.enabled:
        raise CodeMismatchException(texts.WRONG_RESET_CODE)
    _check_code(app, user, request["ConfirmationCode"])
    app.backend._validate_password(app.pool.id, request["Password"])  # noqa: SLF001  (the pool's rules are moto's)
    sign_ins_of(app.pool).reset_codes.pop(user.id, None)
    user.take_password(request["Password"])
    user.status = UserStatus.CONFIRMED
    triggers.post_confirmation(app, user)
    return True


def check_confirmable(user: CognitoIdpUser) -> None:
    """Raise NotAuthorizedException for an imported user: none is UNCONFIRMED, and moto confirms every user.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
    """
    if isinstance(user, ImportedUser):
        raise NotAuthorizedError(texts.NOT_CONFIRMABLE.format(status=UserStatus(user.status).value))


def _asked(request: dict[str, Any]) -> tuple[AppClient, ImportedUser | None] | None:
    """The app client, and the user, None where there is none; None for what is moto's."""
    app, name = app_client_of(request["ClientId"]), request["Username"]
    user = app.find(name) if app else None
    if app is None or not (user is None or isinstance(user, ImportedUser)):
        return None
    app.check_secret(name, request.get("SecretHash"))
    return app, user


def _check_existence(app: AppClient, user: ImportedUser | None) -> None:
    if user is None and not app.hides_existence:
        raise UserNotFoundError(texts.NO_COMBINATION)


def _check_code(app: AppClient, user: ImportedUser, code: str) -> None:
    sent = sign_ins_of(app.pool).reset_codes.get(user.id)
    if sent is None or current().clock.now() >= sent.expires:
        raise ExpiredCodeException(texts.NO_CODE)
    if code != sent.code:
        raise CodeMismatchException(texts.WRONG_RESET_CODE)


def _send(pool: CognitoIdpUserPool, user: ImportedUser, to: Destination) -> None:
    sent = ResetCode(new_code(_DIGITS), current().clock.now() + _LIFETIME)
    send_reset_code(pool, to, sent.code)
    sign_ins_of(pool).reset_codes[user.id] = sent


def _mechanisms(pool: CognitoIdpUserPool) -> list[str]:
    """The pool's ways of recovery, the preferred one first."""
    setting = pool.extended_config.get("AccountRecoverySetting") or {}
    mechanisms = setting.get("RecoveryMechanisms") or LEGACY_ACCOUNT_RECOVERY_MECHANISMS
    return [str(each["Name"]) for each in sorted(mechanisms, key=lambda each: int(each["Priority"]))]


def _destination(pool: CognitoIdpUserPool, user: ImportedUser) -> Destination | None:
    """The verified attribute that receives the code. A pool that names its mechanisms sends no SMS to a user with SMS
    MFA, by which the one factor would reset the other."""
    attributes = user.attribute_lookup
    passes_over_sms = current().settings.sign_in_reset_without_sms is UnsetSms.EMAIL and not sends_sms(pool)
    is_chosen = bool(pool.extended_config.get("AccountRecoverySetting"))
    for mechanism in _mechanisms(pool):
        attribute = _MECHANISMS.get(mechanism, "")
        if attribute == PHONE and passes_over_sms:
            continue
        is_second_factor = attribute == PHONE and user.sms_mfa_enabled and is_chosen
        if attributes.get(attribute) and attributes.get(f"{attribute}_verified") == "true" and not is_second_factor:
            return Destination(attribute, attributes[attribute])
    return None
