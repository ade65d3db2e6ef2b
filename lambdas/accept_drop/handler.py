"""Turns upload events into runs: a ledger item, then an execution named by the run's id.

Guarantees that an event that comes twice makes one run, that an event of another bucket makes none, and that an event
that could not be accepted goes back to the queue alone. Whether the file can be imported is decided by preflight.
In a pool that asks for a malware scan, the execution starts with GuardDuty's event for the same version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from cognito_drop.aws.executions import Executions
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.contract.environment import AcceptDropVariables
from cognito_drop.contract.statuses import ScanStatus
from cognito_drop.core.runs.drop import Drop
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.function import FunctionEnv, lambda_function
from lambdas.runtime.logs import logger
from lambdas.use_cases.acceptance import Acceptance, PoolsReadOnce

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class BucketEvents:
    """Acts on the events of one bucket: uploads, and results of malware scans."""

    bucket: str
    account: str
    acceptance: Acceptance

    def of_batch(self) -> BucketEvents:
        """The same for one batch of messages, which reads the settings of each pool once."""
        return replace(self, acceptance=replace(self.acceptance, pools=PoolsReadOnce(self.acceptance.pools)))

    def take(self, event: dict[str, Any]) -> None:
        """Act on one EventBridge event. Names of sources that begin with `aws.` are reserved for AWS's services."""
        if event["source"] == "aws.guardduty":
            self._take_scan(event)
        else:
            self._take_upload(event)

    def _take_scan(self, event: dict[str, Any]) -> None:
        """Note the result of a malware scan.

        Shape: https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html. It
        does not say whether the key is URL-encoded as in S3's own notifications, so the result counts for both
        readings: another object cannot have the same version id.
        """
        detail = event["detail"]
        scanned, result = detail["s3ObjectDetails"], detail.get("scanResultDetails") or {}
        version = scanned.get("versionId")
        if event["account"] != self.account or scanned["bucketName"] != self.bucket or not version:
            logger.warning("Ignored: the malware scan is of another account or bucket, or names no version.")
            return
        status = ScanStatus(result.get("scanResultStatus") or detail.get("scanStatus"))
        for key in dict.fromkeys((scanned["objectKey"], unquote_plus(scanned["objectKey"]))):
            drop = Drop(self.bucket, key, version)
            logger.append_keys(run_id=drop.run_id)
            self.acceptance.scanned(drop, status, event["time"])

    def _take_upload(self, event: dict[str, Any]) -> None:
        """Make a run of the version that was uploaded.

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
            logger.info("Ignored: the object is not a dropped file.")
        else:
            requester = detail.get("requester", "")
            self.acceptance.accept(drop, size=size, dropped_at=event["time"], dropped_by=requester)


@dataclass(frozen=True, slots=True)
class AcceptDropEnv(AcceptDropVariables, FunctionEnv[BucketEvents]):
    """The function's environment."""

    def use_case(self) -> BucketEvents:
        """The acceptance of drops."""
        ledger = RunLedger(clients.dynamodb(), self.table_name)
        executions = Executions(clients.step_functions(), self.state_machine_arn)
        scans, pools = ScanResults(clients.dynamodb(), self.table_name), PoolParameters(clients.ssm(), self.pools_path)
        account = self.state_machine_arn.split(":")[4]
        return BucketEvents(self.bucket_name, account, Acceptance(ledger, executions, scans, pools, clock.now))


@lambda_function(AcceptDropEnv)
def lambda_handler(events: BucketEvents, event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Act on a batch of events from the queue; answer with the messages that failed."""

    of_batch = events.of_batch()

    @function_boundary
    def accept(record: SQSRecord) -> None:
        logger.remove_keys(["run_id"])  # of the message before
        of_batch.take(json.loads(record.body))

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=accept, processor=processor, context=context)
