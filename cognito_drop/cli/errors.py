"""Why a command could not do what was asked, as data: a stable code, a sentence, a hint, and from it the exit code.

What AWS answers becomes one of these in `aws_errors`; showing them is left to `rendering`.
"""

from __future__ import annotations

import enum

from cognito_drop.cli.exit_codes import ExitCode


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
    CANNOT_UNDO = "cannot_undo"
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
        ErrorCode.CANNOT_UNDO,
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
