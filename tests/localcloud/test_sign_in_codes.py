"""One-time codes: as first factor of choice-based sign-in, and by SMS as second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.import_world import opened_world
from tests.localcloud.sign_in_world import (
    ADA,
    INCORRECT,
    PASSWORD,
    PHONE,
    WRONG,
    App,
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


def factors(*names: str) -> dict[str, Any]:
    """A pool's setting."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(names)}}}


@pytest.mark.parametrize(
    ("factor", "row", "address", "shown"),
    [
        ("EMAIL_OTP", ADA, "ada@example.com", ("EMAIL", "a***@e***")),
        ("SMS_OTP", {**ADA, **PHONE}, "+12065550100", ("SMS", "+*******0100")),
    ],
)
def test_an_imported_user_signs_in_with_a_code(
    world: ImportWorld, factor: str, row: dict[str, str], address: str, shown: tuple[str, str]
) -> None:
    """At once after the import, without a password; a wrong code may be corrected, and a right one works once."""
    app = app_with_ada(world, row, **factors("PASSWORD", factor))
    assert world.user(app.pool, "ada")["status"] == "CONFIRMED"
    challenge = app.initiate("USER_AUTH", PREFERRED_CHALLENGE=factor)
    assert challenge["ChallengeName"] == factor
    medium, destination = shown
    parameters = {"CODE_DELIVERY_DELIVERY_MEDIUM": medium, "CODE_DELIVERY_DESTINATION": destination}
    assert challenge["ChallengeParameters"] == parameters
    assert messages() == [(address, f"Your authentication code is {last_code()}.")]
    code = f"{factor}_CODE"
    assert refusal(lambda: app.respond(challenge, **{code: wrong_code()}))[0] == "CodeMismatchException"
    assert app.has_tokens(app.respond(challenge, **{code: last_code()}))
    assert refusal(lambda: app.respond(challenge, **{code: last_code()}))[0] in {
        "NotAuthorizedException",
        "ResourceNotFoundException",
    }


