"""The Lambda functions: each is named after its folder in `lambdas/`, in its handler, its logs, and its metrics."""

from __future__ import annotations

from enum import StrEnum


class FunctionName(StrEnum):
    """One of them."""

    ACCEPT_DROP = "accept_drop"
    ADD_MEMBERS = "add_members"
    CHECK_IMPORT = "check_import"
    COLLECT_PART = "collect_part"
    IMPORT_QUEUE = "import_queue"
    PREFLIGHT = "preflight"
    REPORT_RUN = "report_run"
    START_IMPORT = "start_import"
    STOP_IMPORT = "stop_import"
    SWEEP = "sweep"

    @property
    def handler(self) -> str:
        """Where Lambda finds it in the functions' code."""
        return f"lambdas.{self.value}.handler.lambda_handler"
