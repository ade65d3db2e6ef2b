"""What boto3 raises, as errors of the command.

Guarantees that what AWS answers becomes a CommandError in one place. Only commands that ask AWS import this.
"""

from __future__ import annotations

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  (botocore's own name)
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

from cognito_drop.aws.errors import AdapterError, error_code, is_denied, is_throttled
from cognito_drop.cli.errors import CommandError, ErrorCode


class NoAnswerOfAwsError(Exception):
    """What came back for a call is of another program: a proxy, a network's sign-in page, or another server."""


AWS_ERRORS = (BotoCoreError, ClientError, Boto3Error, AdapterError, ResponseParserError, NoAnswerOfAwsError)
"""What boto3 raises, and what the adapters make of it."""


_REFUSED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_BAD_REQUEST = "400"
"""All that S3 says to a HEAD request with an expired token: such an answer has no body, so no code of its own."""
_OF_CREDENTIALS = ("sso", "token", "credential", "login")
"""In the names of botocore's errors of them: some versions lack some of these."""
_SIGN_IN = "Sign in, for example with `aws sso login` or `aws configure`, or name a profile with --profile."


def command_error(error: Exception) -> CommandError:  # noqa: PLR0911  (one for each kind)
    """What an exception of `AWS_ERRORS` means for the operator."""
    match error:
        case ClientError():
            return _answered(error)
        case AdapterError(__cause__=ClientError() as answer):
            return _answered(answer)
        case NoCredentialsError() | PartialCredentialsError():
            return CommandError(ErrorCode.NO_CREDENTIALS, "There are no AWS credentials.", _SIGN_IN)
        case ProfileNotFound():
            hint = "`aws configure list-profiles` lists the available profiles."
            return CommandError(ErrorCode.UNKNOWN_PROFILE, _sentence(f"{error}"), hint)
        case NoRegionError():
            return CommandError(
                ErrorCode.NO_REGION, "No AWS Region is set.", "Choose one with --region, or set AWS_REGION."
            )
        case NoAnswerOfAwsError() | ResponseParserError():
            call = f" to {error}" if isinstance(error, NoAnswerOfAwsError) else ""
            return CommandError(
                ErrorCode.UNREACHABLE,
                f"The answer{call} cannot be read: it is not from AWS.",
                "Check the network's proxy or sign-in page, the Region, and AWS_ENDPOINT_URL if it is set.",
            )
        case HTTPClientError() | ConnectionError():
            return CommandError(
                ErrorCode.UNREACHABLE,
                _sentence(f"AWS cannot be reached: {error}"),
                "Check the network, the Region, and AWS_ENDPOINT_URL if it is set.",
            )
        case _ if any(word in type(error).__name__.lower() for word in _OF_CREDENTIALS):
            return CommandError(
                ErrorCode.CREDENTIALS_REFUSED, _sentence(f"The credentials cannot be used: {error}"), _SIGN_IN
            )
        case _:
            return CommandError(ErrorCode.AWS_ERROR, _sentence(f"The AWS request failed: {error}"))


def _answered(error: ClientError) -> CommandError:
    code, operation = error_code(error), error.operation_name
    said = error.response.get("Error", {}).get("Message") or code
    if is_denied(error):
        return CommandError(
            ErrorCode.ACCESS_DENIED,
            _sentence(f"AWS denied {operation}: {said}"),
            "Request the permission, or use another profile with --profile.",
        )
    if code in _REFUSED:
        return CommandError(
            ErrorCode.CREDENTIALS_REFUSED, _sentence(f"AWS does not accept your credentials: {said}"), _SIGN_IN
        )
    if is_throttled(error):
        return CommandError(
            ErrorCode.THROTTLED, _sentence(f"AWS throttled {operation}: {said}"), "Try again in a minute."
        )
    hint = f"Your credentials may have expired. {_SIGN_IN}" if code == _BAD_REQUEST else ""
    return CommandError(ErrorCode.AWS_ERROR, _sentence(f"AWS answered {operation} with {code}: {said}"), hint)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
