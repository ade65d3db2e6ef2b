"""The stack's name and its outputs, by which the command and the tools find the deployment."""

from __future__ import annotations

from enum import StrEnum

DEFAULT_STACK = "cognito-drop"
"""The stack's name where none is given."""


class StackOutput(StrEnum):
    """One of them, by its logical id."""

    DROP_BUCKET = "DropBucket"
    TOPIC_ARN = "TopicArn"
    STATE_MACHINE_ARN = "StateMachineArn"
    LEDGER_TABLE = "LedgerTable"
    LOGS_ROLE_ARN = "LogsRoleArn"
    DEAD_LETTER_QUEUE_URL = "DeadLetterQueueUrl"
    UNDELIVERED_QUEUE_URL = "UndeliveredQueueUrl"
    """Only where programs are subscribed."""
    IMPORT_JOB_QUOTA = "ImportJobQuota"
    SWEEP_FUNCTION = "SweepFunction"
    """Not in stacks of earlier releases."""
    POOLS_PATH = "PoolsPath"
