"""The alarms, the dashboard and the saved queries: nothing on them that no one writes, nothing without its words."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.metric_names import Metric, Monitoring
from stacks.config import Config  # before aws_cdk: it finds the Node that CDK starts
from tools.toolchain import PROJECT

import aws_cdk as cdk  # isort: skip
from aws_cdk import aws_lambda as lambda_

from stacks.cognito_drop_stack import CognitoDropStack
from tests.infra.conftest import CONTEXT, app_context
from tests.infra.monitoring import AWS_METRICS, as_names, fields_of, of_alarm, of_dashboard, resolved

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.monitoring import Looked
    from tests.infra.template import Json, StackTemplate

RUNBOOK = PROJECT / "docs" / "runbook.md"
MONITORING = PROJECT / "docs" / "monitoring.md"
_ENTRY = re.compile(r"docs/runbook\.md#([a-z0-9-]+)$")


def _alarms(stack: StackTemplate) -> list[Json]:
    return [resolved(alarm.properties) for alarm in stack.all("AWS::CloudWatch::Alarm")]


def _body(stack: StackTemplate) -> str:
    return str(resolved(stack.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"]))


def _looked_at(stack: StackTemplate) -> set[Looked]:
    return {*map(of_alarm, _alarms(stack)), *of_dashboard(_body(stack))}


def _synthesized(folder: Path, **context: str) -> Json:
    """The template's resources with another configuration."""
    (folder / "code").mkdir()
    (folder / "code" / "empty.py").touch()
    app = cdk.App(context=app_context(**{**CONTEXT, **context}), outdir=str(folder / "cdk.out"))
    code = lambda_.Code.from_asset(str(folder / "code"))
    CognitoDropStack(app, "cognito-drop", config=Config.from_context(app.node), code=code)
    app.synth()
    resources: Json = json.loads((folder / "cdk.out" / "cognito-drop.template.json").read_text())["Resources"]
    return resources


def test_every_metric_of_the_functions_is_looked_at(stack: StackTemplate) -> None:
    """On the dashboard, where it can be seen; a metric that no one looks at only costs money."""
    shown = {looked.name for looked in of_dashboard(_body(stack)) if not looked.is_aws}
    assert shown == {metric.value for metric in Metric}


def test_what_alarms_read_is_recorded_where_there_is_no_dashboard(stack: StackTemplate) -> None:
    """And nothing else: an alarm on a metric that is not recorded would never fire."""
    read = {looked.name for looked in map(of_alarm, _alarms(stack)) if not looked.is_aws}
    assert read == {metric.value for metric in Metric if Monitoring.ALARMS.records(metric, 1)}


def test_the_functions_metrics_have_the_dimension_they_are_written_with(stack: StackTemplate) -> None:
    """The service that measures, under the stack's name."""
    for looked in _looked_at(stack):
        if not looked.is_aws:
            assert looked.namespace == "<AWS::StackName>"
            assert looked.dimensions == (("service", Metric(looked.name).measured_by),)


def test_aws_own_metrics_are_known_and_of_the_stacks_resources(any_stack: StackTemplate) -> None:
    """A name with a slip in it would be an empty picture, or an alarm that never rings."""
    kinds = {"AWS/Lambda": "Lambda::Function", "AWS/SNS": "SNS::Topic", "AWS/SQS": "SQS::Queue"}
    kinds |= {"AWS/States": "StepFunctions::StateMachine", "AWS/Events": "Events::Rule"}
    seen = {looked for looked in _looked_at(any_stack) if looked.is_aws}
    assert {looked.namespace for looked in seen} == set(AWS_METRICS)
    for looked in seen:
        dimension, names = AWS_METRICS[looked.namespace]
        assert looked.name in names
        ((found, value),) = looked.dimensions
        assert found == dimension
        logical_id = value.strip("<>").partition(".")[0]
        assert any_stack.body["Resources"][logical_id]["Type"] == f"AWS::{kinds[looked.namespace]}"


def test_every_function_is_on_the_dashboard(stack: StackTemplate) -> None:
    """With its errors, throttles and duration."""
    functions = {function.logical_id for function in stack.all("AWS::Lambda::Function")}
    for name in ("Errors", "Throttles", "Duration"):
        shown = {looked.dimensions[0][1].strip("<>") for looked in of_dashboard(_body(stack)) if looked.name == name}
        assert shown == functions


