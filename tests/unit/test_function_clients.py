"""The clients of the functions: how often each tries by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from lambdas.runtime import clients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MADE = (clients.cognito_once, clients.cognito_quick, clients.events)
THROTTLED = b'{"__type": "TooManyRequestsException", "message": "Rate exceeded"}'


class _Raw:
    def stream(self) -> Iterator[bytes]:
        """The body of the answer."""
        yield THROTTLED


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """That of a function; clients of other tests are not touched."""
    for name, value in (("REGION", "us-east-1"), ("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for made in MADE:
        made.cache_clear()
    yield
    for made in MADE:
        made.cache_clear()


def test_a_call_that_has_its_time_is_made_once() -> None:
    """A throttled call that the SDK repeats is beyond the rate, and not counted as throttled."""
    calls: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:  # noqa: ANN401  (botocore's own)
        calls.append(request.url)
        return AWSResponse(request.url, 400, HTTPHeaders(), _Raw())

    client = clients.cognito_once()
    client.meta.events.register("before-send.cognito-identity-provider.*", cast("Any", answer))
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        client.list_users(UserPoolId="us-east-1_AbCdEf123")
    assert len(calls) == 1


@pytest.mark.parametrize("client", [clients.events, clients.cognito_quick])
def test_a_call_that_gets_no_answer_is_given_up_before_its_function_ends(client: Callable[[], Any]) -> None:
    """A function that is killed repeats its step, and a step that is repeated too often ends the import."""
    config = client().meta.config
    longest = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
    assert longest < 40
