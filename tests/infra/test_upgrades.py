"""An upgrade replaces nothing that holds something, and what `cdk destroy` leaves behind is a decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.releases.release import Release, releases
from tools.local_cloud import REGION

if TYPE_CHECKING:
    from tests.infra.template import Json, StackTemplate

COMMITTED = Path(__file__).parent / "golden" / "stateful.json"
STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
)
"""What holds data, messages, subscriptions that someone has confirmed, or executions."""


def _stateful(template: Json) -> dict[str, Json]:
    return {logical_id: body for logical_id, body in template["Resources"].items() if body["Type"] in STATEFUL}


def test_what_holds_something_is_what_was_committed(stack: StackTemplate) -> None:
    """Another logical id would be another resource, empty; another policy would delete or leave what it did not."""
    found = {
        logical_id: {"type": body["Type"], "when_deleted": body["DeletionPolicy"]}
        for logical_id, body in _stateful(stack.body).items()
    }
    assert found == json.loads(COMMITTED.read_text())


def test_a_replaced_resource_is_kept_as_a_deleted_one(any_stack: StackTemplate) -> None:
    """Both policies are stated for each; the second knows no difference by the operation that created it."""
    replaced_as = {"Retain": "Retain", "RetainExceptOnCreate": "Retain", "Delete": "Delete"}
    for logical_id, body in _stateful(any_stack.body).items():
        assert body["UpdateReplacePolicy"] == replaced_as[body["DeletionPolicy"]], logical_id


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"])
def test_what_holds_data_outlives_the_stack(any_stack: StackTemplate, kind: str) -> None:
    """`cdk destroy` deletes no file, no result, no ledger, and not the key that reads them."""
    assert {resource.body["DeletionPolicy"] for resource in any_stack.all(kind)} <= {"Retain", "RetainExceptOnCreate"}


def test_a_failed_first_deploy_leaves_nothing_but_the_empty_table(any_stack: StackTemplate) -> None:
    """What only ever `Retain`s stays after it; CloudFormation could not delete a table with deletion protection."""
    kept = [body for body in any_stack.body["Resources"].values() if body.get("DeletionPolicy") == "Retain"]
    assert [body["Type"] for body in kept] == ["AWS::DynamoDB::Table"]
    assert kept[0]["Properties"]["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("release", releases(), ids=lambda release: release.version)
def test_an_upgrade_replaces_nothing_that_holds_something(stack: StackTemplate, release: Release) -> None:
    """Each is there under its logical id, and no property has changed with which CloudFormation makes a new one."""
    before, now = _stateful(release.template), _stateful(stack.body)
    assert before
    for logical_id, body in before.items():
        assert logical_id in now, f"{logical_id} of {release.version} would be lost"
        assert now[logical_id]["Type"] == body["Type"]
        for path in _create_only(body["Type"]):
            old, new = _at(body["Properties"], path), _at(now[logical_id]["Properties"], path)
            assert old == new, f"{logical_id} of {release.version} would be replaced: {path}"


def _create_only(kind: str) -> list[str]:
    """The properties with which a resource is replaced, from its published schema."""
    # Its import takes a second, in each process that collects this file.
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # noqa: PLC0415

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    found: list[str] = [*schema.get("createOnlyProperties", []), *schema.get("conditionalCreateOnlyProperties", [])]
    return found


def _at(properties: Json, path: str) -> Any:  # noqa: ANN401  (JSON)
    value: Any = properties
    for name in path.removeprefix("/properties/").split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value
