"""The log of an import job, found by ids and read to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.import_log import JobLog, LogUnreadableError
from cognito_drop.core.runs.detail_gap import DetailGap
from tests.unit.samples import JOB_ID, POOL_ID

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

START = "/aws/cognito/userpools/"
GROUP, STREAM = f"{START}{POOL_ID}/people", f"{JOB_ID}/job"


def _lines(client: CloudWatchLogsClient) -> list[str]:
    return [line for page in JobLog(client).pages(POOL_ID, JOB_ID) for line in page]


def _gap(client: CloudWatchLogsClient) -> DetailGap:
    with pytest.raises(LogUnreadableError) as raised:
        _lines(client)
    return raised.value.gap


def _write(client: CloudWatchLogsClient, group: str, stream: str, *lines: str) -> None:
    if not client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines]
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=cast("Any", events))


@pytest.fixture
def logs(aws: None) -> CloudWatchLogsClient:  # noqa: ARG001
    """An account without logs."""
    return boto3.client("logs", region_name="us-east-1")


def test_a_log_of_many_pages_is_read_whole_and_in_order(logs: CloudWatchLogsClient) -> None:
    """A page holds 10,000 lines."""
    _write(logs, GROUP, STREAM, "[SUCCEEDED] Line Number 1")
    written = [f"[SUCCEEDED] Line Number {number} - The import succeeded." for number in range(2, 25_002)]
    for start in range(0, len(written), 5_000):
        logs.put_log_events(
            logGroupName=GROUP,
            logStreamName=STREAM,
            logEvents=[
                {"timestamp": int(time.time() * 1000), "message": line} for line in written[start : start + 5_000]
            ],
        )
    assert _lines(logs)[1:] == written


@pytest.mark.parametrize("pool_name", ["people", "User-pool---k3xmzn", "a_b_c", "a/b/c", ""])
def test_the_group_is_found_whatever_the_pools_name_has_become(logs: CloudWatchLogsClient, pool_name: str) -> None:
    """Only the pool's id is sure; the same holds for the stream, of which the job's id is."""
    _write(logs, f"{START}{POOL_ID}/{pool_name}", f"{JOB_ID}/another name", "the line")
    assert _lines(logs) == ["the line"]


def test_pools_and_jobs_whose_ids_begin_alike_are_other_ones(logs: CloudWatchLogsClient) -> None:
    """`us-east-1_AbC` is no pool of `us-east-1_AbCd`."""
    _write(logs, f"{START}{POOL_ID}d/people", STREAM, "of another pool")
    _write(logs, GROUP, f"{JOB_ID}x/job", "of another job")
    assert _gap(logs) is DetailGap.LOG_MISSING
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    assert _lines(logs) == []


def test_the_group_is_found_among_many(logs: CloudWatchLogsClient) -> None:
    """A page of groups, and one of streams, holds 50."""
    for number in range(60):
        _write(logs, f"{START}{POOL_ID}/people{number:02}", f"import-{number:010}/job", "of another job")
    for number in range(60, 120):
        logs.create_log_stream(logGroupName=f"{START}{POOL_ID}/people59", logStreamName=f"import-{number:010}/job")
    _write(logs, f"{START}{POOL_ID}/people59", STREAM, "the line")
    assert _lines(logs) == ["the line"]


def test_a_log_that_is_not_there_is_missing_and_one_without_lines_is_empty(logs: CloudWatchLogsClient) -> None:
    """Neither the group, nor the stream, nor a line in it."""
    assert _gap(logs) is DetailGap.LOG_MISSING
    logs.create_log_group(logGroupName=GROUP)
    assert _gap(logs) is DetailGap.LOG_MISSING
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    assert _lines(logs) == []


def _page(token: str, *messages: str) -> dict[str, Any]:
    return {"events": [{"message": message} for message in messages], "nextForwardToken": token}


def _found(stub: Stubber) -> None:
    stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": GROUP}]})
    stub.add_response("describe_log_streams", {"logStreams": [{"logStreamName": STREAM}]})


def test_events_expire_in_the_groups_of_the_pool_alone(logs: CloudWatchLogsClient) -> None:
    """A group of another pool is left as it is, and a refusal names the operation."""
    other = f"{START}{POOL_ID}x/people"
    for group in (GROUP, other):
        logs.create_log_group(logGroupName=group)
    JobLog(logs).expire(POOL_ID, 30)
    found = {group["logGroupName"]: group.get("retentionInDays") for group in logs.describe_log_groups()["logGroups"]}
    assert found == {GROUP: 30, other: None}


def test_a_refused_retention_names_its_operation() -> None:
    """And not what the call was about."""
    with Stubber(boto3.client("logs", region_name="us-east-1")) as stub:
        stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": GROUP, "retentionInDays": 7}]})
        stub.add_client_error("put_retention_policy", "AccessDeniedException")
        with pytest.raises(RefusedError, match=r"^PutRetentionPolicy: AccessDeniedException$"):
            JobLog(cast("Any", stub.client)).expire(POOL_ID, 30)


def test_expiry_that_gets_no_answer_is_refused(logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated error of the step would end the import, and nothing of it depends on the expiry."""

    def fail(*_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://logs.example")

    monkeypatch.setattr(logs, "_make_api_call", fail)
    with pytest.raises(RefusedError, match=r"^ConnectTimeoutError$"):
        JobLog(logs).expire(POOL_ID, 30)


def test_an_empty_page_is_not_the_end() -> None:
    """CloudWatch may give one before pages with lines; the end is where the token stays the same."""
    pages = [_page("a", "1"), _page("b"), _page("c", "2", "3"), _page("d"), _page("d")]
    with Stubber(boto3.client("logs", region_name="us-east-1")) as stub:
        _found(stub)
        tokens = [None, "a", "b", "c", "d"]
        for token, page in zip(tokens, pages, strict=True):
            request = {"logGroupName": GROUP, "logStreamName": STREAM, "startFromHead": True}
            stub.add_response("get_log_events", page, {**request, "nextToken": token} if token else request)
        assert _lines(cast("Any", stub.client)) == ["1", "2", "3"]
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("operation", ["describe_log_groups", "describe_log_streams", "get_log_events"])
@pytest.mark.parametrize(
    ("code", "gap"),
    [
        ("AccessDeniedException", DetailGap.LOG_FORBIDDEN),
        ("ThrottlingException", DetailGap.LOG_BUSY),
        ("ServiceUnavailableException", DetailGap.LOG_BUSY),
        ("InvalidParameterException", DetailGap.LOG_REFUSED),
        ("ResourceNotFoundException", DetailGap.LOG_MISSING),
    ],
)
def test_a_log_that_cannot_be_read_says_why(operation: str, code: str, gap: DetailGap) -> None:
    """A missing permission or a busy service does not look like an empty log; nothing of the request is quoted."""
    with Stubber(boto3.client("logs", region_name="us-east-1")) as stub:
        if operation != "describe_log_groups":
            stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": GROUP}]})
        if operation == "get_log_events":
            stub.add_response("describe_log_streams", {"logStreams": [{"logStreamName": STREAM}]})
        status = 503 if code == "ServiceUnavailableException" else 400
        stub.add_client_error(operation, code, GROUP, http_status_code=status)
        with pytest.raises(LogUnreadableError) as raised:
            _lines(cast("Any", stub.client))
    name = operation.title().replace("_", "")
    assert (raised.value.gap, str(raised.value)) == (gap, f"{name}: {code}")


def test_a_log_whose_connection_breaks_is_busy(monkeypatch: pytest.MonkeyPatch, logs: CloudWatchLogsClient) -> None:
    """Its lines up to there are given out."""

    def fail(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://logs")

    _write(logs, GROUP, STREAM, "the line")
    monkeypatch.setattr(logs, "get_log_events", fail)
    assert _gap(logs) is DetailGap.LOG_BUSY


def test_a_mistake_of_our_own_is_no_missing_log(monkeypatch: pytest.MonkeyPatch, logs: CloudWatchLogsClient) -> None:
    """It leaves as what it is."""

    def fail(**_: object) -> None:
        raise ZeroDivisionError

    _write(logs, GROUP, STREAM, "the line")
    monkeypatch.setattr(logs, "get_log_events", fail)
    with pytest.raises(ZeroDivisionError):
        _lines(logs)
