"""Turns upload events into runs: a ledger item, then an execution named by the run's id.

Guarantees that an event that comes twice makes one run, that an event of another bucket makes none, and that an event
that could not be accepted goes back to the queue alone. Whether the file can be imported is decided by preflight.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from cognito_drop.aws.executions import Executions
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.environment import AcceptDropVariables
from cognito_drop.core.runs.drop import Drop
from lambdas.runtime import clients
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.function import FunctionEnv, lambda_function
from lambdas.runtime.logs import logger
from lambdas.use_cases.acceptance import Acceptance

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class UploadEvents:
    """Accepts what the upload events of one bucket name."""

    bucket: str
    acceptance: Acceptance

    def take(self, event: dict[str, Any]) -> None:
        """Make a run of one EventBridge event.

        Shape: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html. The key in it is not URL-encoded.
        Without a version, which is a run's identity, the event is left alone: the sweep finds the file by listing.
        """
        detail = event["detail"]
        uploaded = detail["object"]
        if "version-id" not in uploaded:
            logger.warning("Ignored: the event names no version of the object. The sweep accepts the file.")
            return
        drop, size = Drop(detail["bucket"]["name"], uploaded["key"], uploaded["version-id"]), uploaded["size"]
        logger.append_keys(run_id=drop.run_id)
        if drop.bucket != self.bucket:
            logger.warning("Ignored: the event is of another bucket.")
        elif not drop.is_file(size):
            logger.info("Ignored: the object is a folder.")
        else:
            requester = detail.get("requester", "")
            self.acceptance.accept(drop, size=size, dropped_at=event["time"], dropped_by=requester)


@dataclass(frozen=True, slots=True)
class AcceptDropEnv(AcceptDropVariables, FunctionEnv[UploadEvents]):
    """The function's environment."""

    def use_case(self) -> UploadEvents:
        """The acceptance of drops."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        executions = Executions(clients.step_functions(), self.state_machine_arn)
        return UploadEvents(self.bucket_name, Acceptance(ledger, executions))


@lambda_function(AcceptDropEnv)
def lambda_handler(events: UploadEvents, event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Accept a batch of S3 `Object Created` events from the queue; answer with the messages that failed."""

    @function_boundary
    def accept(record: SQSRecord) -> None:
        logger.remove_keys(["run_id"])  # of the message before
        events.take(json.loads(record.body))

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=accept, processor=processor, context=context)
