"""What Cognito does with an alias that is taken, a form of a hash, and a sign-in is a guess: either way is right."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError

from tests.kept_stack import OBSERVED, cloud_of_known_pools, deploy_kept
from tests.scenarios.conftest import FACTOR, subscribed_queue
from tests.scenarios.world import SUBSCRIBER, World, user

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.scenarios.world import Ending

pytestmark = pytest.mark.scenario

PASSWORD: Final = "Analytical-1815"  # noqa: S105  (of invented users)
SALT: Final = b"\xfb" * 16
"""Its Base64 has `+`, for which passlib has another sign."""
PHONE: Final = {"phone_number": "+12065550100", "phone_number_verified": "TRUE"}
FLOWS: Final = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
TOKENS: Final = "AuthenticationResult"


@dataclass(frozen=True, slots=True)
class Guesses:
    """How the cloud is started, and what follows."""

    flags: tuple[str, ...]
    second_alias: str
    """The outcome of a second row with a verified address that is an alias."""
    passlib_hash: str
    """The outcome of a row with a hash in passlib's form."""
    srp: str
    """The error of SRP for a user who must reset the password."""
    reset_without_sms: str
    """What a reset says where text messages come first, and the pool can send none."""
    code: str
    """What a one-time code says to a user who must reset the password."""


SKIPS: Final = Guesses(
    (
        *("--import-repeated-alias", "skip", "--import-pbkdf2-form", "base64", "--import-log-odd-pool", "underscores"),
        *("--sign-in-reset-srp", "invalid", "--sign-in-hashed-srp", "proof", "--sign-in-code-resets"),
        *("--sign-in-reset-without-sms", "email"),
    ),
    second_alias="skipped",
    passlib_hash="failed",
    srp="InvalidParameterException",
    reset_without_sms="EMAIL",
    code="EMAIL_OTP",
)
MOVES: Final = Guesses(
    ("--import-repeated-alias", "move", "--import-pbkdf2-form", "any"),
    second_alias="imported",
    passlib_hash="imported",
    srp="PasswordResetRequiredException",
    reset_without_sms="InvalidParameterException",
    code="PasswordResetRequiredException",
)


@dataclass(frozen=True, slots=True)
class Other:
    """The stack in such a cloud."""

    world: World
    guesses: Guesses
    clients: Mapping[str, str]
    """The app client of each alias."""

    def imported(self, alias: str, *users: dict[str, str], header: str = "") -> Ending:
        """Drop a file and wait for its end."""
        columns = header.split(",") if header else self.world.header(alias)
        lines = [",".join(columns), *(",".join(each.get(name, "") for name in columns) for each in users)]
        return self.world.end_of(self.world.drop("\n".join([*lines, ""]).encode(), f"{alias}/users.csv"))

    def said(self, call: str, alias: str, **arguments: Any) -> Any:  # noqa: ANN401  (boto3's answers)
        """What an operation of Cognito answers to the app, or the code of its error."""
        operation = getattr(self.world.cloud.client("cognito-idp"), call)
        try:
            return operation(ClientId=self.clients[alias], **arguments)
        except ClientError as error:
            return error.response["Error"]["Code"]

    def sign_in(self, alias: str, flow: str, **parameters: str) -> Any:  # noqa: ANN401
        """InitiateAuth."""
        return self.said("initiate_auth", alias, AuthFlow=flow, AuthParameters=parameters)

    def reset(self, alias: str, name: str) -> bool:
        """Set the password with a code, and sign in; whether that worked."""
        assert self.said("forgot_password", alias, Username=name)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        (code,) = re.findall(r"\b\d{6}\b", self.world.last_mail_to(f"{name}@example.com").get_content())
        self.said("confirm_forgot_password", alias, Username=name, ConfirmationCode=code, Password=PASSWORD)
        return TOKENS in self.sign_in(alias, "USER_PASSWORD_AUTH", USERNAME=name, PASSWORD=PASSWORD)


@pytest.fixture(scope="module", params=[SKIPS, MOVES], ids=["skips", "moves"])
def other(request: pytest.FixtureRequest) -> Iterator[Other]:
    """Pools for each guess, each with an app client."""
    guesses: Guesses = request.param
    flags = ("--clock-factor", str(FACTOR), "--import-password-hashes", "listed", *guesses.flags)
    sms_first = [{"Name": f"verified_{name}", "Priority": at} for at, name in enumerate(("phone_number", "email"), 1)]
    made: dict[str, dict[str, Any]] = {
        "aliased": {"AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}},
        "people": {},
        "a+b@c": {},
        "no-sms": {
            "AutoVerifiedAttributes": ["email", "phone_number"],
            "AccountRecoverySetting": {"RecoveryMechanisms": sms_first},
        },
    }
    with cloud_of_known_pools(*OBSERVED, *flags) as cloud:
        cognito, ids, apps = cloud.client("cognito-idp"), {}, {}
        for name, more in made.items():
            given = {"PoolName": name, "AutoVerifiedAttributes": ["email"], **more}
            ids[name] = pool_id = str(cognito.create_user_pool(**given)["UserPool"]["Id"])
            app = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=FLOWS)
            apps[pool_id] = str(app["UserPoolClient"]["ClientId"])
        hashes = {"id": ids["people"], "password_hashes": ["PBKDF2_SHA256"]}
        entries: dict[str, dict[str, Any]] = {
            "aliased": {"id": ids["aliased"]},
            "sent": {"id": ids["aliased"], "repeated_aliases": "send"},
            "passlib": hashes,
            "base64": hashes | {"pbkdf2_form": "base64"},
            "odd": {"id": ids["a+b@c"]},
            "no-sms": {"id": ids["no-sms"]},
        }
        pools = {alias: str(entry["id"]) for alias, entry in entries.items()}
        context = {"pools": json.dumps(entries), "emails": SUBSCRIBER}
        deployment = deploy_kept(cloud, context)
        world = World(cloud, deployment, pools, context, subscribed_queue(cloud, deployment.topic))
        yield Other(world, guesses, {alias: apps[pool_id] for alias, pool_id in pools.items()})


