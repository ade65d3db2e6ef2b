"""Exports in use: what another stack imports is neither deleted nor changed.

A stack whose exports are imported keeps its status when it is to be deleted, with the reason in an event; an update
that takes an export away, or gives it another value, is rolled back before anything is deleted. The texts are those of
public reports: https://github.com/rlister/stax/issues/40, https://github.com/linz/geostore/issues/630.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudformation.models import Stack
    from moto.cloudformation.parsing import Export

_READ = ("Conditions", "Resources", "Outputs")
"""The sections of a template in which functions are called."""


class ExportInUseError(Exception):
    """Another stack imports the export."""

    def __init__(self, export: str, change: str, stacks: list[str]) -> None:
        super().__init__(f"Export {export} cannot be {change} as it is in use by {', '.join(stacks)}")


def check_deletion(stack: Stack) -> None:
    """Raise ExportInUseError if another stack imports an export of this one."""
    for export in _exports(stack):
        if users := _importing(stack, export.name):
            raise ExportInUseError(export.name, "deleted", users)


def check_change(stack: Stack) -> None:
    """Raise ExportInUseError if the exports of the template that is being deployed lack, or change, one in use."""
    coming = {export.name: export.value for export in stack._create_output_map().exports}  # noqa: SLF001  (moto's own)
    for export in _exports(stack):
        change = "updated" if export.name in coming else "deleted"
        if coming.get(export.name) != export.value and (users := _importing(stack, export.name)):
            raise ExportInUseError(export.name, change, users)


def _exports(stack: Stack) -> list[Export]:
    exports = cloudformation_backends[stack.account_id][stack.region_name].exports
    return [export for export in exports.values() if export.exporting_stack_id == stack.stack_id]


def _importing(stack: Stack, export: str) -> list[str]:
    """The names of the other stacks that import it; one whose resources were rolled back imports nothing."""
    backend = cloudformation_backends[stack.account_id][stack.region_name]
    others = [one for one in backend.stacks.values() if one.stack_id != stack.stack_id and one.stack_resources]
    return sorted(one.name for one in others if export in _imported(one))


def _imported(stack: Stack) -> set[str]:
    called = [call for section in _READ for call in _imports_in(stack.template_dict.get(section))]
    return {str(clean_json(call, stack.resource_map)) for call in called}


def _imports_in(value: Any) -> Iterator[Any]:  # noqa: ANN401  (any JSON)
    """What each `Fn::ImportValue` is given."""
    if isinstance(value, dict):
        if "Fn::ImportValue" in value:
            yield value["Fn::ImportValue"]
        for one in value.values():
            yield from _imports_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _imports_in(one)
