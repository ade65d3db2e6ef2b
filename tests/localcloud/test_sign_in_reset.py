"""Imported users without a password: what a sign-in says to them, and how they set one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from localcloud import functions
from localcloud.choices import ResetSrp, UnsetSms
from localcloud.cloud import current
from localcloud.functions import Invocation
from tests.localcloud.import_world import opened_world
from tests.localcloud.sign_in_world import (
    ADA,
    INCORRECT,
    PASSWORD,
    PHONE,
    WRONG,
    app_with_ada,
    last_code,
    make_app,
    messages,
    refusal,
    wrong_code,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localcloud.import_world import ImportWorld

HIDES = {"PreventUserExistenceErrors": "ENABLED"}
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
INVALID = ("InvalidParameterException", "Invalid input given")
NOTHING = "Cannot reset password for the user as there is no registered/verified email or phone_number"
PASSWORD_FLOWS = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH")


@pytest.mark.parametrize("flow", PASSWORD_FLOWS)
def test_a_sign_in_says_that_the_password_must_be_reset(world: ImportWorld, flow: str) -> None:
    """Whatever the password is, and only where the app client may say who exists."""
    app = app_with_ada(world)
    assert refusal(lambda: app.initiate(flow, PASSWORD=WRONG)) == RESET
    hiding = make_app(world, app.pool, **HIDES)
    assert refusal(lambda: hiding.initiate(flow, PASSWORD=WRONG)) == INCORRECT


@pytest.mark.parametrize("flow", PASSWORD_FLOWS)
def test_a_sign_in_without_a_password_is_refused(world: ImportWorld, flow: str) -> None:
    """A user without a password has not the password None."""
    app = app_with_ada(world)
    missing = ("InvalidParameterException", "Missing required parameter PASSWORD")
    assert refusal(lambda: app.initiate(flow)) == missing


@pytest.mark.parametrize(
    ("srp", "shown", "hidden"),
    [
        (ResetSrp.DOCUMENTED, RESET, INCORRECT),
        (ResetSrp.INVALID, INVALID, INVALID),
    ],
)
def test_what_srp_says_is_a_setting(tmp_path: Path, srp: ResetSrp, shown: Any, hidden: Any) -> None:  # noqa: ANN401
    """AWS documents one error, clients have seen another."""
    with opened_world(tmp_path, sign_in_reset_srp=srp) as world:
        app = app_with_ada(world)
        assert refusal(lambda: app.initiate("USER_SRP_AUTH", SRP_A="abc")) == shown
        hiding = make_app(world, app.pool, **HIDES)
        assert refusal(lambda: hiding.initiate("USER_SRP_AUTH", SRP_A="abc")) == hidden


def test_a_reset_sends_a_code_and_confirms(world: ImportWorld) -> None:
    """To the verified email; the code works once, and the password of the user is the new one afterwards."""
    app = app_with_ada(world)
    sent = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert app.forgot() == sent
    ((address, text),) = messages()
    assert (address, text) == ("ada@example.com", f"Your verification code is {last_code()}.")
    app.confirm(last_code())
    assert world.user(app.pool, "ada")["status"] == "CONFIRMED"
    assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD))
    assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=WRONG)) == INCORRECT
    assert refusal(lambda: app.confirm(last_code()))[0] == "ExpiredCodeException"


def test_a_code_is_checked(world: ImportWorld) -> None:
    """No code, a wrong one, a weak password, and one after an hour; none of them changes the user."""
    app = app_with_ada(world)
    assert refusal(lambda: app.confirm("123456"))[0] == "ExpiredCodeException"
    app.forgot()
    assert refusal(lambda: app.confirm(wrong_code()))[0] == "CodeMismatchException"
    assert refusal(lambda: app.confirm(last_code(), "short"))[0] == "InvalidPasswordException"
    world.pass_time(3600)
    assert refusal(lambda: app.confirm(last_code()))[0] == "ExpiredCodeException"
    assert world.user(app.pool, "ada")["status"] == "RESET_REQUIRED"


def recovery(*names: str) -> dict[str, Any]:
    """A pool's setting, the preferred way first."""
    mechanisms = [{"Priority": number, "Name": name} for number, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}} if names else {}