def test_the_second_user_with_an_alias(other: Other) -> None:
    """Rejected before the job, unless the pool says otherwise; then Cognito decides, and the report says how."""
    twins = [user(f"twin{at}", email=email) for at, email in enumerate(("t@example.com", "T@Example.com"))]
    ending = other.imported("aliased", *twins, user("twin2"))
    assert ending.rows == {"total": 3, "imported": 2, "rejected": 1}
    pair = [user(f"pair{at}", email=email) for at, email in enumerate(("p@example.com", "P@Example.com"))]
    ending = other.imported("sent", *pair, user("pair2"))
    assert Counter(ending.rows) == Counter({"total": 3, "imported": 2}) + Counter([other.guesses.second_alias])
    is_taken = other.guesses.second_alias == "skipped"
    assert other.world.table(ending.watch, "skipped.csv") == ([(3, "already_exists")] if is_taken else [])
    assert ("pair1" in other.world.usernames("sent", "pair")) is not is_taken


@pytest.mark.parametrize("form", ["passlib", "base64"])
def test_the_form_of_a_hash(other: Other, form: str) -> None:
    """A row whose form Cognito does not take fails alone and comes back; with the pool's other setting it works."""
    outcome = other.guesses.passlib_hash if form == "passlib" else "imported"
    ending = other.imported(form, user(f"{form}0", password_hash=_hash(form)), user(f"{form}1"))
    assert Counter(ending.rows) == Counter({"total": 2, "imported": 1}) + Counter([outcome])
    if outcome == "failed":
        assert other.world.table(ending.watch, "failed.csv")[0][0] == 2
        assert b"passlib0" in other.world.result(ending.watch, "retry.csv")
        return
    assert TOKENS in other.sign_in(form, "USER_PASSWORD_AUTH", USERNAME=f"{form}0", PASSWORD=PASSWORD)


def test_a_user_who_must_reset_the_password(other: Other) -> None:
    """The reset that the report counts works, whatever SRP and a one-time code say before."""
    ending = other.imported("passlib", user("reset"), header="cognito:username,email,email_verified")
    assert ending.summary["ways_in"]["reset_by_email"] == 1
    assert other.sign_in("passlib", "USER_SRP_AUTH", USERNAME="reset", SRP_A="abc") == other.guesses.srp
    cognito, pool = other.world.cloud.client("cognito-idp"), other.world.pools["passlib"]
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    cognito.update_user_pool(UserPoolId=pool, AutoVerifiedAttributes=["email"], Policies=policies)
    said = other.sign_in("passlib", "USER_AUTH", USERNAME="reset", PREFERRED_CHALLENGE="EMAIL_OTP")
    assert (said if isinstance(said, str) else said["ChallengeName"]) == other.guesses.code
    assert other.reset("passlib", "reset")


def test_a_pool_that_prefers_text_messages_and_cannot_send_any(other: Other) -> None:
    """The report counts on nothing: a user without a way in may have one."""
    ending = other.imported("no-sms", user("unsent", **PHONE))
    assert ending.summary["ways_in"]["none"] == 1
    said = other.said("forgot_password", "no-sms", Username="unsent")
    assert (said if isinstance(said, str) else said["CodeDeliveryDetails"]["DeliveryMedium"]) == (
        other.guesses.reset_without_sms
    )


def test_a_pool_with_an_odd_name_has_a_log(other: Other) -> None:
    """Whatever stands for the signs that a log group cannot have."""
    ending = other.imported("odd", user("odd0"))
    assert (ending.rows, ending.summary["details_missing"]) == ({"total": 1, "imported": 1}, [])


def _hash(form: str) -> str:
    """The password in passlib's form of PBKDF2, or in Base64."""
    derived = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, 1000)
    salt, value = (base64.b64encode(part).decode().rstrip("=") for part in (SALT, derived))
    written = f"$pbkdf2-sha256$1000${salt}${value}"
    return written.replace("+", ".") if form == "passlib" else written
