"""What the dashboard, the alarms and the saved queries look for is what runs really write, on the deployed stack."""

from __future__ import annotations

import json
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cdk.saved_queries import RUN_ID
from tests.infra.monitoring import AWS_METRICS, Looked, fields_of, of_alarm, of_dashboard, resolved
from tests.patience import PATIENCE
from tests.scenarios.conftest import FACTOR, deployed_world
from tests.scenarios.world import user
from tools.deployment import STACK
from tools.local_cloud import REGION
from tools.toolchain import python_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.scenarios.world import World
    from tools.run_watch import RunWatch

pytestmark = pytest.mark.scenario

_LATE = 4_000_000_000  # seconds since 1970, which cloud time does not reach
NOT_WRITTEN_HERE = {"RunsExpired"}
"""Cognito's jobs expire after a day; tests/unit/test_metrics.py shows that every outcome is measured."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the log groups hold after runs of all kinds."""

    lines: Mapping[str, list[dict[str, Any]]]
    """Log group → its lines that are JSON."""
    runs: list[RunWatch]

    @property
    def run_metrics(self) -> Iterator[dict[str, Any]]:
        """The lines in the embedded metric format."""
        return (line for lines in self.lines.values() for line in lines if "_aws" in line)

    @property
    def metrics(self) -> set[Looked]:
        """Every metric that was written, as CloudWatch would read it."""
        return {
            Looked(directive["Namespace"], metric["Name"], tuple((name, line[name]) for name in dimensions))
            for line in self.run_metrics
            for directive in line["_aws"]["CloudWatchMetrics"]
            for metric in directive["Metrics"]
            for dimensions in directive["Dimensions"]
        }


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A cloud of its own: runs of other tests would be counted too."""
    flags = ("--enforce-delivery-policies", "--import-log-delay", "15", "--import-held-pools", "held")
    with deployed_world("--clock-factor", str(FACTOR), *flags) as it:
        yield it


@pytest.fixture(scope="module")
def shown(world: World) -> Shown:
    """The lines of runs of every outcome that does not take a day, of a sweep after them, and of a call that fails."""
    runs = [_stopped(world)]
    good = world.csv("people", [user(f"metric{number}") for number in range(20)])
    some = world.csv("people", [user("metric-a"), user("metric-b", email_verified="FALSE")])
    header, *rows = some.splitlines()
    some = b"\n".join([header + b",cognito:groups", *(row + b",nowhere" for row in rows), b""])
    for body, key, folder, outcome in (
        (good, "people/metric-good.csv", "inbox", "imported"),
        (good, "people/metric-again.csv", "inbox", "failed"),
        (some, "people/metric-some.csv", "inbox", "partly_imported"),
        (b"", "people/metric-empty.csv", "inbox", "rejected"),
        (good, "people/metric-dry.csv", "check", "checked"),
    ):
        ending = world.end_of(world.drop(body, key, folder))
        assert ending.summary["outcome"] == outcome
        runs.append(ending.watch)
    functions = world.cloud.client("lambda")
    for handler, event in (("check_import", b"{}"), ("sweep", b"{}")):
        functions.invoke(FunctionName=_function(world, handler), Payload=event)
    return Shown(_lines(world), runs)


@pytest.fixture(scope="module")
def looked_at(world: World) -> set[Looked]:
    """The metrics of the deployed dashboard and alarms."""
    alarms = world.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {*map(of_alarm, alarms), *of_dashboard(_dashboard(world))}


def test_every_metric_that_is_looked_at_is_written(shown: Shown, looked_at: set[Looked]) -> None:
    """With the same namespace and exactly the same dimensions, or the picture would be empty and the alarm mute."""
    own = {looked for looked in looked_at if not looked.is_aws}
    assert {looked.namespace for looked in own} == {STACK}
    assert {looked.name for looked in own - shown.metrics} == NOT_WRITTEN_HERE


def test_every_metric_that_is_written_is_looked_at(shown: Shown, looked_at: set[Looked]) -> None:
    """Nothing is measured, and paid for, that no one sees."""
    assert shown.metrics - looked_at == set()


def test_metrics_hold_numbers_and_nothing_of_a_run(shown: Shown) -> None:
    """Besides the names, a line has one dimension: a function's name."""
    functions = {"report_run", "collect_part", "add_members", "import_queue", "sweep"}
    for line in shown.run_metrics:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = directive["Dimensions"]
        names = {metric["Name"] for metric in directive["Metrics"]}
        assert line.keys() == {"_aws", *dimensions, *names}
        assert all(isinstance(value, float) for name in names for value in line[name])
        assert line["service"] in functions


def test_the_counts_are_those_of_the_runs(shown: Shown) -> None:
    """Each of the runs is counted once, with its rows."""
    sums: dict[str, float] = defaultdict(float)
    reported = {line["run_id"] for lines in shown.lines.values() for line in lines if "outcome" in line}
    assert {run.run_id for run in shown.runs} <= reported
    for line in shown.run_metrics:
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            sums[metric["Name"]] += sum(line[metric["Name"]])
    outcomes = ("Imported", "PartlyImported", "Checked", "Rejected", "Failed", "Stopped", "Expired")
    assert sum(sums[f"Runs{outcome}"] for outcome in outcomes) == len(reported)
    assert sums["RunsFinalized"] >= 1
    assert sums["RowsImported"] >= 21
    assert sums["RowsSkipped"] >= 20


