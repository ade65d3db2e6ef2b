"""moto's other Cognito behavior is the same with the extension loaded as without."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cognitoidp import urls as moto_urls
from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.cognitoidp.responses import CognitoIdpResponse

from localcloud import cognito_import, cognito_sign_in
from localcloud.cognito_import.responses import CognitoImportResponse
from localcloud.cognito_import.row_rules import UserRecord
from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in.responses import CognitoSignInResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

PASSWORD = "Analytical-1815"  # noqa: S105  (of a user that lives as long as the test)
# What differs between two runs of the same calls: ids, tokens, times.
CHANGING = {
    "Id",
    "Arn",
    "UserPoolId",
    "UserSub",
    "ClientId",
    "ClientSecret",
    "Session",
    "AccessToken",
    "IdToken",
    "RefreshToken",
}


def ordinary_day() -> Iterator[Any]:
    """Ordinary operations of Cognito, and what they answer."""
    cognito = boto3.client("cognito-idp", region_name="us-east-1")
    created = cognito.create_user_pool(
        PoolName="people",
        AutoVerifiedAttributes=["email"],
        Schema=[{"Name": "email", "Required": True}, {"Name": "team", "AttributeDataType": "String"}],
    )
    yield created
    pool = created["UserPool"]["Id"]
    yield cognito.update_user_pool(UserPoolId=pool, AutoVerifiedAttributes=["email", "phone_number"])
    yield cognito.add_custom_attributes(
        UserPoolId=pool, CustomAttributes=[{"Name": "x", "AttributeDataType": "Number"}]
    )
    described = cognito.describe_user_pool(UserPoolId=pool)
    described["UserPool"].pop("UserPoolTier", None)  # which moto does not answer
    yield described
    yield from a_day_of_people(cognito, pool)
    yield cognito.list_user_pools(MaxResults=10)
    yield cognito.delete_user_pool(UserPoolId=pool)
    yield error_of(lambda: cognito.delete_user_pool(UserPoolId=pool))
    yield error_of(lambda: cognito.update_user_pool(UserPoolId=pool))


def a_day_of_people(cognito: CognitoIdentityProviderClient, pool: str) -> Iterator[Any]:
    """Users sign up, sign in and join groups."""
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="web", GenerateSecret=True)["UserPoolClient"]
    yield made
    client, key = made["ClientId"], made["ClientSecret"].encode()
    secret = base64.b64encode(hmac.digest(key, f"ada{client}".encode(), hashlib.sha256)).decode()
    email: list[AttributeTypeTypeDef] = [
        {"Name": "email", "Value": "ada@example.com"},
        {"Name": "email_verified", "Value": "true"},
    ]
    yield cognito.sign_up(ClientId=client, SecretHash=secret, Username="ada", Password=PASSWORD, UserAttributes=email)
    yield cognito.admin_confirm_sign_up(UserPoolId=pool, Username="ada")
    tokens = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": secret},
    )
    yield tokens
    yield cognito.get_user(AccessToken=tokens["AuthenticationResult"]["AccessToken"])
    yield from a_day_of_an_app(cognito, pool)
    yield cognito.admin_create_user(UserPoolId=pool, Username="grace", UserAttributes=email)
    yield error_of(lambda: cognito.admin_create_user(UserPoolId=pool, Username="grace"))
    yield cognito.create_group(UserPoolId=pool, GroupName="poets")
    yield cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="poets")
    yield cognito.list_users_in_group(UserPoolId=pool, GroupName="poets")
    yield cognito.list_users(UserPoolId=pool)
    yield cognito.admin_reset_user_password(UserPoolId=pool, Username="ada")
    yield cognito.admin_get_user(UserPoolId=pool, Username="ada")


def a_day_of_an_app(cognito: CognitoIdentityProviderClient, pool: str) -> Iterator[Any]:
    """What moto allows its own users in an app client made with defaults, and how it resets a password."""
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    yield cognito.initiate_auth(
        ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
    )
    challenge = cognito.initiate_auth(
        ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": "ada", "SRP_A": "abc"}
    )
    parameters = challenge["ChallengeParameters"]
    yield challenge["ChallengeName"], sorted(parameters)
    yield cognito.respond_to_auth_challenge(
        ClientId=client,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={
            "USERNAME": "ada",
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "any",
            "TIMESTAMP": "any",
        },
    )
    yield cognito.forgot_password(ClientId=client, Username="ada")
    yield cognito.confirm_forgot_password(ClientId=client, Username="ada", ConfirmationCode="any", Password=PASSWORD)
    yield error_of(
        lambda: cognito.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "unknown", "PASSWORD": PASSWORD}
        )
    )


def error_of(call: Any) -> Any:  # noqa: ANN401
    """The error that the call ends with, as the client sees it."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"]


def still(answer: Any) -> Any:  # noqa: ANN401
    """The answer without what changes from run to run."""
    if isinstance(answer, dict):
        kept = {name: still(value) for name, value in answer.items() if name not in CHANGING}
        if answer.get("Name") == "sub":
            kept["Value"] = "a sub"
        kept.pop("ResponseMetadata", None)
        return {name: value for name, value in kept.items() if not name.endswith("Date")}
    if isinstance(answer, list):
        return [still(item) for item in answer]
    return answer


def test_ordinary_operations_answer_the_same_with_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of pools, users, groups and sign-ins, once with moto's class and once with ours, answer by answer."""
    days = []
    for response in (CognitoIdpResponse, CognitoSignInResponse):
        monkeypatch.setitem(moto_urls.url_paths, "{0}/$", response.dispatch)
        with mock_aws():
            days.append([still(answer) for answer in ordinary_day()])
    assert days[0] == days[1]
    assert len(days[0]) == 27


def test_installing_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extension is installed once, and moto's other URLs stay."""
    monkeypatch.setattr(moto_urls, "url_paths", dict(moto_urls.url_paths))
    before = set(moto_urls.url_paths)
    for part, response in ((cognito_import, CognitoImportResponse), (cognito_sign_in, CognitoSignInResponse)):
        part.install()
        once = dict(moto_urls.url_paths)
        part.install()
        assert moto_urls.url_paths == once
        assert set(once) == before
        assert once["{0}/$"] == response.dispatch


def test_an_imported_user_has_everything_that_a_user_of_moto_has() -> None:
    """moto reads no attribute of a user that an imported one lacks; a new version of moto that adds one is noticed."""
    created = CognitoIdpUser("pool", "ada", None, UserStatus.CONFIRMED, [{"Name": "name", "Value": "Ada"}])
    record = UserRecord("ada", ("name",), ("Ada",), has_mfa=False, password_hash="a hash")  # noqa: S106  (none)
    imported = ImportedUser("pool", "ada", UserStatus.CONFIRMED, record, created.create_date)
    different = {"id", "attributes", "attribute_lookup", "last_modified_date"}
    for name in vars(created).keys() - different:
        assert getattr(imported, name) == getattr(created, name), name
    sub = {"Name": "sub", "Value": imported.id}
    assert imported.attributes == [{"Name": "name", "Value": "Ada"}, sub]
    assert imported.attribute_lookup == {"name": "Ada", "sub": imported.id}
