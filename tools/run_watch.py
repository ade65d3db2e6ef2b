"""Follows one run from outside, as any user of the account could: Step Functions, the ledger, Cognito, the results."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_throttled
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.execution_names import execution_arn, execution_name
from cognito_drop.contract.object_keys import INBOX, SUMMARY, results_of
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cognito_drop.core.results.summary_json import SummaryJson
    from cognito_drop.core.runs.run_record import PartJob, RunRecord
    from tools.clients import Clients
    from tools.deployment import Deployment

_POLL = 0.4  # seconds between two polls
_PATIENCE = 1800  # seconds; guards against hanging only


class RunWatchError(Exception):
    """The run did not come to an end, or left no results."""


@dataclass(frozen=True, slots=True)
class View:
    """A run as it is at a moment."""

    state: str
    status: str
    """Step Functions' word: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED."""
    counts: JobCounts
    """What Cognito says of the run's jobs together."""
    rows: int | None = None
    """Rows of the file; None before it was checked."""
    rejected: int = 0
    """Rows that were not sent to Cognito, by the check."""

    @property
    def is_over(self) -> bool:
        """Whether the run's execution has ended."""
        return self.status not in ("", "RUNNING")


@dataclass(frozen=True, slots=True)
class RunWatch:
    """What is asked about one run."""

    cloud: Clients
    deployment: Deployment
    drop: Drop

    @property
    def run_id(self) -> str:
        """The run that the drop becomes."""
        return self.drop.run_id

    def views(self) -> Iterator[View]:
        """The run again and again until it has ended. Raises RunWatchError when it never does."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            view = self.view()
            yield view
            if view.is_over:
                return
            time.sleep(_POLL)
        raise RunWatchError(f"The run {self.run_id} has not ended.")

    def view(self) -> View:
        """The run as it is now."""
        steps = self.cloud.client("stepfunctions")
        arn = self.execution_arn()
        try:
            status = steps.describe_execution(executionArn=arn)["status"]
            events = steps.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=100)["events"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return View("Waiting to be accepted", "", JobCounts())
            raise
        entered = (event.get("stateEnteredEventDetails", {}).get("name") for event in events)
        state = next((name for name in entered if name), "Accepted")
        record = self._record()
        file = record.file if record else None
        rows, rejected = (file.rows, file.rejected + file.known) if file else (None, 0)
        return View(state, status, self._counts(record), rows, rejected)

    def states(self) -> list[str]:
        """The names of the states that the run's newest execution has entered, in order."""
        steps = self.cloud.client("stepfunctions")
        pages = steps.get_paginator("get_execution_history").paginate(executionArn=self.execution_arn())
        try:
            events = [event for page in pages for event in page["events"]]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return []
            raise
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def execution_arn(self) -> str:
        """The run's newest execution."""
        record = self._record()
        name = record.execution_name if record else execution_name(self.run_id, 1)
        return execution_arn(self.deployment.state_machine, name)

    def summary(self) -> SummaryJson:
        """The run's `summary.json`."""
        answer = self.cloud.client("s3").get_object(
            Bucket=self.deployment.bucket, Key=f"{results_of(self.run_id)}{SUMMARY}"
        )
        found: SummaryJson = json.load(answer["Body"])
        return found

    def _record(self) -> RunRecord | None:
        """The run as the ledger has it; None before it is accepted."""
        return RunLedger(self.cloud.ledger_client(), self.deployment.ledger).find(self.run_id)

    def _counts(self, record: RunRecord | None) -> JobCounts:
        """What is known of the run's parts; Cognito is asked for one only that has not ended."""
        if record is None or not record.pool_id:
            return JobCounts()
        return JobCounts.sum(self._counts_of(record.pool_id, part) for part in record.parts.values())

    def _counts_of(self, pool_id: str, part: PartJob) -> JobCounts:
        if part.status:
            return part.counts
        try:
            return UserImports(self.cloud.client("cognito-idp")).describe(pool_id, part.job_id)[0].counts
        except ClientError as error:
            if not is_throttled(error):
                raise
            return part.counts


def drop_file(cloud: Clients, deployment: Deployment, file: Path, folder: str) -> RunWatch:
    """Upload a file into a folder of the inbox, as anybody would, and return what watches its run."""
    s3 = cloud.client("s3")
    key = f"{INBOX}{folder}/{file.name}"
    s3.upload_file(str(file), deployment.bucket, key)
    version = s3.head_object(Bucket=deployment.bucket, Key=key)["VersionId"]
    return RunWatch(cloud, deployment, Drop(deployment.bucket, key, version))