def test_aws_own_metrics_are_of_resources_that_exist(world: World, looked_at: set[Looked]) -> None:
    """Functions, queue, topic and state machine by the names that they have got."""
    client = world.cloud.client
    found = {
        "AWS/Events": {each["Name"] for each in client("events").list_rules()["Rules"]},
        "AWS/Lambda": {each["FunctionName"] for each in client("lambda").list_functions()["Functions"]},
        "AWS/SNS": {each["TopicArn"].rpartition(":")[2] for each in client("sns").list_topics()["Topics"]},
        "AWS/SQS": {url.rpartition("/")[2] for url in client("sqs").list_queues()["QueueUrls"]},
        "AWS/States": {
            each["stateMachineArn"] for each in client("stepfunctions").list_state_machines()["stateMachines"]
        },
    }
    seen = {looked for looked in looked_at if looked.is_aws}
    assert {looked.namespace for looked in seen} == set(found)
    for looked in seen:
        dimension, names = AWS_METRICS[looked.namespace]
        ((name, value),) = looked.dimensions
        assert (name, looked.name in names, value in found[looked.namespace]) == (dimension, True, True)


def test_saved_queries_read_what_the_logs_hold(world: World, shown: Shown) -> None:
    """Every key that a query names is in some line of the groups that it reads."""
    queries = _queries(world)
    assert len(queries) == 4
    for name, (text, groups) in queries.items():
        written = {key for group in groups for line in shown.lines[group] for key in _flat(line)}
        assert fields_of(text) - written == set(), name


def test_the_question_for_a_run_finds_its_way(world: World, shown: Shown) -> None:
    """From its acceptance to its notification, by the functions' lines and the state machine's."""
    text, groups = _queries(world)[f"{STACK}/What happened to a run"]
    for run in shown.runs:
        lines = _found(world, text.replace(RUN_ID, run.run_id), groups)
        assert {"Drop accepted.", "Run reported."} <= {line.get("message") for line in lines}
        assert {"Preflight", "Mark notified"} <= {line.get("details.name") for line in lines}


def test_every_saved_query_finds_something(world: World, shown: Shown) -> None:
    """Among runs of all kinds there is what each looks for, and it has the field by which it is chosen."""
    queries = _queries(world)
    names = world.cloud.client("logs").describe_query_definitions(queryDefinitionNamePrefix=f"{STACK}/")
    assert {query["name"] for query in names["queryDefinitions"]} == queries.keys()
    for name, field in {"What failed": "error", "What the sweep did": "message", "Slowest imports": "seconds"}.items():
        text, groups = queries[f"{STACK}/{name}"]
        lines = _found(world, text, groups)
        assert lines, name
        assert all(field in line for line in lines), name
    assert shown.runs


def _dashboard(world: World) -> str:
    command = [str(python_script("aws")), "cloudwatch", "get-dashboard", "--dashboard-name", f"{STACK}-{REGION}"]
    command += ["--query", "DashboardBody", "--output", "text"]
    done = subprocess.run(command, env=world.cloud.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _found(world: World, query: str, groups: list[str]) -> list[dict[str, str]]:
    """The fields of what Logs Insights finds, whenever it was written."""
    logs = world.cloud.client("logs")
    asked = logs.start_query(logGroupNames=groups, startTime=0, endTime=_LATE, queryString=query)
    results = logs.get_query_results(queryId=asked["queryId"])["results"]
    return [{it["field"]: it["value"] for it in result} for result in results]


def _queries(world: World) -> dict[str, tuple[str, list[str]]]:
    """Name → text and log groups; from the deployed template, since nothing else knows of them here."""
    client = world.cloud.client("cloudformation")
    template = client.get_template(StackName=STACK)["TemplateBody"]
    names = {
        f"<{each['LogicalResourceId']}>": each["PhysicalResourceId"]
        for each in client.describe_stack_resources(StackName=STACK)["StackResources"]
    }
    names["<AWS::StackName>"] = STACK
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Logs::QueryDefinition":
            query = resolved(resource["Properties"])
            groups = [names[group] for group in query["LogGroupNames"]]
            found[query["Name"].replace("<AWS::StackName>", STACK)] = (query["QueryString"], groups)
    return found


def _stopped(world: World) -> RunWatch:
    """A run whose execution someone has stopped in the midst of its import, and which the sweep has finalized."""
    watch = world.hold("metric-stop")
    _wait_for(lambda: watch.view().state in ("Wait", "Check import"))
    arn = world.deployment.state_machine.replace(":stateMachine:", ":execution:")
    world.cloud.client("stepfunctions").stop_execution(executionArn=f"{arn}:{watch.run_id}")
    _wait_for(lambda: world.run_item(watch)["run_state"]["S"] == "ended")
    assert watch.summary()["outcome"] == "stopped"
    return watch


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come so far"
        time.sleep(0.2)


def _function(world: World, folder: str) -> str:
    functions = world.cloud.client("lambda").list_functions()["Functions"]
    (found,) = [each for each in functions if each["Handler"] == f"lambdas.{folder}.handler.lambda_handler"]
    return str(found["FunctionName"])


def _lines(world: World) -> dict[str, list[dict[str, Any]]]:
    logs, found = world.cloud.client("logs"), defaultdict[str, list[dict[str, Any]]](list)
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                texts = (event["message"] for event in page["events"])
                found[name] += [json.loads(text) for text in texts if text.startswith("{")]
    return found


def _flat(line: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """A line's keys as Logs Insights names them: those of nested objects with dots."""
    found: dict[str, Any] = {}
    for key, value in line.items():
        found |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return found
