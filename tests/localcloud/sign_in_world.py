"""A pool with an imported user and an app client, the calls of an app, and the messages that the user gets."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError

from localcloud.cloud import current
from tests.localcloud.import_world import GOOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.localcloud.import_world import ImportWorld

PASSWORD: Final = "Analytical-1815"  # noqa: S105  (of a user that lives as long as the test)
WRONG: Final = "Difference-1822"
INCORRECT: Final = ("NotAuthorizedException", "Incorrect username or password.")
ADA: Final = {**GOOD, "cognito:username": "ada"}
PHONE: Final = {"phone_number": "+12065550100", "phone_number_verified": "true"}
SMS: Final = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "sms"}
ALL_FLOWS: Final = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


@dataclass(frozen=True, slots=True)
class App:
    """An app of a pool."""

    world: ImportWorld
    pool: str
    client: str

    def initiate(self, flow: str, username: str = "ada", **parameters: str) -> Any:  # noqa: ANN401  (boto3's answers)
        """InitiateAuth, or AdminInitiateAuth for the flow of administrators."""
        auth: dict[str, Any] = {"AuthFlow": flow, "AuthParameters": {"USERNAME": username, **parameters}}
        if flow.startswith("ADMIN_"):
            return self.world.cognito.admin_initiate_auth(UserPoolId=self.pool, ClientId=self.client, **auth)
        return self.world.cognito.initiate_auth(ClientId=self.client, **auth)

    def respond(self, challenge: Mapping[str, Any], name: str | None = None, **responses: str) -> Any:  # noqa: ANN401
        """RespondToAuthChallenge."""
        cognito: Any = self.world.cognito  # whose stubs want a literal
        return cognito.respond_to_auth_challenge(
            ClientId=self.client,
            ChallengeName=name or challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ada", **responses},
        )

    def forgot(self, username: str = "ada") -> Any:  # noqa: ANN401
        """ForgotPassword; where the code went."""
        return self.world.cognito.forgot_password(ClientId=self.client, Username=username)["CodeDeliveryDetails"]

    def confirm(self, code: str, password: str = PASSWORD, username: str = "ada") -> None:
        """ConfirmForgotPassword."""
        self.world.cognito.confirm_forgot_password(
            ClientId=self.client, Username=username, ConfirmationCode=code, Password=password
        )

    def has_tokens(self, answer: Mapping[str, Any]) -> bool:
        """Whether the answer's access token is one of ada."""
        token = answer["AuthenticationResult"]["AccessToken"]
        found = self.world.cognito.get_user(AccessToken=token)
        return {"Name": "email", "Value": GOOD["email"]} in found["UserAttributes"]


def make_app(world: ImportWorld, pool: str, **client: Any) -> App:  # noqa: ANN401  (CreateUserPoolClient's own)
    """An app client that allows every flow unless it is given others."""
    settings: dict[str, Any] = {"ExplicitAuthFlows": ALL_FLOWS, **client}
    made = world.cognito.create_user_pool_client(UserPoolId=pool, ClientName="app", **settings)["UserPoolClient"]
    return App(world, pool, made["ClientId"])


def app_with_ada(
    world: ImportWorld,
    row: Mapping[str, str] = ADA,
    client: Mapping[str, Any] | None = None,
    **pool: Any,  # noqa: ANN401
) -> App:
    """A pool with the imported user of the row, and an app. It sends text messages, unless a setting says None."""
    settings = {"SmsConfiguration": SMS, **pool}
    made = world.make_pool(**{name: value for name, value in settings.items() if value is not None})
    assert world.run_rows(made, row) == ["The import succeeded."]
    return make_app(world, made, **(client or {}))


def messages() -> list[tuple[str, str]]:
    """Address and text of each message in the outbox, the first one first."""
    found = []
    for file in sorted(current().settings.outbox.glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        found.append((str(message["To"]), message.get_content().strip()))
    return found


def last_code() -> str:
    """The code in the latest message."""
    (code,) = re.findall(r"\b\d{6,8}\b", messages()[-1][1])
    return str(code)


def wrong_code() -> str:
    """Another one, of as many digits."""
    return "".join(str(9 - int(digit)) for digit in last_code())


def refusal(call: Any) -> tuple[str, str]:  # noqa: ANN401
    """Code and message of the error with which the call ends."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
