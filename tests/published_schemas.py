"""The published JSON schemas, for validating what the product writes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it comes without types

from tools.toolchain import PROJECT


def validator(name: str) -> Any:  # noqa: ANN401  (it comes without types)
    """A validator that checks formats too, and refuses members that the schema does not describe.

    Envelopes, whose members depend on each other, stay open.
    """
    schema = json.loads((PROJECT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(
        _closed(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def _closed(schema: Any) -> Any:  # noqa: ANN401  (any JSON)
    """The schema whose objects have no members but those that it describes."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(member) for name, member in schema.items()}
    is_whole = made.get("type") == "object" and "properties" in made and "allOf" not in made
    return {"additionalProperties": False, **made} if is_whole else made
