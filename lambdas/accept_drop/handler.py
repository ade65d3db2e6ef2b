"""Turns upload events into runs: a ledger item, then an execution named by the run's id.

Promises that an event that comes twice makes one run, and that an event that could not be accepted goes back to the
queue alone. Whether the file is of any use is preflight's business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from cognito_drop.aws.executions import Executions
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.core.runs.drop import Drop
from lambdas.accept_drop.acceptance import Acceptance
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class AcceptDropSettings(Settings):
    """The function's environment."""

    table_name: str
    state_machine_arn: str


@cache
def _acceptance() -> Acceptance:
    settings = AcceptDropSettings.from_env()
    return Acceptance(
        RunLedger(clients.dynamodb(), settings.table_name),
        Executions(clients.step_functions(), settings.state_machine_arn),
    )


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Accept a batch of S3 `Object Created` events from the queue; answer with the messages that failed."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=_accept_record, processor=processor, context=context)


@function_boundary
def _accept_record(record: SQSRecord) -> None:
    logger.remove_keys(["run_id"])  # of the message before
    accept_drop(json.loads(record.body), _acceptance())


def accept_drop(event: dict[str, Any], acceptance: Acceptance) -> None:
    """Make a run of one EventBridge event.

    Shape: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. The key in it is not URL-encoded.
    """
    detail = event["detail"]
    uploaded = detail["object"]
    drop = Drop(detail["bucket"]["name"], uploaded["key"], uploaded["version-id"])
    logger.append_keys(run_id=drop.run_id)
    if not drop.is_file:
        logger.info("Nothing to import: this is a folder.")
        return
    acceptance.accept(drop, size=uploaded["size"], dropped_at=event["time"], dropped_by=detail.get("requester", ""))
