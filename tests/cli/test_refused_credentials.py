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