def test_the_widgets_of_the_dashboard_do_not_overlap(any_stack: StackTemplate) -> None:
    """They fill rows of 24 columns, and each has a title but the one that is text."""
    widgets = json.loads(_body(any_stack))["widgets"]
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        columns = range(widget["x"], widget["x"] + widget["width"])
        cells = set(itertools.product(columns, range(widget["y"], widget["y"] + widget["height"])))
        assert not cells & taken
        taken |= cells
    assert {column for column, _ in taken} == set(range(24))
    assert len(taken) == 24 * (1 + max(row for _, row in taken))
    titles = [widget["properties"]["title"] for widget in widgets if widget["type"] != "text"]
    assert len(titles) == len(set(titles)) == len(widgets) - 1


def test_every_picture_is_explained(stack: StackTemplate) -> None:
    """The page on monitoring has the title of each, and the name of each metric."""
    page = MONITORING.read_text()
    widgets = json.loads(_body(stack))["widgets"]
    titles = [widget["properties"]["title"] for widget in widgets if widget["type"] == "metric"]
    assert [title for title in titles if f"| {title.replace('1000', '1,000')} |" not in page] == []
    assert [metric.value for metric in Metric if f"`{metric.value}`" not in page] == []


def test_the_thresholds_of_the_alarms_are_on_the_dashboard(stack: StackTemplate) -> None:
    """As lines where the picture shows what the alarm watches."""
    marks = {
        widget["properties"]["title"]: [mark["value"] for mark in widget["properties"]["annotations"]["horizontal"]]
        for widget in json.loads(_body(stack))["widgets"]
        if "annotations" in widget["properties"]
    }
    assert marks["Age of the oldest run that has not ended"] == [24]
    assert marks["Most executions of a run that has not ended"] == [5]
    assert marks["Import jobs left of 1000, in the pool with the fewest left"] == [200]
    assert marks["Dead letters"] == [1]


def test_every_alarm_acts_and_says_what_to_do(any_stack: StackTemplate) -> None:
    """It tells the topic, has a name that can be read, and says what has happened and where to read on."""
    topic = f"<{any_stack.one('AWS::SNS::Topic').logical_id}>"
    for alarm in _alarms(any_stack):
        assert alarm["AlarmActions"] == [topic]
        assert alarm.get("ActionsEnabled", True) is True
        assert "OKActions" not in alarm
        entry = _ENTRY.search(alarm["AlarmDescription"])
        assert entry
        assert alarm["AlarmName"].startswith(f"<AWS::StackName>-{entry[1]}")
        assert re.match(r"[A-Z].{20,}\. What to do: ", alarm["AlarmDescription"])


def test_every_alarm_has_its_entry_in_the_runbook_and_every_entry_its_alarm(any_stack: StackTemplate) -> None:
    """By the anchor that the heading gets on GitHub; each entry says the same three things."""
    anchors = {str(_ENTRY.findall(alarm["AlarmDescription"])[0]) for alarm in _alarms(any_stack)}
    section = RUNBOOK.read_text().partition("\n## Alarms\n")[2].partition("\n## ")[0]
    _, *entries = re.split(r"^### ", section, flags=re.MULTILINE)
    headings = {entry.splitlines()[0].lower().replace(" ", "-"): entry for entry in entries}
    assert headings.keys() - {"an-undo-fails"} == anchors - {"an-undo-fails"}
    for entry in headings.values():
        for part in ("**What it means.**", "**How to look.**", "**What to do.**"):
            assert part in entry


def test_every_rule_is_watched_for_events_that_reach_no_queue(any_stack: StackTemplate) -> None:
    """The dead-letter queue has the same key: an alarm on what is in it does not see what it cannot take."""
    lost = [alarm for alarm in _alarms(any_stack) if alarm["MetricName"] == "InvocationsFailedToBeSentToDlq"]
    watched = sorted(alarm["Dimensions"][0]["Value"] for alarm in lost)
    assert watched == sorted(f"<{rule.logical_id}>" for rule in any_stack.all("AWS::Events::Rule"))
    for rule in any_stack.all("AWS::Events::Rule"):
        assert all("DeadLetterConfig" in target for target in rule.properties["Targets"])


