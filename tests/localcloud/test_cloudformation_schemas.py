"""The table of types against the schemas of CloudFormation's registry, as cfn-lint ships them."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.cloudformation import compute, identity, messaging, monitoring, storage
from localcloud.cloudformation.actual import READERS

if TYPE_CHECKING:
    from localcloud.cloudformation.resource_type import ResourceType

ROWS = {row.type: row for module in (compute, identity, messaging, monitoring, storage) for row in module.TYPES}
NOT_IN_SCHEMAS = {("AWS::DynamoDB::Table", "LocalSecondaryIndexes"), ("AWS::IAM::Policy", "PolicyName")}
"""Changes that no operation of the service makes."""


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """The schemas by type."""
    folder = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas/resources")))
    read = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    return {schema["typeName"]: schema for schema in read}


def _named(schema: dict[str, Any], member: str) -> set[str]:
    return {path.split("/")[2] for path in schema.get(member, [])}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_new_resource_is_made_for_what_can_only_be_created(row: ResourceType, schemas: dict[str, Any]) -> None:
    """And for nothing else; what fails an update is neither."""
    schema = schemas[row.type]
    always, perhaps = _named(schema, "createOnlyProperties"), _named(schema, "conditionalCreateOnlyProperties")
    assert {name for name in always if not row.applied or name in row.applied} <= row.replacing
    assert {(row.type, name) for name in row.replacing - always - perhaps} <= NOT_IN_SCHEMAS
    assert not row.fixed.keys() & (always | perhaps | row.replacing)


@pytest.mark.parametrize("type_", READERS)
def test_drift_is_found_where_cloudformation_can_read(type_: str, schemas: dict[str, Any]) -> None:
    """A type without a handler that reads is not checked."""
    assert "read" in schemas[type_]["handlers"]
