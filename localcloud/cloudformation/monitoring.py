"""AWS::CloudWatch::Alarm and Dashboard, AWS::Logs::LogGroup and QueryDefinition, AWS::Events::Rule.

moto 5.2.5 has no alarms and query definitions in templates, cannot update a log group, and replaces a rule on every
update. Alarms exist but are not evaluated. Query definitions are kept here only: moto's API does not know them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html and
its neighbours
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.cloudformation.provider import Made, Properties, Provider, as_json, tags_as_map, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place


class Alarm(Provider):
    """A metric alarm."""

    type = "AWS::CloudWatch::Alarm"
    name_property = "AlarmName"
    attributes = ("Arn",)
    replacing = frozenset({"AlarmName"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the alarm."""
        place.call("cloudwatch", "put_metric_alarm", **{**properties, "AlarmName": name})
        return Made(name, {"Arn": f"arn:aws:cloudwatch:{place.region}:{place.account_id}:alarm:{name}"})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Put the alarm anew."""
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the alarm."""
        place.call("cloudwatch", "delete_alarms", AlarmNames=[made.physical_id])


class Dashboard(Provider):
    """A dashboard."""

    type = "AWS::CloudWatch::Dashboard"
    name_property = "DashboardName"
    replacing = frozenset({"DashboardName"})
    applied = frozenset({"DashboardBody"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the dashboard."""
        body = as_json(properties["DashboardBody"])
        place.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=body)
        return Made(name)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Put the dashboard anew."""
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the dashboard."""
        try:
            place.call("cloudwatch", "delete_dashboards", DashboardNames=[made.physical_id])
        except ClientError as error:
            unless_gone(error, "ResourceNotFound")


class LogGroup(Provider):
    """A log group."""

    type = "AWS::Logs::LogGroup"
    name_property = "LogGroupName"
    longest_name = 512
    attributes = ("Arn",)
    replacing = frozenset({"LogGroupName"})
    applied = frozenset({"KmsKeyId", "LogGroupClass", "RetentionInDays"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the log group. Raises ResourceAlreadyExistsException."""
        place.call(
            "logs",
            "create_log_group",
            logGroupName=name,
            kmsKeyId=properties.get("KmsKeyId"),
            logGroupClass=properties.get("LogGroupClass"),
            tags=tags_as_map(properties),
        )
        self._retain(place, name, properties)
        return Made(name, {"Arn": f"arn:aws:logs:{place.region}:{place.account_id}:log-group:{name}:*"})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update the retention."""
        if properties.get("RetentionInDays") != before.get("RetentionInDays"):
            self._retain(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the log group."""
        try:
            place.call("logs", "delete_log_group", logGroupName=made.physical_id)
        except ClientError as error:
            unless_gone(error, "ResourceNotFoundException")

    @staticmethod
    def _retain(place: Place, name: str, properties: Properties) -> None:
        days = properties.get("RetentionInDays")
        if days is None:
            place.call("logs", "delete_retention_policy", logGroupName=name)
        else:
            place.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)


class QueryDefinition(Provider):
    """A saved query of Logs Insights."""

    type = "AWS::Logs::QueryDefinition"
    attributes = ("QueryDefinitionId",)
    applied = frozenset({"LogGroupNames", "Name", "QueryLanguage", "QueryString"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:  # noqa: ARG002
        """Keep the query under a new id."""
        identity = str(uuid.uuid4())
        return Made(identity, {"QueryDefinitionId": identity})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """The query is its properties."""

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """The query goes with its resource."""


class Rule(Provider):
    """An EventBridge rule with its targets; Ref gives its name, on another bus than the default one `bus|name`."""

    type = "AWS::Events::Rule"
    name_property = "Name"
    longest_name = 64
    attributes = ("Arn",)
    replacing = frozenset({"EventBusName", "Name"})
    applied = frozenset(
        {"Description", "EventBusName", "EventPattern", "RoleArn", "ScheduleExpression", "State", "Targets"}
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the rule and its targets."""
        bus = properties.get("EventBusName")
        arn = self._put(place, name, properties)
        short = (bus or "default").rsplit("/", 1)[-1]
        return Made(name if short == "default" else f"{short}|{name}", {"Arn": arn})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Put the rule anew, and remove the targets that are gone."""
        name = made.physical_id.rsplit("|", 1)[-1]
        self._put(place, name, properties)
        kept = {target["Id"] for target in properties.get("Targets", [])}
        gone = [target["Id"] for target in before.get("Targets", []) if target["Id"] not in kept]
        if gone:
            place.call("events", "remove_targets", Rule=name, EventBusName=properties.get("EventBusName"), Ids=gone)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Delete the rule with its targets."""
        name, bus = made.physical_id.rsplit("|", 1)[-1], properties.get("EventBusName")
        try:
            ids = [target["Id"] for target in properties.get("Targets", [])]
            if ids:
                place.call("events", "remove_targets", Rule=name, EventBusName=bus, Ids=ids)
            place.call("events", "delete_rule", Name=name, EventBusName=bus)
        except ClientError as error:
            unless_gone(error, "ResourceNotFoundException")

    @staticmethod
    def _put(place: Place, name: str, properties: Properties) -> str:
        pattern, bus = properties.get("EventPattern"), properties.get("EventBusName")
        arn = place.call(
            "events",
            "put_rule",
            Name=name,
            EventBusName=bus,
            EventPattern=as_json(pattern) if pattern else None,
            Tags=properties.get("Tags"),
            **{key: properties.get(key) for key in ("Description", "RoleArn", "ScheduleExpression", "State")},
        )["RuleArn"]
        if targets := properties.get("Targets"):
            place.call("events", "put_targets", Rule=name, EventBusName=bus, Targets=targets)
        return str(arn)
