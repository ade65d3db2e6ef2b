"""The dashboard, the alarms and the saved queries of a template or of a deployed stack, as the metrics they look at."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.infra.template import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.infra.template import Json

AWS_METRICS: Mapping[str, tuple[str, frozenset[str]]] = {
    "AWS/Events": ("RuleName", frozenset({"InvocationsFailedToBeSentToDlq"})),
    "AWS/Lambda": ("FunctionName", frozenset({"Duration", "Errors", "Invocations", "Throttles"})),
    "AWS/SNS": ("TopicName", frozenset({"NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"})),
    "AWS/SQS": ("QueueName", frozenset({"ApproximateNumberOfMessagesVisible"})),
    "AWS/States": ("StateMachineArn", frozenset({"ExecutionsAborted", "ExecutionsFailed", "ExecutionsTimedOut"})),
}
"""AWS's own metrics that we know of: namespace → the dimension and the names.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html,
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

_STRING = re.compile(r'"[^"]*"')
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_OPERATORS = frozenset("and or not in like ispresent asc desc".split())


@dataclass(frozen=True, slots=True, order=True)
class Looked:
    """A metric that someone looks at."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def is_aws(self) -> bool:
        """Whether AWS writes it."""
        return self.namespace.startswith("AWS/")


def resolved(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """A value of the template with its references written as `<Logical id.Attribute>`."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case dict():
            return {key: resolved(part) for key, part in value.items()}
        case list():
            return [resolved(part) for part in value]
        case _:
            return value


def of_alarm(alarm: Json) -> Looked:
    """The metric of an alarm, as CloudFormation and DescribeAlarms spell it."""
    dimensions = tuple((each["Name"], each["Value"]) for each in alarm["Dimensions"])
    return Looked(alarm["Namespace"], alarm["MetricName"], dimensions)


def of_dashboard(body: str) -> Iterator[Looked]:
    """The metrics of a dashboard's widgets; what is calculated is left out, what it is calculated from is not.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    for widget in json.loads(body)["widgets"]:
        for row in widget["properties"].get("metrics", []):
            texts = [part for part in row if isinstance(part, str)]
            if texts:
                namespace, name, *rest = texts
                yield Looked(namespace, name, tuple(zip(rest[::2], rest[1::2], strict=True)))


def fields_of(query: str) -> set[str]:
    """The keys of log lines that a query of Logs Insights reads, without those that CloudWatch adds itself."""
    found: set[str] = set()
    for command in query.split("\n| "):
        verb, _, rest = command.partition(" ")
        if verb in ("fields", "filter", "sort"):
            found |= {word.group() for word in _WORD.finditer(_STRING.sub("", re.sub(r"@\w+", "", rest)))}
        else:
            assert verb == "limit", f"{verb} is not read by this test"
    return found - _OPERATORS


def as_names(value: Any) -> list[str]:  # noqa: ANN401  (JSON)
    """The logical ids that references of a list point at."""
    return [str(resolved(part)).strip("<>") for part in as_list(value)]
