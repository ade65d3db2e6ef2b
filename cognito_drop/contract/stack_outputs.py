"""The stack's name and its outputs, by which the command and the tools find the deployment."""

from __future__ import annotations

from enum import StrEnum

DEFAULT_STACK = "cognito-drop"
"""The stack's name where none is given."""


class StackOutput(StrEnum):
    """One of them, by its logical id."""

    DROP_BUCKET = "DropBucket"
    BUCKET_KEY_ARN = "BucketKeyArn"
    """Not in stacks of earlier releases."""
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
    UNDO_STATE_MACHINE_ARN = "UndoStateMachineArn"
    """Only where the imports of a pool can be undone."""


EXPORTED = (StackOutput.DROP_BUCKET, StackOutput.BUCKET_KEY_ARN, StackOutput.TOPIC_ARN)
"""The outputs that other stacks import."""


def export_name(stack_name: str, output: StackOutput) -> str:
    """The name of an exported output, which is unique in an account and region as the stack's is."""
    return f"{stack_name}-{output.value}"
