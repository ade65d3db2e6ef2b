"""Credentials that cannot be used, however they are made: how to sign in is said."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, CredentialRetrievalError, LoginRefreshRequired, UnauthorizedSSOTokenError

from cognito_drop.cli.aws_errors import command_error


@pytest.mark.parametrize(
    "error",
    [
        UnauthorizedSSOTokenError(),
        LoginRefreshRequired(),
        CredentialRetrievalError(provider="custom-process", error_msg="The session has expired."),
        ClientError({"Error": {"Code": "InvalidSignatureException"}}, "GetItem"),
        ClientError({"Error": {"Code": "RequestExpired"}}, "DescribeStacks"),
    ],
)
def test_expired_credentials_are_told_from_other_errors(error: Exception) -> None:
    """Of SSO, `aws login`, or a process; and a request that was signed with other ones, or too late."""
    said = command_error(error)
    assert said.code == "credentials_refused"
    assert "aws sso login" in said.hint


def test_an_answer_without_a_body_may_be_one_to_expired_credentials() -> None:
    """S3 answers a HEAD request with its status alone, as in a download."""
    said = command_error(ClientError({"Error": {"Code": "400", "Message": "Bad Request"}}, "HeadObject"))
    assert said.message == "AWS answered HeadObject with 400: Bad Request."
    assert said.hint.startswith("Your credentials may have expired. Sign in")
    assert not command_error(ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")).hint
