"""What an app client and the names of a user decide, for imported users and for those whom moto made."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.sign_in_world import (
    ADA,
    ALL_FLOWS,
    INCORRECT,
    PASSWORD,
    PHONE,
    WRONG,
    app_with_ada,
    last_code,
    make_app,
    messages,
    refusal,
)

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

    from tests.localcloud.import_world import ImportWorld

FLOWS = {
    "ADMIN_USER_PASSWORD_AUTH": ("ALLOW_ADMIN_USER_PASSWORD_AUTH", {"PASSWORD": WRONG}),
    "USER_AUTH": ("ALLOW_USER_AUTH", {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": WRONG}),
    "USER_PASSWORD_AUTH": ("ALLOW_USER_PASSWORD_AUTH", {"PASSWORD": WRONG}),
    "USER_SRP_AUTH": ("ALLOW_USER_SRP_AUTH", {"SRP_A": "abc"}),
}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_has_to_be_allowed(world: ImportWorld, flow: str) -> None:
    """The others that the app client allows do not help."""
    allowed, parameters = FLOWS[flow]
    app = app_with_ada(world, client={"ExplicitAuthFlows": [each for each in ALL_FLOWS if each != allowed]})
    code, message = refusal(lambda: app.initiate(flow, **parameters))
    assert (code, "flow not enabled for this client" in message) == ("InvalidParameterException", True)
    alone = make_app(world, app.pool, ExplicitAuthFlows=[allowed])
    assert refusal(lambda: alone.initiate(flow, **parameters))[0] == "PasswordResetRequiredException"


def test_a_client_with_a_secret_proves_it(world: ImportWorld) -> None:
    """In every call of an app."""
    app = app_with_ada(world, client={"GenerateSecret": True})
    described = world.cognito.describe_user_pool_client(UserPoolId=app.pool, ClientId=app.client)["UserPoolClient"]
    key, text = described["ClientSecret"].encode(), f"ada{app.client}".encode()
    proof = base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
    assert refusal(app.forgot)[0] == "NotAuthorizedException"
    assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=WRONG))[0] == "NotAuthorizedException"
    wrong = {"PASSWORD": WRONG, "SECRET_HASH": proof[::-1]}
    assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", **wrong))[0] == "NotAuthorizedException"
    world.cognito.forgot_password(ClientId=app.client, Username="ada", SecretHash=proof)
    world.cognito.confirm_forgot_password(
        ClientId=app.client, Username="ada", ConfirmationCode=last_code(), Password=PASSWORD, SecretHash=proof
    )
    assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD, SECRET_HASH=proof))


@pytest.mark.parametrize(
    ("configuration", "row", "names"),
    [
        ({"UsernameAttributes": ["email"]}, {**ADA, "cognito:username": "ada@example.com"}, ["ada@example.com"]),
        (
            {"UsernameAttributes": ["phone_number"]},
            {**ADA, **PHONE, "cognito:username": "+12065550100"},
            ["+12065550100"],
        ),
        (
            {"AliasAttributes": ["email", "phone_number", "preferred_username"]},
            {**ADA, **PHONE, "preferred_username": "lady"},
            ["ada", "ada@example.com", "+12065550100", "lady"],
        ),
    ],
)
def test_a_user_signs_in_by_each_name(
    world: ImportWorld, configuration: dict[str, Any], row: dict[str, str], names: list[str]
) -> None:
    """The username, or what the pool takes for one."""
    app = app_with_ada(world, row, **configuration)
    app.forgot(names[0])
    app.confirm(last_code(), username=names[0])
    for name in names:
        assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", name, PASSWORD=PASSWORD))


def test_an_alias_that_is_not_verified_is_no_name(world: ImportWorld) -> None:
    """Neither is an attribute of a pool without aliases."""
    row = {**ADA, **PHONE, "phone_number_verified": "false"}
    with_alias = app_with_ada(world, row, AliasAttributes=["phone_number"])
    without = app_with_ada(world, row)
    for app, name in ((with_alias, "+12065550100"), (without, "ada@example.com")):
        assert refusal(lambda: app.initiate("USER_AUTH", name))[0] == "UserNotFoundException"  # noqa: B023


def test_a_disabled_user_may_nothing(world: ImportWorld) -> None:
    """Neither sign in nor reset."""
    app = app_with_ada(world)
    world.cognito.admin_disable_user(UserPoolId=app.pool, Username="ada")
    disabled = ("NotAuthorizedException", "User is disabled.")
    assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=WRONG)) == disabled
    assert refusal(app.forgot) == disabled
    assert messages() == []


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"])
def test_a_client_may_hide_who_exists(world: ImportWorld, flow: str) -> None:
    """An unknown name gets what a wrong password gets."""
    app = app_with_ada(world, client={"PreventUserExistenceErrors": "ENABLED"})
    if flow.endswith("PASSWORD_AUTH"):
        assert refusal(lambda: app.initiate(flow, "unknown", PASSWORD=WRONG)) == INCORRECT
        return
    challenge = app.initiate(flow, "unknown", SRP_A="abc")
    answers = {"PASSWORD_CLAIM_SIGNATURE": "x", "TIMESTAMP": "x", "PASSWORD": WRONG}
    block = challenge["ChallengeParameters"].get("SECRET_BLOCK", "x")
    proof = {**answers, "PASSWORD_CLAIM_SECRET_BLOCK": block}
    assert refusal(lambda: app.respond(challenge, **proof)) == INCORRECT


def test_users_of_moto_have_choice_based_sign_in_too(world: ImportWorld) -> None:
    """Stock moto does not know the flow; SRP of the other flow stays moto's."""
    app = app_with_ada(world, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
    email: list[AttributeTypeTypeDef] = [{"Name": "email", "Value": "grace@example.com"}]
    world.cognito.admin_create_user(UserPoolId=app.pool, Username="grace", UserAttributes=email)
    world.cognito.admin_set_user_password(UserPoolId=app.pool, Username="grace", Password=PASSWORD, Permanent=True)
    challenge = app.initiate("USER_AUTH", "grace", PREFERRED_CHALLENGE="EMAIL_OTP")
    tokens = app.respond(challenge, USERNAME="grace", EMAIL_OTP_CODE=last_code())
    found = world.cognito.get_user(AccessToken=tokens["AuthenticationResult"]["AccessToken"])
    assert found["Username"] == "grace"
    assert refusal(lambda: app.initiate("USER_AUTH", "unknown"))[0] == "UserNotFoundException"


@pytest.mark.parametrize("ignores", [True, False])
def test_a_pool_may_ignore_case(world: ImportWorld, ignores: bool) -> None:
    """The name is the one of the user in any case."""
    app = app_with_ada(world, UsernameConfiguration={"CaseSensitive": not ignores})
    if ignores:
        app.forgot("Ada")
        app.confirm(last_code(), username="ADA")
        assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", "aDa", PASSWORD=PASSWORD))
    else:
        assert refusal(lambda: app.initiate("USER_AUTH", "Ada"))[0] == "UserNotFoundException"


def test_tokens_are_refreshed_where_the_client_allows_it(world: ImportWorld) -> None:
    """A client that names its flows has to name this one, too."""
    app = app_with_ada(world)
    only = make_app(world, app.pool, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    older = make_app(world, app.pool, ExplicitAuthFlows=["USER_PASSWORD_AUTH"])
    app.forgot()
    app.confirm(last_code())
    refused = ("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
    for each, is_allowed in ((app, True), (only, False), (older, True)):
        token = each.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)["AuthenticationResult"]["RefreshToken"]
        if is_allowed:
            assert app.has_tokens(each.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token))
        else:
            assert refusal(lambda: each.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)) == refused  # noqa: B023
