"""The Lambda functions and the errors that they raise, as the stack and the state machine know them."""

from __future__ import annotations

from enum import StrEnum


class FunctionName(StrEnum):
    """A function is named after its folder in `lambdas/`: in its handler, its logs, and its metrics."""

    ACCEPT_DROP = "accept_drop"
    ADD_MEMBERS = "add_members"
    CHECK_IMPORT = "check_import"
    COLLECT_PART = "collect_part"
    IMPORT_QUEUE = "import_queue"
    NOTE_IDS = "note_ids"
    PREFLIGHT = "preflight"
    REPORT_RUN = "report_run"
    START_IMPORT = "start_import"
    STOP_IMPORT = "stop_import"
    SWEEP = "sweep"
    UNDO_USERS = "undo_users"

    @property
    def handler(self) -> str:
        """Where Lambda finds it in the functions' code."""
        return f"lambdas.{self.value}.handler.lambda_handler"


class ErrorName(StrEnum):
    """The class of an exception there, the error of a task here. Its message is known to hold no value of a user."""

    TRANSIENT = "TransientError"
    """The state machine calls the function again."""
    DENIED = "DeniedError"
    """A permission is missing: the state machine calls the function again for some minutes."""
    REFUSED = "RefusedError"
    UNEXPECTED = "UnexpectedError"
