"""Writes docs/schemas/: the JSON schemas of documents, from the types with which mypy checks their builders.

Each document is a TypedDict. Its docstring and those of its members are the descriptions. `Annotated` adds an enum with
the member's values, or keywords of JSON schema.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import itertools
import json
import sys
import types
import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints, is_typeddict

from cognito_drop.cli.command_json import DATA, EnvelopeJson
from cognito_drop.cli.export_json import SCHEMAS as EXPORT_SCHEMAS
from cognito_drop.contract.event_names import SOURCE, RunEventKind
from cognito_drop.contract.object_keys import SUMMARY
from cognito_drop.core.notification.message_json import (
    FirstPartJson,
    NotificationJson,
    RunFinishedJson,
    RunStartedJson,
    RunWaitingJson,
)
from cognito_drop.core.presets.mapping_json import MappingJson
from cognito_drop.core.results.summary_json import SummaryJson
from cognito_drop.core.text.json_types import Keywords
from cognito_drop.core.undo.undo_json import UndoJson
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterator, Mapping

FOLDER = PROJECT / "docs" / "schemas"
Schema = dict[str, Any]

_SIMPLE: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    object: {},
}


def schemas() -> dict[str, Schema]:
    """The schemas by the names of their files."""
    return {
        "summary-1": _document("summary-1", f"{SUMMARY} of a run, schema version 1", SummaryJson),
        "notification-1": _document(
            "notification-1", "The notification of a run as JSON, schema version 1", NotificationJson
        ),
        "undo-1": _document("undo-1", "The result and the notification of an undo as JSON, schema version 1", UndoJson),
        "first-part-1": _document(
            "first-part-1", "The notification that a run waits for a decision as JSON, schema version 1", FirstPartJson
        ),
        "run-event-1": _run_event(),
        "command-1": _command(),
        "mapping-1": _document(
            "mapping-1", "A mapping of records to the columns of a user pool, version 1", MappingJson, is_closed=True
        ),
        **{name: _document(name, title, kind) for name, title, kind in EXPORT_SCHEMAS.values()},
    }


def main() -> int:
    """Write the files."""
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    return 0


def _run_event() -> Schema:
    """EventBridge's own envelope around the detail."""
    found = _Types()
    kinds = {
        RunEventKind.WAITING: RunWaitingJson,
        RunEventKind.STARTED: RunStartedJson,
        RunEventKind.FINISHED: RunFinishedJson,
    }
    return _published(
        "run-event-1",
        "A run event on the default event bus, schema version 1",
        {
            "description": "What EventBridge delivers: its own envelope, and the run in `detail`. Times are ISO 8601 "
            "with offset, null means unknown. Readers ignore members that they do not know.",
            "type": "object",
            "properties": {
                "source": {"const": SOURCE, "description": "The same for every deployment."},
                "detail-type": {
                    "enum": [kind.value for kind in RunEventKind],
                    "description": " ".join(inspect.getdoc(detail) or "" for detail in kinds.values()),
                },
                "account": {"type": "string", "description": "The account of the deployment."},
                "region": {"type": "string", "description": "The region of the deployment."},
                "time": {
                    "type": "string", "format": "date-time", "description": "When the event was put on the bus.",
                },
                "detail": {"type": "object", "description": "The run; its members depend on the detail type."},
            },
            "required": ["source", "detail-type", "detail"],
            "allOf": [
                _if({"detail-type": kind.value}, {"detail": found.schema(detail)}) for kind, detail in kinds.items()
            ],
        },
        found,
    )  # fmt: skip


def _command() -> Schema:
    """The envelope, with the data of each command."""
    found = _Types()
    envelope = found.properties(EnvelopeJson)
    envelope["properties"]["command"] = {
        **envelope["properties"]["command"], "enum": [*DATA, "cognito-drop"],
    }  # fmt: skip
    return _published(
        "command-1",
        "What `cognito-drop … --output json` writes, schema version 1",
        {
            **envelope,
            "oneOf": [
                {"properties": {"ok": {"const": True}}, "required": ["data"], "not": {"required": ["error"]}},
                {"properties": {"ok": {"const": False}}, "required": ["error"], "not": {"required": ["data"]}},
            ],
            "allOf": [
                _if({"command": command, "ok": True}, {"data": found.schema(data)}) for command, data in DATA.items()
            ],
        },
        found,
    )


