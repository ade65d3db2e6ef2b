"""Why a command could not do what was asked, as data: a stable code, a sentence, a hint, and from it the exit code.

Guarantees that what AWS answers becomes one of these in one place; leaves showing them to `rendering`.
"""

from __future__ import annotations

import enum

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
from cognito_drop.cli.exit_codes import ExitCode


class NoAnswerOfAwsError(Exception):
    """What came back for a call is of another program: a proxy, a network's sign-in page, or another server."""


AWS_ERRORS = (BotoCoreError, ClientError, Boto3Error, AdapterError, ResponseParserError, NoAnswerOfAwsError)
"""What boto3 raises, and what the adapters make of it."""


class ErrorCode(enum.StrEnum):
    """The stable codes of errors."""

    USAGE = "usage"
    POOL_NEEDED = "pool_needed"
    UNKNOWN_POOL = "unknown_pool"
    POOL_UNREADABLE = "pool_unreadable"
    FILE_NOT_FOUND = "file_not_found"
    FILE_UNREADABLE = "file_unreadable"
    FILE_EMPTY = "file_empty"
    FILE_REFUSED = "file_refused"
    PRESET_NOT_ALLOWED = "preset_not_allowed"
    MAPPING_NOT_ALLOWED = "mapping_not_allowed"
    NOT_TOGETHER = "not_together"
    FILE_EXISTS = "file_exists"
    FOLDER_NOT_WRITABLE = "folder_not_writable"
    BAD_RUN_ID = "bad_run_id"
    AMBIGUOUS_RUN = "ambiguous_run"
    ANSWER_NEEDED = "answer_needed"
    CONFIRMATION_NEEDED = "confirmation_needed"
    STACK_NOT_FOUND = "stack_not_found"
    STACK_UNUSABLE = "stack_unusable"
    RUN_NOT_FOUND = "run_not_found"
    RUN_NOT_ACCEPTED = "run_not_accepted"
    RUN_NOT_ENDED = "run_not_ended"
    RUN_ENDED = "run_ended"
    RUN_NOT_WAITING = "run_not_waiting"
    NOTHING_TO_RETRY = "nothing_to_retry"
    RETRY_GONE = "retry_gone"
    NO_RESULTS = "no_results"
    FILE_GONE = "file_gone"
    NOTHING_TO_VERIFY = "nothing_to_verify"
    DECLINED = "declined"
    NO_CREDENTIALS = "no_credentials"
    CREDENTIALS_REFUSED = "credentials_refused"
    UNKNOWN_PROFILE = "unknown_profile"
    NO_REGION = "no_region"
    UNREACHABLE = "unreachable"
    ACCESS_DENIED = "access_denied"
    THROTTLED = "throttled"
    AWS_ERROR = "aws_error"
    UNEXPECTED = "unexpected"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a command that ends with this error."""
        if self in _NOT_FOUND:
            return ExitCode.NOT_FOUND
        if self in _NOT_NOW:
            return ExitCode.NOT_NOW
        if self in _AWS:
            return ExitCode.AWS
        return _OTHERS.get(self, ExitCode.UNUSABLE)


_NOT_FOUND = frozenset(
    {ErrorCode.STACK_NOT_FOUND, ErrorCode.STACK_UNUSABLE, ErrorCode.RUN_NOT_FOUND, ErrorCode.RUN_NOT_ACCEPTED}
)
_NOT_NOW = frozenset(
    {
        ErrorCode.RUN_NOT_ENDED,
        ErrorCode.RUN_ENDED,
        ErrorCode.RUN_NOT_WAITING,
        ErrorCode.NOTHING_TO_RETRY,
        ErrorCode.RETRY_GONE,
        ErrorCode.NO_RESULTS,
        ErrorCode.FILE_GONE,
        ErrorCode.NOTHING_TO_VERIFY,
        ErrorCode.DECLINED,
    }
)
_AWS = frozenset(
    {
        ErrorCode.NO_CREDENTIALS,
        ErrorCode.CREDENTIALS_REFUSED,
        ErrorCode.UNKNOWN_PROFILE,
        ErrorCode.NO_REGION,
        ErrorCode.UNREACHABLE,
        ErrorCode.ACCESS_DENIED,
        ErrorCode.THROTTLED,
        ErrorCode.AWS_ERROR,
    }
)


_OTHERS = {ErrorCode.UNEXPECTED: ExitCode.UNEXPECTED, ErrorCode.INTERRUPTED: ExitCode.INTERRUPTED}


class CommandError(Exception):
    """A command cannot do what was asked. The message is one plain sentence, the hint says what to do."""

    def __init__(self, code: ErrorCode, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


_REFUSED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
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
        case _ if "sso" in type(error).__name__.lower() or "token" in type(error).__name__.lower():
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
    return CommandError(ErrorCode.AWS_ERROR, _sentence(f"AWS answered {operation} with {code}: {said}"))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
