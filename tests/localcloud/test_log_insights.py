"""Queries of Logs Insights, and the saved ones."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

GROUP = "insights"
LINES = (
    '{"level": "INFO", "run_id": "a1", "rows": 9, "details": {"name": "Wait"}}',
    '{"level": "WARNING", "run_id": "b2", "rows": 10, "fine": true, "tags": ["x", "y"]}',
    "START RequestId: a1",
    '2026-01-01 {"level": "ERROR", "run_id": "c3", "rows": 2.5, "error": "a \\"b\\""}',
)


def client_of(server: str, service: str) -> Any:  # noqa: ANN401  (a client of any service)
    """A client without a role."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106  (of no account)
    )


@pytest.fixture(scope="module")
def logs(server: str) -> Any:  # noqa: ANN401  (a boto3 client)
    """A client, with a log group that has the lines, each a millisecond after the one before."""
    client = client_of(server, "logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName="s")
    now = round(time.time() * 1000)
    events = [{"timestamp": now + at, "message": line} for at, line in enumerate(LINES)]
    client.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)
    return client


def found(logs: Any, query: str) -> list[dict[str, str]]:  # noqa: ANN401  (a boto3 client)
    """The results of a query over the last minutes, without the pointers to their lines."""
    now = round(time.time())
    asked = logs.start_query(logGroupName=GROUP, startTime=now - 600, endTime=now + 600, queryString=query)
    results = logs.get_query_results(queryId=asked["queryId"])["results"]
    return [{it["field"]: it["value"] for it in result if it["field"] != "@ptr"} for result in results]


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ('run_id = "a1"', ["a1"]),
        ("run_id != 'a1'", ["b2", "c3"]),
        ("rows > 2.5 and rows <= 9", ["a1"]),
        ("rows >= 10 or rows < 3", ["b2", "c3"]),
        ('@message like "START" or run_id like /^[bc]\\d$/', ["b2", "c3"]),
        ("not ispresent(error) and (level = 'INFO' or fine = 'true')", ["a1", "b2"]),
        ('details.name like "ai"', ["a1"]),
        ("tags.1 = 'y'", ["b2"]),
        ('error = "a \\"b\\""', ["c3"]),
        ('rows = "9"', ["a1"]),
        ("level > 3", []),
    ],
)
def test_a_filter_finds_lines(logs: Any, condition: str, runs: list[str]) -> None:  # noqa: ANN401  (a boto3 client)
    """By the fields that a line of JSON has, those inside of others too, and by CloudWatch's own."""
    results = found(logs, f"fields run_id\n| filter {condition}\n| sort @timestamp asc")
    assert [result["run_id"] for result in results if result] == runs


def test_fields_order_and_number_are_those_of_the_query(logs: Any) -> None:  # noqa: ANN401  (a boto3 client)
    """A field that a line lacks is left out; without commands there are time and message, the newest first."""
    query = "fields run_id, rows, `error` | filter ispresent(rows) | sort rows desc | limit 2"
    assert found(logs, query) == [{"run_id": "b2", "rows": "10"}, {"run_id": "a1", "rows": "9"}]
    assert [result["@message"] for result in found(logs, "limit 1")] == [LINES[-1]]
    (result,) = found(logs, "fields @timestamp, @log, @logStream | filter level = 'INFO'")
    assert (result["@log"], result["@logStream"]) == (f"123456789012:{GROUP}", "s")
    assert time.strptime(result["@timestamp"][:19], "%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    "query",
    [
        *("stats count(*) by level", "fields strlen(level)", "filter level in ['INFO']", "filter level like 3"),
        *(
            "filter level = other",
            "filter (level = 'a'",
            "filter level = 'a' 'b'",
            "sort a, b",
            "filter not",
            "limit 1 2",
        ),
    ],
)
def test_what_is_not_imitated_is_said(logs: Any, query: str) -> None:  # noqa: ANN401  (a boto3 client)
    """By the declared error, and not by results of another query."""
    with pytest.raises(ClientError) as caught:
        found(logs, query)
    assert caught.value.response["Error"]["Code"] == "NotImplemented"


def test_saved_queries_are_kept(logs: Any) -> None:  # noqa: ANN401  (a boto3 client)
    """They are listed by the start of their names, in pages, and are changed and deleted by their ids."""
    text = {"queryString": "fields @message"}
    ids = {
        name: logs.put_query_definition(name=name, logGroupNames=[GROUP], **text)["queryDefinitionId"]
        for name in ("kept/a", "kept/b", "other")
    }
    logs.put_query_definition(queryDefinitionId=ids["kept/b"], name="kept/b", queryString="limit 3")
    page = logs.describe_query_definitions(queryDefinitionNamePrefix="kept/", maxResults=1)
    assert [query["name"] for query in page["queryDefinitions"]] == ["kept/a"]
    page = logs.describe_query_definitions(queryDefinitionNamePrefix="kept/", nextToken=page["nextToken"])
    assert "nextToken" not in page
    (second,) = page["queryDefinitions"]
    assert (second["queryDefinitionId"], second["queryString"]) == (ids["kept/b"], "limit 3")
    assert "logGroupNames" not in second
    assert logs.delete_query_definition(queryDefinitionId=ids["kept/b"])["success"]
    for call in (logs.delete_query_definition, lambda **it: logs.put_query_definition(name="kept/b", **text, **it)):
        with pytest.raises(logs.exceptions.ResourceNotFoundException):
            call(queryDefinitionId=ids["kept/b"])


def test_a_stack_saves_its_queries(server: str, logs: Any) -> None:  # noqa: ANN401  (a boto3 client)
    """They are made, changed in place, and deleted with the stack."""
    formation = client_of(server, "cloudformation")

    def template(text: str) -> str:
        saved = {"Type": "AWS::Logs::QueryDefinition", "Properties": {"Name": "of-stack", "QueryString": text}}
        return json.dumps({"Resources": {"Saved": saved}})

    def listed() -> list[tuple[str, str]]:
        answer = logs.describe_query_definitions(queryDefinitionNamePrefix="of-stack")
        return [(it["queryDefinitionId"], it["queryString"]) for it in answer["queryDefinitions"]]

    formation.create_stack(StackName="saved", TemplateBody=template("limit 1"))
    (saved,) = formation.describe_stack_resources(StackName="saved")["StackResources"]
    assert listed() == [(saved["PhysicalResourceId"], "limit 1")]
    formation.update_stack(StackName="saved", TemplateBody=template("limit 2"))
    assert listed() == [(saved["PhysicalResourceId"], "limit 2")]
    formation.delete_stack(StackName="saved")
    assert listed() == []