def test_every_alarm_is_on_the_dashboard(any_stack: StackTemplate) -> None:
    """The first row shows which of them ring."""
    (widget,) = [widget for widget in json.loads(_body(any_stack))["widgets"] if widget["type"] == "alarm"]
    assert {arn.strip("<>") for arn in widget["properties"]["alarms"]} == {
        f"{alarm.logical_id}.Arn" for alarm in any_stack.all("AWS::CloudWatch::Alarm")
    }


def test_the_topic_lets_exactly_the_alarms_publish(any_stack: StackTemplate) -> None:
    """Its own policy takes the place of the default one, so the permission has to be in it."""
    statements = any_stack.one("AWS::SNS::TopicPolicy").properties["PolicyDocument"]["Statement"]
    (allowed,) = [each for each in statements if each.get("Principal") == {"Service": "cloudwatch.amazonaws.com"}]
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "sns:Publish")
    assert set(as_names(allowed["Condition"]["ArnEquals"]["aws:SourceArn"])) == {
        f"{alarm.logical_id}.Arn" for alarm in any_stack.all("AWS::CloudWatch::Alarm")
    }


def test_a_sweep_that_says_nothing_rings_and_silence_else_does_not(stack: StackTemplate) -> None:
    """Nothing happens in most hours: only the sweep has to say something."""
    breaching = [alarm for alarm in _alarms(stack) if alarm["TreatMissingData"] == "breaching"]
    assert [alarm["AlarmName"] for alarm in breaching] == ["<AWS::StackName>-the-sweep-does-not-complete"]
    (alarm,) = breaching
    assert (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"]) == (
        "Minimum", 1, "GreaterThanOrEqualToThreshold",
    )  # fmt: skip
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 3)
    others = {alarm["TreatMissingData"] for alarm in _alarms(stack)} - {"breaching"}
    assert others == {"notBreaching"}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, {"OldestRunAge": 86_400, "ImportJobsUsed": 800}),
        ({"run_alarm_hours": "6", "import_job_quota": "2500"}, {"OldestRunAge": 21_600, "ImportJobsUsed": 2000}),
        ({"run_alarm_hours": "0"}, {"ImportJobsUsed": 800}),
    ],
    ids=["by default", "as configured", "without an age"],
)
def test_thresholds_follow_the_configuration(tmp_path: Path, context: dict[str, str], expected: dict[str, int]) -> None:
    """No age means no alarm on age, and no line on the dashboard."""
    resources = _synthesized(tmp_path, **context)
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    found = {alarm["MetricName"]: alarm["Threshold"] for alarm in alarms}
    assert {name: found[name] for name in ("OldestRunAge", "ImportJobsUsed") if name in found} == expected


def test_one_alarm_watches_the_jobs_of_all_pools(stack: StackTemplate) -> None:
    """CloudWatch charges every alarm and metric; the sweep measures the pool that has used most, and names it."""
    found = [alarm for alarm in _alarms(stack) if alarm["MetricName"] == "ImportJobsUsed"]
    assert [alarm["AlarmName"] for alarm in found] == ["<AWS::StackName>-import-jobs-run-out"]
    assert (found[0]["Statistic"], found[0]["Period"]) == ("Maximum", 6 * 3600)


def test_the_question_for_a_run_is_put_to_every_log(stack: StackTemplate) -> None:
    """All functions and the state machine."""
    queries: dict[str, Any] = {
        str(resolved(query.properties["Name"])): query.properties for query in stack.all("AWS::Logs::QueryDefinition")
    }
    groups = {group.logical_id for group in stack.all("AWS::Logs::LogGroup")}
    assert set(as_names(queries["<AWS::StackName>/What happened to a run"]["LogGroupNames"])) == groups
    assert all(set(as_names(query["LogGroupNames"])) <= groups for query in queries.values())


def test_every_saved_query_is_explained(stack: StackTemplate) -> None:
    """The page on monitoring has its name."""
    names = [
        str(resolved(each.properties["Name"])).partition("/")[2] for each in stack.all("AWS::Logs::QueryDefinition")
    ]
    page = MONITORING.read_text()
    assert [name for name in names if f"| {name} |" not in page] == []


def test_the_fields_of_a_query_are_found() -> None:
    """What the comparison with the log lines rests on."""
    query = (
        'fields @timestamp, details.name\n| filter level = "A b" or ispresent(x) and n > 0\n| sort m desc\n| limit 9'
    )
    assert fields_of(query) == {"details.name", "level", "x", "n", "m"}
