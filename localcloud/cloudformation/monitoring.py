"""AWS::CloudWatch::Alarm and Dashboard, AWS::Logs::LogGroup and QueryDefinition, AWS::Events::Rule, EventBus, Archive.

moto 5.2.5 has no alarms and query definitions in templates, cannot update a log group, gives no Ref to buses and
archives, and replaces a rule on every update. Alarms exist but are not evaluated.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html and
its neighbors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.resource_type import ResourceType, as_json, words
from localcloud.cloudformation.tagging import Tagging, tags_as_map

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Calls, Resource


def _put_alarm(alarm: Resource) -> Calls:
    yield "put_metric_alarm", {**alarm.properties, "AlarmName": alarm.id}


def _put_dashboard(dashboard: Resource) -> Calls:
    yield "put_dashboard", {"DashboardName": dashboard.id, "DashboardBody": as_json(dashboard["DashboardBody"])}


def _create_log_group(group: Resource) -> Calls:
    given = {"kmsKeyId": group.get("KmsKeyId"), "logGroupClass": group.get("LogGroupClass")}
    yield "create_log_group", {"logGroupName": group.id, **given, "tags": tags_as_map(group)}
    yield _retention(group)


def _update_log_group(group: Resource) -> Calls:
    if group.changes("RetentionInDays"):
        yield _retention(group)


def _retention(group: Resource) -> tuple[str, dict[str, Any]]:
    days = group.get("RetentionInDays")
    if days is None:
        return "delete_retention_policy", {"logGroupName": group.id}
    return "put_retention_policy", {"logGroupName": group.id, "retentionInDays": days}


def _put_query(query: Resource) -> Calls:
    known = query.id if query.before else None
    given = {"logGroupNames": query.get("LogGroupNames"), "queryLanguage": query.get("QueryLanguage")}
    given |= {"name": query["Name"], "queryString": query["QueryString"]}
    yield "put_query_definition", {"queryDefinitionId": known, **given}


def _put_rule(rule: Resource) -> Calls:
    """The rule with its targets; those that are gone are removed."""
    name, bus = _name_of_rule(rule), rule.get("EventBusName")
    pattern, targets = rule.get("EventPattern"), rule.get("Targets", [])
    given = rule.some("Description", "RoleArn", "ScheduleExpression", "State", "Tags")
    pattern = as_json(pattern) if pattern else None
    yield "put_rule", {"Name": name, "EventBusName": bus, "EventPattern": pattern, **given}
    if targets:
        yield "put_targets", {"Rule": name, "EventBusName": bus, "Targets": targets}
    kept = {target["Id"] for target in targets}
    gone = [target["Id"] for target in rule.before.get("Targets", []) if target["Id"] not in kept]
    if gone:
        yield "remove_targets", {"Rule": name, "EventBusName": bus, "Ids": gone}


def _ref_of_rule(rule: Resource) -> str:
    """The name, on another bus than the default one `bus|name`."""
    bus = rule.get("EventBusName", "default").rsplit("/", 1)[-1]
    return rule.id if bus == "default" else f"{bus}|{rule.id}"


def _delete_rule(rule: Resource) -> Calls:
    name, bus = _name_of_rule(rule), rule.get("EventBusName")
    if ids := [target["Id"] for target in rule.get("Targets", [])]:
        yield "remove_targets", {"Rule": name, "EventBusName": bus, "Ids": ids}
    yield "delete_rule", {"Name": name, "EventBusName": bus}


def _name_of_rule(rule: Resource) -> str:
    return rule.id.rsplit("|", 1)[-1]


def _create_bus(bus: Resource) -> Calls:
    yield "create_event_bus", {"Name": bus.id, **bus.some("Description", "EventSourceName", "Tags")}


def _create_archive(archive: Resource) -> Calls:
    source = archive["SourceArn"]
    yield "create_archive", {"ArchiveName": archive.id, "EventSourceArn": source, **_archive_settings(archive)}


def _update_archive(archive: Resource) -> Calls:
    yield "update_archive", {"ArchiveName": archive.id, **_archive_settings(archive)}


def _archive_settings(archive: Resource) -> dict[str, Any]:
    pattern = archive.get("EventPattern")
    return {**archive.some("Description", "RetentionDays"), "EventPattern": as_json(pattern) if pattern else None}


TYPES = (
    ResourceType(
        type="AWS::CloudWatch::Alarm",
        service="cloudwatch",
        create=_put_alarm,
        update=_put_alarm,
        delete=("delete_alarms", "AlarmNames"),
        name_property="AlarmName",
        attributes={"Arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
        tagging=Tagging("ResourceARN", by="Arn"),
        replacing=words("AlarmName"),
    ),
    ResourceType(
        type="AWS::CloudWatch::Dashboard",
        service="cloudwatch",
        create=_put_dashboard,
        update=_put_dashboard,
        delete=("delete_dashboards", "DashboardNames"),
        gone=("ResourceNotFound",),
        name_property="DashboardName",
        replacing=words("DashboardName"),
        applied=words("DashboardBody"),
    ),
    ResourceType(
        type="AWS::Logs::LogGroup",
        service="logs",
        create=_create_log_group,
        update=_update_log_group,
        delete=("delete_log_group", "logGroupName"),
        gone=("ResourceNotFoundException",),
        name_property="LogGroupName",
        longest_name=512,
        attributes={"Arn": "arn:aws:logs:{region}:{account}:log-group:{id}:*"},
        replacing=words("LogGroupName"),
        tagging=Tagging("logGroupName", "tag_log_group", "untag_log_group", "tags", "tags", members=None),
        applied=words("KmsKeyId LogGroupClass RetentionInDays"),
    ),
    ResourceType(
        type="AWS::Logs::QueryDefinition",
        service="logs",
        create=_put_query,
        ref="{answer[queryDefinitionId]}",
        update=_put_query,
        delete=("delete_query_definition", "queryDefinitionId"),
        gone=("ResourceNotFoundException",),
        attributes={"QueryDefinitionId": "{answer[queryDefinitionId]}"},
        applied=words("LogGroupNames Name QueryLanguage QueryString"),
    ),
    ResourceType(
        type="AWS::Events::Rule",
        service="events",
        create=_put_rule,
        ref=_ref_of_rule,
        update=_put_rule,
        delete=_delete_rule,
        gone=("ResourceNotFoundException",),
        name_property="Name",
        longest_name=64,
        attributes={"Arn": "{answer[RuleArn]}"},
        replacing=words("EventBusName Name"),
        tagging=Tagging("ResourceARN", by="Arn"),
        applied=words("Description EventBusName EventPattern RoleArn ScheduleExpression State Targets"),
    ),
    ResourceType(
        type="AWS::Events::EventBus",
        service="events",
        create=_create_bus,
        delete=("delete_event_bus", "Name"),
        name_property="Name",
        attributes={"Arn": "{answer[EventBusArn]}", "Name": "{id}"},
        tagging=Tagging("ResourceARN", by="Arn"),
        replacing=words("Name"),
        applied=words("Description EventSourceName"),
    ),
    ResourceType(
        type="AWS::Events::Archive",
        service="events",
        create=_create_archive,
        update=_update_archive,
        delete=("delete_archive", "ArchiveName"),
        gone=("ResourceNotFoundException",),
        name_property="ArchiveName",
        longest_name=48,
        attributes={"Arn": "{answer[ArchiveArn]}", "ArchiveName": "{id}"},
        replacing=words("ArchiveName SourceArn"),
        applied=words("Description EventPattern RetentionDays SourceArn"),
    ),
)