@pytest.mark.parametrize(
    ("names", "row", "address"),
    [
        ((), {}, "ada@example.com"),
        ((), PHONE, "+12065550100"),
        ((), {**PHONE, "phone_number_verified": "false"}, "ada@example.com"),
        (("verified_email", "verified_phone_number"), PHONE, "ada@example.com"),
        (("verified_phone_number", "verified_email"), PHONE, "+12065550100"),
        (("verified_phone_number", "verified_email"), {**PHONE, "cognito:mfa_enabled": "true"}, "ada@example.com"),
        ((), {**PHONE, "cognito:mfa_enabled": "true"}, "+12065550100"),
    ],
)
def test_the_pool_says_where_the_code_goes(
    world: ImportWorld, names: tuple[str, ...], row: dict[str, str], address: str
) -> None:
    """SMS first unless the pool says otherwise, verified attributes only, and no SMS to a user of SMS MFA."""
    app = app_with_ada(world, {**ADA, **row}, MfaConfiguration="OPTIONAL", **recovery(*names))
    shown = app.forgot()
    assert [to for to, _ in messages()] == [address]
    assert shown["Destination"] == ("+*******0100" if address.startswith("+") else "a***@e***")


@pytest.mark.parametrize(
    ("row", "after_import", "expected"),
    [
        (PHONE, UnsetSms.REFUSED, "User pool does not have SMS configuration to send messages."),
        (PHONE, UnsetSms.EMAIL, "ada@example.com"),
        ({**PHONE, "email_verified": "false"}, UnsetSms.EMAIL, NOTHING),
    ],
)
def test_what_a_reset_does_without_sms_is_a_setting(
    tmp_path: Path, row: dict[str, str], after_import: UnsetSms, expected: str
) -> None:
    """Where SMS comes first: the error of other text messages, or an email to a verified address."""
    both = ["email", "phone_number"]
    with opened_world(tmp_path, sign_in_reset_without_sms=after_import) as world:
        app = app_with_ada(world, {**ADA, **row}, AutoVerifiedAttributes=both, SmsConfiguration=None)
        if "@" in expected:
            app.forgot()
            assert [to for to, _ in messages()] == [expected]
        else:
            assert refusal(app.forgot) == ("InvalidParameterException", expected)


def test_a_user_without_a_verified_address_cannot_reset(world: ImportWorld) -> None:
    """An error, or where the app client hides who exists a code that goes nowhere, as for an unknown name."""
    row = {**ADA, "email_verified": "false", **PHONE}
    both = ["email", "phone_number"]
    app = app_with_ada(world, row, AutoVerifiedAttributes=both, **recovery("verified_email"))
    assert refusal(app.forgot) == ("InvalidParameterException", NOTHING)
    hiding = make_app(world, app.pool, **HIDES)
    shown = hiding.forgot()
    assert shown["DeliveryMedium"] == "EMAIL"
    assert shown == hiding.forgot()
    assert set(hiding.forgot("unknown")) == set(shown)
    assert hiding.forgot("+12065550199")["DeliveryMedium"] == "SMS"
    assert messages() == []
    assert refusal(lambda: hiding.confirm("123456", username="unknown"))[0] == "CodeMismatchException"


def test_an_unknown_name_is_said_where_the_app_client_says_who_exists(world: ImportWorld) -> None:
    """No code is sent to an invented number."""
    app = app_with_ada(world)
    unknown = ("UserNotFoundException", "Username/client id combination not found.")
    assert refusal(lambda: app.forgot("unknown")) == unknown
    assert refusal(lambda: app.confirm("123456", username="unknown")) == unknown
    assert messages() == []


