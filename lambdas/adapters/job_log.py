"""The log of an import job in Amazon CloudWatch Logs, read to its end.

Group `/aws/cognito/userpools/<pool id>/<pool name>`, stream `<job id>/<job name>` (seen in real accounts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.errors import error_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_logs import CloudWatchLogsClient


class JobLog:
    """The logs of import jobs."""

    def __init__(self, client: CloudWatchLogsClient) -> None:
        self._client = client

    def lines(self, pool_id: str, pool_name: str, job_id: str, job_name: str) -> Iterator[str]:
        """Every line that is there now, the oldest first; none when there is no log (yet)."""
        group, stream = f"/aws/cognito/userpools/{pool_id}/{pool_name}", f"{job_id}/{job_name}"
        try:
            answer = self._client.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
            while True:
                yield from (event["message"] for event in answer["events"])
                token = answer["nextForwardToken"]
                answer = self._client.get_log_events(
                    logGroupName=group, logStreamName=stream, startFromHead=True, nextToken=token
                )
                # The end is where the token does not change any more; a page may be empty before it.
                if answer["nextForwardToken"] == token and not answer["events"]:
                    return
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
