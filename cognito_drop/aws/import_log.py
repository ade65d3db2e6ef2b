"""The log of an import job in Amazon CloudWatch Logs, found by the ids of pool and job, and read to its end.

Group `/aws/cognito/userpools/<pool id>/<pool name>`, stream `<job id>/<job name>` (seen in real accounts). CloudWatch
allows fewer characters in the name of a group than Cognito in the name of a pool, and where Cognito then writes the log
is not documented: so neither name is built here, both are looked up by the id at their start.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.errors import AdapterError, RefusedError, error_code, is_denied, is_transient
from cognito_drop.contract.job_names import log_group_prefix
from cognito_drop.core.runs.detail_gap import DetailGap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_logs import CloudWatchLogsClient


class LogUnreadableError(AdapterError):
    """The log, or the rest of it, cannot be read now; the text is an operation and an error code, if there is one."""

    def __init__(self, gap: DetailGap, reason: str = "") -> None:
        super().__init__(reason or gap.value)
        self.gap = gap


class JobLog:
    """The logs of import jobs."""

    def __init__(self, client: CloudWatchLogsClient) -> None:
        self._client = client

    def pages(self, pool_id: str, job_id: str) -> Iterator[list[str]]:
        """The lines that are there now, page by page, the oldest first. Raises LogUnreadableError."""
        streams = 0
        try:
            for group, stream in self._streams(pool_id, job_id):
                streams += 1
                yield from self._pages_of(group, stream)
        except Exception as error:
            gap = _gap_of(error)
            if gap is None:
                raise
            raise LogUnreadableError(gap, _reason(error)) from error
        if not streams:
            raise LogUnreadableError(DetailGap.LOG_MISSING)

    def expire(self, pool_id: str, days: int) -> None:
        """Let the events of the pool's log groups expire after so many days. Raises RefusedError.

        Cognito creates the groups, and CloudWatch keeps the events of a group forever by default:
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
        """
        groups = self._client.get_paginator("describe_log_groups")
        try:
            for page in groups.paginate(logGroupNamePrefix=log_group_prefix(pool_id)):
                for group in page["logGroups"]:
                    if group.get("retentionInDays") != days:
                        self._client.put_retention_policy(logGroupName=group["logGroupName"], retentionInDays=days)
        except (ClientError, BotoCoreError) as error:
            raise RefusedError(_reason(error)) from error

    def _streams(self, pool_id: str, job_id: str) -> Iterator[tuple[str, str]]:
        """Group and stream of the job's log; several where the pool was renamed meanwhile.

        The slash behind an id keeps out the pools and jobs whose ids only begin with it.
        """
        groups = self._client.get_paginator("describe_log_groups")
        streams = self._client.get_paginator("describe_log_streams")
        for page in groups.paginate(logGroupNamePrefix=log_group_prefix(pool_id)):
            for group in page["logGroups"]:
                name = group["logGroupName"]
                for found in streams.paginate(logGroupName=name, logStreamNamePrefix=f"{job_id}/"):
                    yield from ((name, stream["logStreamName"]) for stream in found["logStreams"])

    def _pages_of(self, group: str, stream: str) -> Iterator[list[str]]:
        answer = self._client.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
        while True:
            yield [event["message"] for event in answer["events"]]
            token = answer["nextForwardToken"]
            answer = self._client.get_log_events(
                logGroupName=group, logStreamName=stream, startFromHead=True, nextToken=token
            )
            # The end is where the token does not change any more; a page may be empty before it.
            if answer["nextForwardToken"] == token and not answer["events"]:
                return


def _gap_of(error: Exception) -> DetailGap | None:
    """What an error of a call means for the log; None for one that no call raises."""
    if is_transient(error):
        return DetailGap.LOG_BUSY
    if not isinstance(error, ClientError):
        return None
    if error_code(error) == "ResourceNotFoundException":
        return DetailGap.LOG_MISSING
    return DetailGap.LOG_FORBIDDEN if is_denied(error) else DetailGap.LOG_REFUSED


def _reason(error: Exception) -> str:
    """Operation and error code: an error's own text could quote what the call was about."""
    if isinstance(error, ClientError):
        return f"{error.operation_name}: {error_code(error)}"
    return type(error).__name__
