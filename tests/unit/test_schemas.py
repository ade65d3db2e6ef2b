"""The published JSON schemas are those of the types that the code uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types
import pytest

from tools.schemas import FOLDER, schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = schemas()


def _members(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401  (any JSON)
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            yield from schema["properties"].items()
        for inner in schema.values():
            yield from _members(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _members(inner)


def test_the_published_schemas_are_those_of_the_types() -> None:
    """Otherwise `make schemas` was forgotten."""
    published = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.iterdir()}
    assert published == SCHEMAS


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema(name: str) -> None:
    """Valid under its own draft."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_member_is_described(name: str) -> None:
    """By itself, or by the description of its type."""
    described = {f"#/$defs/{kind}" for kind, schema in SCHEMAS[name]["$defs"].items() if schema["description"]}
    undescribed = [
        member
        for member, schema in _members(SCHEMAS[name])
        if "description" not in schema and schema.get("oneOf", [schema])[0].get("$ref") not in described
    ]
    assert undescribed == []
