"""What a template would change in a stack, without changing it: the resource changes of a change set.

Guaranteed: the values that are compared are those that a deployment would resolve. What only a deployment can know (the
id of a resource that is added or replaced) counts as changed, as `Dynamic`. A change makes a new resource where the
table of types says so; for a type that moto updates in its own way it is conditional.

Not imitated: changes of a stack's own tags do not appear as changes of its resources, to which they are not passed on.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation.order import creation_order, references
from localcloud.cloudformation.resolved import existing_resources, is_wanted, physical_id_of, resolve
from localcloud.cloudformation.resource_type import Provided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudformation.models import Stack

Change = dict[str, Any]
_AFTER_APPLY: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
_ATTRIBUTES: Final = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
_RETAIN: Final = ("Retain", "RetainExceptOnCreate")


class _ToCome:
    """A resource that a deployment would create: its id is not known yet."""

    physical_resource_id = _AFTER_APPLY

    def get_cfn_attribute(self, _name: str) -> str:
        """What GetAtt gives."""
        return _AFTER_APPLY


@dataclass
class Difference:
    """What deploying the template would change in the stack. Raises moto's ValidationError."""

    stack: Stack
    document: dict[str, Any]
    parameters: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    _replaced: set[str] = field(default_factory=set)
    """Resources that get a new id, or may get one."""
    _modified: set[str] = field(default_factory=set)
    """Resources of which a property changes."""

    def __post_init__(self) -> None:
        wanted, before = self.document["Resources"], existing_resources(self.stack)
        known = self._map._parsed_resources  # noqa: SLF001  (moto's own)
        for logical_id in creation_order(wanted):
            if not is_wanted(wanted[logical_id], self._map):
                continue
            if logical_id not in before:
                self.changes.append(_change("Add", logical_id, wanted[logical_id]["Type"]))
                self._replaced.add(logical_id)
                known[logical_id] = _ToCome()
            else:
                known[logical_id] = before[logical_id]
                self._compare(logical_id, wanted[logical_id], before[logical_id])
        for logical_id, resource in before.items():
            if logical_id not in wanted or not is_wanted(wanted[logical_id], self._map):
                self.changes.append(_removal(logical_id, resource))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to deploy: no resource and no output changes."""
        return not self.changes and self._outputs_stay

    @cached_property
    def _map(self) -> parsing.ResourceMap:
        """Of the template with what it refers to, and no resource in it yet."""
        made = parsing.ResourceMap(
            self.stack.stack_id,
            self.stack.name,
            self.parameters,
            self.stack.tags,
            self.stack.region_name,
            self.stack.account_id,
            self.document,
            self.stack.cross_stack_resources,
        )
        made.load_mapping()
        made.transform_mapping()
        made.load_parameters()
        made.load_conditions()
        return made

    @cached_property
    def _changed_parameters(self) -> set[str]:
        old, new = self.stack.resource_map.resolved_parameters, self._map.resolved_parameters
        return {name for name, value in new.items() if name in old and old[name] != value}

    @property
    def _outputs_stay(self) -> bool:
        new = self.document.get("Outputs") or {}
        used = {name for name, _ in references(new)} | {
            name for output in new.values() for name, _ in references(self._condition(output.get("Condition")))
        }
        return new == (self.stack.template_dict.get("Outputs") or {}) and not used & self._changed_parameters

    def _condition(self, name: str | None) -> Any:  # noqa: ANN401  (any JSON)
        return (self.document.get("Conditions") or {}).get(name)

    def _compare(self, logical_id: str, resource: dict[str, Any], existing: Any) -> None:  # noqa: ANN401  (moto's models)
        if existing.cf_resource_type != resource["Type"]:
            raise ValidationError(
                message="Update of resource type is not permitted. The new template modifies resource type of the "
                f"following resources: [{logical_id}]"
            )
        _, new = resolve(resource, self._map)
        old = existing.localcloud_resolved
        properties = list(self._changed_properties(logical_id, resource, new["Properties"], existing))
        attributes = [
            _detail({"Attribute": name, "RequiresRecreation": "Never"})
            for name in _ATTRIBUTES
            if new.get(name) != old.get(name)
        ]
        if not properties and not attributes:
            return
        if properties:
            self._modified.add(logical_id)
        replacement = _replacement(properties)
        if replacement != "False":
            self._replaced.add(logical_id)
            self._map._parsed_resources[logical_id] = _ToCome()  # noqa: SLF001
        details = [*properties, *attributes]
        change = _change("Modify", logical_id, resource["Type"], physical_id_of(existing), details)
        change["Replacement"] = replacement
        if replacement == "True":
            kept = resource.get("UpdateReplacePolicy") == "Retain"
            change["PolicyAction"] = "ReplaceAndRetain" if kept else "ReplaceAndDelete"
        self.changes.append(change)

    def _changed_properties(
        self,
        logical_id: str,
        resource: dict[str, Any],
        new: dict[str, Any],
        existing: Any,  # noqa: ANN401  (moto's models)
    ) -> Iterator[Change]:
        old = existing.localcloud_resolved["Properties"]
        raw_old = (self.stack.template_dict.get("Resources") or {}).get(logical_id, {}).get("Properties") or {}
        raw_new = resource.get("Properties") or {}
        for name in dict.fromkeys((*raw_new, *old)):
            differs = new.get(name) != old.get(name)
            causes = list(self._causes(raw_new.get(name), differs=differs))
            if differs and (raw_new.get(name) != raw_old.get(name) or not causes):
                causes.insert(0, {"ChangeSource": "DirectModification"})
            known = _AFTER_APPLY not in json.dumps(new.get(name), default=str)
            for cause in causes:
                yield _detail(_target(existing, name), "Static" if known else "Dynamic") | cause

    def _causes(self, expression: Any, *, differs: bool) -> Iterator[dict[str, str]]:  # noqa: ANN401  (any JSON)
        """The parameters and resources by which the value of a property changes, or may change."""
        for name, attribute in dict.fromkeys(references(expression)):
            if differs and name in self._changed_parameters:
                yield {"ChangeSource": "ParameterReference", "CausingEntity": name}
                yield {"ChangeSource": "DirectModification", "Evaluation": "Dynamic"}
            elif attribute is None and name in self._replaced:
                yield {"ChangeSource": "ResourceReference", "CausingEntity": name, "Evaluation": "Dynamic"}
            elif attribute is not None and name in self._replaced | self._modified:
                entity = f"{name}.{attribute}"
                yield {"ChangeSource": "ResourceAttribute", "CausingEntity": entity, "Evaluation": "Dynamic"}


def _target(existing: Any, name: str) -> dict[str, str]:  # noqa: ANN401  (moto's models)
    if name == "Tags":
        return {"Attribute": "Tags", "RequiresRecreation": "Never"}
    recreation = "Conditionally"
    if isinstance(existing, Provided):
        recreation = "Always" if name in existing.row.replacing else "Never"
    return {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}


def _detail(target: dict[str, str], evaluation: str = "Static") -> Change:
    return {"Target": target, "Evaluation": evaluation, "ChangeSource": "DirectModification"}


def _replacement(details: list[Change]) -> str:
    """Whether there will be a new resource, by the detail with the most impact."""
    impacts = {(one["Target"]["RequiresRecreation"], one["Evaluation"]) for one in details}
    if ("Always", "Static") in impacts:
        return "True"
    return "Conditional" if any(recreation != "Never" for recreation, _ in impacts) else "False"


def _change(
    action: str, logical_id: str, type_: str, physical_id: str | None = None, details: list[Change] | None = None
) -> Change:
    scope = dict.fromkeys(one["Target"]["Attribute"] for one in details or [])
    change = {"Action": action, "LogicalResourceId": logical_id, "ResourceType": type_}
    if physical_id is not None:
        change["PhysicalResourceId"] = physical_id
    return change | {"Scope": list(scope), "Details": details or []}


def _removal(logical_id: str, existing: Any) -> Change:  # noqa: ANN401  (moto's models)
    change = _change("Remove", logical_id, existing.cf_resource_type, physical_id_of(existing))
    kept = existing.localcloud_resolved.get("DeletionPolicy") in _RETAIN
    return change | {"PolicyAction": "Retain" if kept else "Delete"}
