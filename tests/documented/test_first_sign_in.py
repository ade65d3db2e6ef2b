"""The calls of docs/first-sign-in.md, as they are written, in Python and in JavaScript, for users who were imported."""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import bcrypt
import pytest
from botocore.exceptions import ClientError

from tests.documented.pages import blocks
from tests.localcloud.command import eventually, running
from tests.patience import PATIENCE
from tools.toolchain import python_script
from tools.verify.account import Account
from tools.verify.cloud import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE: Final = "docs/first-sign-in.md"
LANGUAGES: Final = ("python", "js")
PASSWORD: Final = "Analytical-1815"  # noqa: S105  (of invented users)
FACTOR: Final = 20
"""Of the cloud's time: a session of 15 minutes is long enough to start a program on a slow machine."""
ENDPOINT: Final = "https://cognito-idp.${region}.amazonaws.com/"


class Functions(Protocol):
    """The functions of the page in one language."""

    @property
    def language(self) -> str:
        """As the page's blocks name it."""

    def call(self, name: str, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
        """What the function returns. The name is Python's."""

    def error_of_sign_in(self, *arguments: str) -> tuple[str, bool]:
        """The name of the error with which `sign_in` ends, and whether the page would offer a reset."""


class InPython:
    """The page's Python, with the endpoint in the environment."""

    language = "python"

    def __init__(self) -> None:
        self._functions: dict[str, Any] = {}
        exec("\n".join(block.text for block in blocks(PAGE, "python")), self._functions)  # noqa: S102  (our own page)

    def call(self, name: str, *arguments: str) -> Any:  # noqa: ANN401
        """As it is."""
        return self._functions[name](*arguments)

    def error_of_sign_in(self, *arguments: str) -> tuple[str, bool]:
        """A ClientError's code."""
        with pytest.raises(ClientError) as caught:
            self.call("sign_in", *arguments)
        return caught.value.response["Error"]["Code"], self.call("may_have_to_reset", caught.value)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class InJavaScript:
    """The page's JavaScript in Node, with another endpoint."""

    url: str
    language: str = "js"

    def call(self, name: str, *arguments: str) -> Any:  # noqa: ANN401
        """In a process of its own."""
        return self._run(f"await {_camel(name)}(...{json.dumps(arguments)})")

    def error_of_sign_in(self, *arguments: str) -> tuple[str, bool]:
        """An Error's name."""
        call = f"signIn(...{json.dumps(arguments)})"
        name, may = self._run(f"await {call}.catch((error) => [error.name, mayHaveToReset(error)])")
        return name, may

    def _run(self, expression: str) -> Any:  # noqa: ANN401
        page = "\n".join(block.text for block in blocks(PAGE, "js"))
        assert page.count(ENDPOINT) == 1
        source = page.replace(ENDPOINT, self.url) + f"\nconsole.log(JSON.stringify({expression}) ?? null);\n"
        done = subprocess.run(
            [python_script("node"), "--input-type=module", "-e", source],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@dataclass(frozen=True, slots=True)
class Apps:
    """Two pools with imported users, and an app client of each."""

    url: str
    outbox: Path
    passwords: str
    """The client of the pool in which users have passwords."""
    codes: str
    """The client of the pool that sends codes to users who sign in."""

    def code(self, username: str) -> str:
        """The code in the latest message to the user."""
        (*_, file) = eventually(lambda: sorted(self.outbox.glob(f"*-{username}@example.com.eml")))
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        (code,) = re.findall(r"\b\d{6,8}\b", message.get_content())
        return str(code)


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apps]:
    """A cloud with users for each language."""
    folder = tmp_path_factory.mktemp("first-sign-in")
    flags = ("--clock-factor", str(FACTOR), "--import-password-hashes", "listed")
    with running(folder, *flags) as cloud:

        def client(service: str, **_more: Any) -> Any:  # noqa: ANN401  (boto3 makes the class)
            return cloud.client(service)

        account = Account(client, put, lambda seconds: time.sleep(seconds / FACTOR), "eu-west-1", aws=False)
        hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
        passwords = _pool(account, "passwords", ["PASSWORD"], {"reset": "", "hashed": hashed})
        codes = _pool(account, "codes", ["PASSWORD", "EMAIL_OTP"], {"coded": ""})
        yield Apps(cloud.url, folder / "outbox", passwords, codes)


@pytest.fixture(params=LANGUAGES)
def functions(request: pytest.FixtureRequest, apps: Apps, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """The page in one language."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", apps.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made: dict[str, Callable[[], Functions]] = {"python": InPython, "js": lambda: InJavaScript(apps.url)}
    return made[request.param]()


def test_both_languages_have_the_same_functions() -> None:
    """A call that is added in one is not forgotten in the other."""
    text = {language: "\n".join(block.text for block in blocks(PAGE, language)) for language in LANGUAGES}
    python = re.findall(r"^def (\w+)\(", text["python"], re.MULTILINE)
    script = re.findall(r"^(?:async )?function (\w+)\(", text["js"], re.MULTILINE)
    assert [*map(_camel, python)] == [name for name in script if name != "cognito"]


def test_a_user_resets_the_password(apps: Apps, functions: Functions) -> None:
    """A sign-in leads to the reset, and the new password signs in."""
    user = f"reset-{functions.language}"
    refused = functions.error_of_sign_in(apps.passwords, user, PASSWORD)
    assert refused == ("PasswordResetRequiredException", True)
    assert functions.call("send_reset_code", apps.passwords, user) == "r***@e***"
    functions.call("set_password", apps.passwords, user, apps.code(user), PASSWORD)
    assert functions.call("sign_in", apps.passwords, user, PASSWORD)["TokenType"] == "Bearer"


def test_a_user_keeps_the_password(apps: Apps, functions: Functions) -> None:
    """The hash was imported; another password is refused."""
    user = f"hashed-{functions.language}"
    assert functions.error_of_sign_in(apps.passwords, user, "Difference-1822")[0] == "NotAuthorizedException"
    assert functions.call("sign_in", apps.passwords, user, PASSWORD)["TokenType"] == "Bearer"


def test_a_user_signs_in_with_a_code(apps: Apps, functions: Functions) -> None:
    """No password is set."""
    user = f"coded-{functions.language}"
    session = functions.call("send_sign_in_code", apps.codes, user)
    tokens = functions.call("enter_sign_in_code", apps.codes, user, session, apps.code(user))
    assert tokens["TokenType"] == "Bearer"


def _pool(account: Account, name: str, factors: list[str], hashes: dict[str, str]) -> str:
    """A pool with a user of each name for each language, and an app client of it; the client's id."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
    pool = account.pool(name, Policies=policies)
    rows = [
        {
            "cognito:username": f"{user}-{language}",
            "email": f"{user}-{language}@example.com",
            "email_verified": "true",
            "cognito:mfa_enabled": "false",
            "password_hash": value,
        }
        for user, value in hashes.items()
        for language in LANGUAGES
    ]
    job = account.run(pool, account.file(pool, rows), PasswordHashingAlgorithm="BCRYPT")
    assert job["ImportedUsers"] == len(rows)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = account.cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=flows, AuthSessionValidity=15
    )
    return str(made["UserPoolClient"]["ClientId"])


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