def test_the_right_code_verifies_the_address(world: ImportWorld) -> None:
    """The user had it unverified."""
    row = {**ADA, **PHONE, "email_verified": "false"}
    app = app_with_ada(world, row, AutoVerifiedAttributes=["email", "phone_number"], **factors("PASSWORD", "EMAIL_OTP"))
    challenge = app.initiate("USER_AUTH", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert world.user(app.pool, "ada")["email_verified"] == "false"
    app.respond(challenge, EMAIL_OTP_CODE=last_code())
    assert world.user(app.pool, "ada")["email_verified"] == "true"


def test_a_user_chooses(world: ImportWorld) -> None:
    """Without a preference, or with one that the user does not have; the choice may be answered in two ways."""
    app = app_with_ada(world, **factors("PASSWORD", "EMAIL_OTP", "SMS_OTP"))
    for parameters in ({}, {"PREFERRED_CHALLENGE": "SMS_OTP"}):
        choice = app.initiate("USER_AUTH", **parameters)
        assert choice["ChallengeName"] == "SELECT_CHALLENGE"
        assert choice["AvailableChallenges"] == ["EMAIL_OTP"]
        assert refusal(lambda: app.respond(choice, ANSWER="SMS_OTP"))[0] == "InvalidParameterException"  # noqa: B023
        challenge = app.respond(choice, ANSWER="EMAIL_OTP")
        assert app.has_tokens(app.respond(challenge, EMAIL_OTP_CODE=last_code()))
    world.cognito.admin_set_user_password(UserPoolId=app.pool, Username="ada", Password=PASSWORD, Permanent=True)
    choice = app.initiate("USER_AUTH")
    assert choice["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
    assert app.has_tokens(app.respond(choice, ANSWER="PASSWORD", PASSWORD=PASSWORD))
    challenge = app.initiate("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD")
    assert refusal(lambda: app.respond(challenge, PASSWORD=WRONG)) == INCORRECT
    assert app.has_tokens(app.initiate("USER_AUTH", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD))


def test_a_session_ends(world: ImportWorld) -> None:
    """After the minutes of the app client, and it belongs to that client."""
    app = app_with_ada(world, client={"AuthSessionValidity": 5}, **factors("PASSWORD", "EMAIL_OTP"))
    challenge = app.initiate("USER_AUTH", PREFERRED_CHALLENGE="EMAIL_OTP")
    other = make_app(world, app.pool)
    assert refusal(lambda: other.respond(challenge, EMAIL_OTP_CODE=last_code()))[0] == "NotAuthorizedException"
    world.pass_time(300)
    expired = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refusal(lambda: app.respond(challenge, EMAIL_OTP_CODE=last_code())) == expired


@pytest.mark.parametrize("resets", [False, True])
def test_a_code_for_a_user_who_must_reset(tmp_path: Path, resets: bool) -> None:
    """The pool allows codes only since the import: what AWS does is not public."""
    with opened_world(tmp_path, sign_in_code_resets=resets) as world:
        app = app_with_ada(world)
        world.cognito.update_user_pool(
            UserPoolId=app.pool, AutoVerifiedAttributes=["email"], **factors("PASSWORD", "EMAIL_OTP")
        )
        if not resets:
            reset = ("PasswordResetRequiredException", "Password reset required for the user")
            assert refusal(lambda: app.initiate("USER_AUTH", PREFERRED_CHALLENGE="EMAIL_OTP")) == reset
            return
        challenge = app.initiate("USER_AUTH", PREFERRED_CHALLENGE="EMAIL_OTP")
        assert app.has_tokens(app.respond(challenge, EMAIL_OTP_CODE=last_code()))
        assert world.user(app.pool, "ada")["status"] == "CONFIRMED"


def test_a_user_with_mfa_gets_no_code_as_first_factor(world: ImportWorld) -> None:
    """MFA is optional in the pool, and on for the user, who is left without a way in."""
    row = {**ADA, **PHONE, "cognito:mfa_enabled": "true"}
    app = app_with_ada(world, row, MfaConfiguration="OPTIONAL", **factors("PASSWORD", "EMAIL_OTP"))
    assert refusal(lambda: app.initiate("USER_AUTH", PREFERRED_CHALLENGE="EMAIL_OTP")) == INCORRECT
    assert messages() == []


def reset_and_sign_in(app: App) -> Any:  # noqa: ANN401  (boto3's answers)
    """What a user does first who was imported without a password."""
    app.forgot()
    app.confirm(last_code())
    return app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)


def test_a_pool_that_requires_mfa_sends_a_second_code(world: ImportWorld) -> None:
    """A blank column is the pool's state; the phone number is the factor."""
    row = {**ADA, **PHONE, "cognito:mfa_enabled": ""}
    app = app_with_ada(world, row, MfaConfiguration="ON")
    found = world.cognito.admin_get_user(UserPoolId=app.pool, Username="ada")
    assert found["UserMFASettingList"] == ["SMS_MFA"]
    challenge = reset_and_sign_in(app)
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert messages()[-1] == ("+12065550100", f"Your authentication code is {last_code()}.")
    assert app.has_tokens(app.respond(challenge, SMS_MFA_CODE=last_code()))


@pytest.mark.parametrize("column", ["", "true"])
def test_a_user_without_a_factor_must_set_one_up(world: ImportWorld, column: str) -> None:
    """MFA is active for the user, who has no phone number: no factor is listed, and no token is given before one."""
    app = app_with_ada(world, {**ADA, "cognito:mfa_enabled": column}, MfaConfiguration="ON", SmsConfiguration=None)
    world.cognito.set_user_pool_mfa_config(
        UserPoolId=app.pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    assert world.cognito.admin_get_user(UserPoolId=app.pool, Username="ada")["UserMFASettingList"] == []
    challenge = reset_and_sign_in(app)
    assert challenge["ChallengeName"] == "MFA_SETUP"
    assert challenge["ChallengeParameters"] == {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}
    assert refusal(lambda: app.respond(challenge))[0] == "SoftwareTokenMFANotFoundException"
    world.cognito.associate_software_token(Session=challenge["Session"])
    verified = world.cognito.verify_software_token(Session=challenge["Session"], UserCode="123456")
    assert app.has_tokens(app.respond({**challenge, **verified}))


def test_the_lite_plan_has_no_choice(world: ImportWorld) -> None:
    """Choice-based sign-in needs the Essentials plan."""
    app = app_with_ada(world, UserPoolTier="LITE")
    assert refusal(lambda: app.initiate("USER_AUTH"))[0] == "FeatureUnavailableInTierException"