def _if(values: Mapping[str, object], then: Mapping[str, Schema]) -> Schema:
    """Where the members have these values, others have these schemas."""
    return {
        "if": {"properties": {name: {"const": value} for name, value in values.items()}},
        "then": {"properties": then},
    }


def _document(name: str, title: str, kind: type, *, is_closed: bool = False) -> Schema:
    found = _Types(is_closed=is_closed)
    return _published(name, title, found.properties(kind), found)


def _published(name: str, title: str, schema: Schema, found: _Types) -> Schema:
    document, _, version = name.rpartition("-")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cognito-drop:{document}:{version}",
        "title": title,
        **schema,
        "$defs": dict(sorted(found.definitions.items())),
    }


@dataclass(slots=True)
class _Types:
    """The schemas of types; those of TypedDicts are kept as definitions."""

    is_closed: bool = False
    """Whether members that are not described are refused."""
    definitions: dict[str, Schema] = field(default_factory=dict)

    def schema(self, kind: Any) -> Schema:  # noqa: ANN401, PLR0911  (any annotation, one for each kind)
        """The schema of a type."""
        arguments = get_args(kind)
        match get_origin(kind):
            case None if is_typeddict(kind):
                name = kind.__name__.removesuffix("Json")
                self.definitions.setdefault(name, self.properties(kind))
                return {"$ref": f"#/$defs/{name}"}
            case None:
                return dict(_SIMPLE[kind])
            case typing.Annotated:
                return _merged(self.schema(arguments[0]), arguments[1:])
            case typing.NotRequired:
                return self.schema(arguments[0])
            case typing.Literal:
                return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
            case typing.Union | types.UnionType:
                return self._union(arguments)
            case builtins.list:
                return {"type": "array", "items": self.schema(arguments[0])}
            case builtins.dict:
                return {"type": "object", "additionalProperties": self.schema(arguments[1])}
            case unknown:
                raise TypeError(unknown)

    def properties(self, kind: type) -> Schema:
        """The schema of an object with the members of a TypedDict."""
        hints, descriptions = get_type_hints(kind, include_extras=True), _descriptions(kind)
        members = {name: self.schema(hint) for name, hint in hints.items()}
        return {
            "description": " ".join((inspect.getdoc(kind) or "").split()),
            "type": "object",
            **({"additionalProperties": False} if self.is_closed else {}),
            "properties": {
                name: {**schema, **({"description": descriptions[name]} if name in descriptions else {})}
                for name, schema in members.items()
            },
            "required": [name for name, hint in hints.items() if get_origin(hint) is not typing.NotRequired],
        }

    def _union(self, kinds: tuple[Any, ...]) -> Schema:
        found = [self.schema(kind) for kind in kinds if kind is not types.NoneType]
        if types.NoneType not in kinds:
            simple = [schema["type"] for schema in found if schema.keys() == {"type"}]
            return {"type": simple} if len(simple) == len(found) else {"oneOf": found}
        (schema,) = found
        if "$ref" in schema:
            return {"oneOf": [schema, {"type": "null"}]}
        nullable = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, "type": [schema["type"], "null"], **nullable}


def _merged(schema: Schema, additions: tuple[type[enum.Enum] | Keywords, ...]) -> Schema:
    for added in additions:
        keywords = added.keywords if isinstance(added, Keywords) else {"enum": [member.value for member in added]}
        schema = {**schema, **keywords}
    return schema


def _descriptions(kind: type) -> dict[str, str]:
    """The docstrings of the members, inherited ones included. Only the source names the bases of a TypedDict."""
    found, module = dict[str, str](), sys.modules[kind.__module__]
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
            for base in node.bases:
                if isinstance(base, ast.Name) and is_typeddict(inherited := getattr(module, base.id)):
                    found |= _descriptions(inherited)
            found |= dict(_documented(node))
    return found


def _documented(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """The members that a docstring follows, with its text in one line."""
    for member, text in itertools.pairwise(node.body):
        match member, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, " ".join(said.split())


if __name__ == "__main__":
    sys.exit(main())
