"""Why a report cannot give the outcome of every row with its reason: stable codes, each with a sentence and a hint.

Guarantees sentences without a value of a row, so they may go into notifications.
"""

from __future__ import annotations

import enum
import re
from typing import Final

_LOG_GROUP_NAME: Final = re.compile(r"[.\-_/#A-Za-z0-9]*")
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""


class DetailGap(enum.StrEnum):
    """What is missing of the details of a part, or of the whole file."""

    LOG_MISSING = "log_missing"
    LOG_UNNAMEABLE = "log_unnameable"
    LOG_FORBIDDEN = "log_forbidden"
    LOG_BUSY = "log_busy"
    LOG_REFUSED = "log_refused"
    LOG_SLOW = "log_slow"
    LOG_SHORT = "log_short"
    LOG_NOT_READ = "log_not_read"
    LOG_DIFFERS = "log_differs"
    JOB_GONE = "job_gone"
    FILE_GONE = "file_gone"
    STAGING_DAMAGED = "staging_damaged"
    LEDGER_DAMAGED = "ledger_damaged"
    REPORT_FAILED = "report_failed"

    @property
    def sentence(self) -> str:
        """What happened."""
        return _WORDS[self][0]

    @property
    def hint(self) -> str:
        """What to do about it; empty where there is nothing to do."""
        return _WORDS[self][1]


_WORDS: Final = {
    DetailGap.LOG_MISSING: (
        "The log of the import job was not found in CloudWatch Logs.",
        "Check that the logs role can still write to it (`cognito-drop doctor`).",
    ),
    DetailGap.LOG_UNNAMEABLE: (
        (
            "The log of the import job was not found in CloudWatch Logs: the user pool's name has characters that "
            "are not allowed in a log group name."
        ),
        (
            "Use a pool name that has only letters, digits, and . - _ / #. Without a log, the job's counts are "
            "known, but not always the outcome of a single row."
        ),
    ),
    DetailGap.LOG_FORBIDDEN: (
        "AWS denied access to the log of the import job.",
        (
            "Allow the function collect_part logs:DescribeLogGroups on *, and logs:DescribeLogStreams and "
            "logs:GetLogEvents on the pool's log groups; `cdk deploy` restores its role."
        ),
    ),
    DetailGap.LOG_BUSY: (
        "CloudWatch Logs throttled the requests for the import job's log or did not respond.",
        "The log is still in CloudWatch Logs.",
    ),
    DetailGap.LOG_REFUSED: (
        "CloudWatch Logs returned an error for the log of the import job.",
        "The log of the function collect_part has the error code.",
    ),
    DetailGap.LOG_SLOW: (
        "Reading the log of the import job took too long, so the end of the log was not read.",
        "The log is still in CloudWatch Logs.",
    ),
    DetailGap.LOG_SHORT: ("The log of the import job has fewer rows than the job counts.", ""),
    DetailGap.LOG_NOT_READ: ("The run ended before the log of the import job was read.", ""),
    DetailGap.LOG_DIFFERS: ("The log of the import job does not match the job's counts.", ""),
    DetailGap.JOB_GONE: (
        "The import job can no longer be described; its last known counts are used.",
        "",
    ),
    DetailGap.FILE_GONE: ("The dropped file could not be read again, so no result files were written.", ""),
    DetailGap.STAGING_DAMAGED: (
        "An intermediate file of the run was lost or damaged, so some details and result files are missing.",
        "",
    ),
    DetailGap.LEDGER_DAMAGED: (
        "The run's record in the ledger was lost or damaged, so the report has only what is known from elsewhere.",
        "Check in the user pool which users were imported. Drop the file again with look_up_users set for the pool.",
    ),
    DetailGap.REPORT_FAILED: (
        "The full report could not be written, so no result files were written.",
        "The log of the function report_run has the error. The dropped file and the log of the import job are kept.",
    ),
}


def is_log_group_name(name: str) -> bool:
    """Whether CloudWatch takes this as a part of a log group's name."""
    return _LOG_GROUP_NAME.fullmatch(name) is not None


def unknown_sentence(rows: int | None) -> str:
    """What the counts and the result files are worth where details are missing. `rows` are those of unknown outcome."""
    if rows is None:
        return "The counts come from Cognito."
    if not rows:
        return "The outcome of every row is still known, for some rows only from the job's counts."
    return (
        f"The outcome of {_rows(rows)} is unknown: unknown.csv lists them, and their users may be in the pool. The "
        "counts come from Cognito."
    )


def retry_warning(rows: int, file: str) -> str:
    """What to know before the retry file is dropped, which has the rows of unknown outcome too."""
    return (
        f"The outcome of {_rows(rows)} is unknown, so {file} may contain users who are already in the pool. Set "
        "look_up_users for the pool to leave them out before the import."
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
