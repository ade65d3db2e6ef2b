"""Actions that the roles are granted and no scenario uses, each with the reason why it is granted all the same."""

from __future__ import annotations

from typing import Final

_TRACES: Final = "Lambda and Step Functions send traces themselves; the emulator has none."
_TABLE_KEY: Final = "DynamoDB may ask for a new data key of the encrypted table in the caller's name."
_LOG_DELIVERY: Final = "CloudFormation and Step Functions set up the log's delivery with the role; here it needs none."
_BROKEN_UPLOAD: Final = "Takes back a multipart upload that broke; small files are written whole."
_UNCLEAR_JOB: Final = "Asks for the status of a job after an answer that was lost; `make faults` loses them."
_STALE_ENTRY: Final = "Deletes the queue entry of a run that is not to wait any more; runs take theirs along."

EVERY_FUNCTION: Final = {"xray:PutTraceSegments": _TRACES, "xray:PutTelemetryRecords": _TRACES}

_OF_STATE_MACHINES: Final = {
    **EVERY_FUNCTION,
    "xray:GetSamplingRules": _TRACES,
    "xray:GetSamplingTargets": _TRACES,
    "logs:CreateLogDelivery": _LOG_DELIVERY,
    "logs:GetLogDelivery": _LOG_DELIVERY,
    "logs:UpdateLogDelivery": _LOG_DELIVERY,
    "logs:DeleteLogDelivery": _LOG_DELIVERY,
    "logs:ListLogDeliveries": _LOG_DELIVERY,
    "logs:PutResourcePolicy": _LOG_DELIVERY,
    "logs:DescribeResourcePolicies": _LOG_DELIVERY,
    "logs:DescribeLogGroups": _LOG_DELIVERY,
}

UNUSED: Final[dict[str, dict[str, str]]] = {
    "AcceptDrop": {"kms:GenerateDataKey": _TABLE_KEY},
    "Preflight": {
        "cognito-idp:DescribeUserPoolClient": "Reads the app clients of a pool; most pools here have none.",
        "s3:AbortMultipartUpload": _BROKEN_UPLOAD,
        "s3:ListBucket": "Tells a deleted file from a forbidden one: S3 answers 403 for both without it.",
    },
    "ImportQueue": {
        "sns:Publish": "Publishes that a run waits for a decision after its first part; no run does so here.",
        "kms:GenerateDataKey": _TABLE_KEY,
        "dynamodb:ConditionCheckItem": _STALE_ENTRY,
        "cognito-idp:DescribeUserImportJob": _UNCLEAR_JOB,
        "cognito-idp:ListUserImportJobs": "Finds the jobs of a run whose item in the ledger is damaged.",
    },
    "StartImport": {
        "kms:GenerateDataKey": _TABLE_KEY,
        "cognito-idp:DescribeUserImportJob": _UNCLEAR_JOB,
        "cognito-idp:ListUserImportJobs": _UNCLEAR_JOB,
        "ssm:GetParametersByPath": "Finds the pools whose jobs may be active when Cognito refuses to start one.",
        "s3:GetObject": "Reads the parts of a run that an earlier release has checked: it recorded no versions.",
        "s3:ListBucket": "Tells a deleted part from a forbidden one: S3 answers 403 for both without it.",
    },
    "CheckImport": {"kms:GenerateDataKey": _TABLE_KEY},
    "CollectPart": {
        "kms:Decrypt": "S3 asks for it when a multipart upload is completed; small files are written whole.",
        "s3:AbortMultipartUpload": _BROKEN_UPLOAD,
    },
    "AddMembers": {
        "kms:GenerateDataKey": _TABLE_KEY,
        "s3:ListBucket": "Tells a deleted list of members from a forbidden one: S3 answers 403 for both without it.",
    },
    "NoteIds": {
        "s3:DeleteObjectVersion": "Takes back the file of a call that was late; no call is late here.",
        "s3:AbortMultipartUpload": _BROKEN_UPLOAD,
        "s3:ListBucket": "Tells that no state is kept yet from a forbidden one: S3 answers 403 for both without it.",
    },
    "StopImport": {"kms:GenerateDataKey": _TABLE_KEY},
    "ReportRun": {"s3:AbortMultipartUpload": _BROKEN_UPLOAD},
    "Sweep": {
        "kms:GenerateDataKey": _TABLE_KEY,
        "dynamodb:ConditionCheckItem": _STALE_ENTRY,
        "dynamodb:DeleteItem": "Takes the queue entry of the run that it gives the lock to; mostly another has done "
        "so.",
        "states:SendTaskSuccess": "Sends a wake-up again that got lost; mostly none has.",
        "states:ListExecutions": "Finds the executions of runs that wait; mostly none waits while the sweep looks.",
        "ssm:GetParameter": "Reads the settings of a held run's pool; no run is held here.",
    },
    "UndoUsers": {
        "s3:AbortMultipartUpload": _BROKEN_UPLOAD,
        "s3:ListBucket": "Tells a deleted ids.csv from a forbidden one: S3 answers 403 for both without it.",
    },
    "Undo": {**_OF_STATE_MACHINES, "states:StartExecution": "Reports an undo that ended early; here none does."},
    "Workflow": _OF_STATE_MACHINES,
}
"""By the start of the role's construct. A grant that is used sometimes only may stand here too."""
