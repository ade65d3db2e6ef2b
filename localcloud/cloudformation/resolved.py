"""The resources of a template with the values of its functions, and those that a stack has."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation import custom

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack
    from moto.core.common_models import CloudFormationModel


def existing_resources(stack: Stack) -> dict[str, Any]:
    """The resources by their logical ids, without asking moto's map, which creates what it is asked for."""
    resources = stack.resource_map
    parsed = resources._parsed_resources  # noqa: SLF001  (moto's own)
    return {name: parsed[name] for name in resources._resource_json_map if parsed.get(name) is not None}  # noqa: SLF001


def physical_id_of(resource: Any) -> str | None:  # noqa: ANN401  (moto's models)
    """What a resource is called in its service; some of moto's models do not say."""
    name: str | None = getattr(resource, "physical_resource_id", None)
    return name


def resolve(
    resource: dict[str, Any], resources: parsing.ResourceMap
) -> tuple[type[CloudFormationModel], dict[str, Any]]:
    """The model of a template's resource, and the resource with the values of its functions."""
    try:
        model, resolved, _ = parsing.parse_resource(copy.deepcopy(resource), resources)
    except KeyError as error:
        raise ValidationError(
            message=f"Template format error: Unresolved dependencies [{error.args[0]}] in the Resources block of the "
            "template"
        ) from error
    cleaned = _without_none(resolved)
    return model, custom.as_strings(cleaned) if model is custom.CustomResource else cleaned


def is_wanted(resource: dict[str, Any], resources: parsing.ResourceMap) -> bool:
    """Whether the condition of a template's resource holds, if it has one."""
    condition = resource.get("Condition")
    return not condition or bool(resources.lazy_condition_map[condition])


def has_changed(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether a resolved resource differs in more than what it waits for."""
    return any(new.get(part) != old.get(part) for part in (new.keys() | old.keys()) - {"DependsOn", "Condition"})


def given_parameters(stack: Stack) -> dict[str, Any]:
    """Every parameter of the stack's template as it was given, or its default; not yet resolved."""
    given = stack.resource_map.input_parameters
    declared = stack.template_dict.get("Parameters", {})
    return {name: given.get(name, slot.get("Default")) for name, slot in declared.items()}


def _without_none(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    # AWS::NoValue: moto takes it from maps, not from lists.
    if isinstance(value, dict):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return [_without_none(one) for one in value if one is not None] if isinstance(value, list) else value
