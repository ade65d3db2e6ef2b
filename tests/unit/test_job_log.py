"""The log of an import job, read to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters.job_log import JobLog
from tests.unit.samples import JOB_ID, POOL_ID

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

GROUP, STREAM = f"/aws/cognito/userpools/{POOL_ID}/people", f"{JOB_ID}/job"


def _lines(client: CloudWatchLogsClient) -> list[str]:
    return list(JobLog(client).lines(POOL_ID, "people", JOB_ID, "job"))


@pytest.fixture
def logs(aws: None) -> CloudWatchLogsClient:  # noqa: ARG001
    """An account without logs."""
    return boto3.client("logs", region_name="us-east-1")


def test_a_log_of_many_pages_is_read_whole_and_in_order(logs: CloudWatchLogsClient) -> None:
    """A page holds 10,000 lines."""
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    written = [f"[SUCCEEDED] Line Number {number} - The import succeeded." for number in range(2, 25_002)]
    for start in range(0, len(written), 5_000):
        logs.put_log_events(
            logGroupName=GROUP,
            logStreamName=STREAM,
            logEvents=[
                {"timestamp": int(time.time() * 1000), "message": line} for line in written[start : start + 5_000]
            ],
        )
    assert _lines(logs) == written


def test_a_log_that_is_not_there_yet_has_no_lines(logs: CloudWatchLogsClient) -> None:
    """Neither the group, nor the stream, nor a line in it."""
    assert _lines(logs) == []
    logs.create_log_group(logGroupName=GROUP)
    assert _lines(logs) == []
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    assert _lines(logs) == []


def _page(token: str, *messages: str) -> dict[str, Any]:
    return {"events": [{"message": message} for message in messages], "nextForwardToken": token}


def test_an_empty_page_is_not_the_end() -> None:
    """CloudWatch may give one before pages with lines; the end is where the token stays the same."""
    pages = [_page("a", "1"), _page("b"), _page("c", "2", "3"), _page("d"), _page("d")]
    with Stubber(boto3.client("logs", region_name="us-east-1")) as stub:
        tokens = [None, "a", "b", "c", "d"]
        for token, page in zip(tokens, pages, strict=True):
            request = {"logGroupName": GROUP, "logStreamName": STREAM, "startFromHead": True}
            stub.add_response("get_log_events", page, {**request, "nextToken": token} if token else request)
        assert _lines(cast("Any", stub.client)) == ["1", "2", "3"]
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ServiceUnavailableException"])
def test_a_log_that_cannot_be_read_is_an_error(code: str) -> None:
    """A missing permission or a busy service does not look like an empty log."""
    with Stubber(boto3.client("logs", region_name="us-east-1")) as stub:
        stub.add_client_error("get_log_events", code)
        with pytest.raises(ClientError, match=code):
            _lines(cast("Any", stub.client))