def test_only_an_administrator_may_reset(world: ImportWorld) -> None:
    """A pool with admin_only answers as moto does for its own users; a password that an administrator sets works."""
    app = app_with_ada(world, **recovery("admin_only"))
    contact = ("NotAuthorizedException", "Contact administrator to reset password.")
    assert refusal(app.forgot) == contact
    assert messages() == []
    world.cognito.admin_set_user_password(UserPoolId=app.pool, Username="ada", Password=PASSWORD, Permanent=True)
    assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD))


def test_a_temporary_password_has_to_be_changed(world: ImportWorld) -> None:
    """An administrator's temporary password leads to a new one."""
    app = app_with_ada(world)
    world.cognito.admin_set_user_password(UserPoolId=app.pool, Username="ada", Password=PASSWORD, Permanent=False)
    challenge = app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert app.has_tokens(app.respond(challenge, NEW_PASSWORD=WRONG))


def test_an_administrator_can_send_the_code(world: ImportWorld) -> None:
    """AdminResetUserPassword sends it to a user who has to reset the password already, too."""
    app = app_with_ada(world)
    world.cognito.admin_reset_user_password(UserPoolId=app.pool, Username="ada")
    app.confirm(last_code())
    assert world.user(app.pool, "ada")["status"] == "CONFIRMED"
    world.cognito.admin_reset_user_password(UserPoolId=app.pool, Username="ada")
    assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)) == RESET


def test_no_confirmation_of_a_sign_up_confirms_an_imported_user(world: ImportWorld) -> None:
    """There was none; only the reset confirms."""
    app = app_with_ada(world)
    refused = ("NotAuthorizedException", "User cannot be confirmed. Current status is RESET_REQUIRED")
    confirm = world.cognito.confirm_sign_up
    assert refusal(lambda: confirm(ClientId=app.client, Username="ada", ConfirmationCode="123456")) == refused
    by_admin = world.cognito.admin_confirm_sign_up
    assert refusal(lambda: by_admin(UserPoolId=app.pool, Username="ada")) == refused
    assert world.user(app.pool, "ada")["status"] == "RESET_REQUIRED"


def test_a_pool_without_amazon_ses_sends_so_many_emails_a_day(tmp_path: Path) -> None:
    """The next one is refused until the next day; a pool with Amazon SES has no such limit."""
    with opened_world(tmp_path, cognito_daily_emails=1) as world:
        app = app_with_ada(world)
        app.forgot()
        assert refusal(app.forgot)[0] == "LimitExceededException"
        with_ses = {"EmailSendingAccount": "DEVELOPER", "From": "Example <hello@example.com>"}
        app_with_ada(world, EmailConfiguration=with_ses).forgot()
        assert len(messages()) == 2
        world.pass_time(86_400)
        app.forgot()
        assert b"From: Example <hello@example.com>" in sorted(current().settings.outbox.iterdir())[1].read_bytes()


@pytest.mark.parametrize("fails", [False, True])
def test_a_reset_runs_the_trigger_after_confirmation(
    world: ImportWorld,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
) -> None:
    """PostConfirmation hears of each reset; its error is the answer, and the password is set all the same."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:welcome"
    heard = []

    def invoke(_account: str, _region: str, function: str, payload: bytes) -> Invocation:
        heard.append((function, json.loads(payload)))
        answer = b'{"errorType": "ValueError", "errorMessage": "No."}' if fails else payload
        return Invocation("1", answer, "Unhandled" if fails else None, "", "$LATEST")

    monkeypatch.setattr(functions, "invoke", invoke)
    app = app_with_ada(world, LambdaConfig={"PostConfirmation": arn})
    assert heard == []
    app.forgot()
    if fails:
        failed = ("UserLambdaValidationException", "PostConfirmation failed with error No..")
        assert refusal(lambda: app.confirm(last_code())) == failed
    else:
        app.confirm(last_code())
    ((function, event),) = heard
    assert (function, event["triggerSource"]) == (arn, "PostConfirmation_ConfirmForgotPassword")
    assert (event["userName"], event["userPoolId"]) == ("ada", app.pool)
    assert event["callerContext"]["clientId"] == app.client
    assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD))
