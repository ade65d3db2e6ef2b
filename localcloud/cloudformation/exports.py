"""Exports in use: what another stack imports is neither deleted nor changed.

A stack whose exports are imported keeps its status when it is to be deleted, with the reason in an event; an update
that takes an export away, or gives it another value, is rolled back before anything is deleted. The texts are those of
public reports since 2025: https://github.com/aws/aws-cdk/issues/33395,
https://github.com/aws-samples/generative-ai-use-cases/issues/1232,
https://github.com/aws-samples/iam-identity-center-team/pull/474.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html;
https://github.com/aws/aws-cdk/issues/32238 (no import in conditions)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudformation.models import Stack
    from moto.cloudformation.parsing import Export

_READ = ("Resources", "Outputs")
"""The sections of a template that can import."""


class ExportInUseError(Exception):
    """Another stack imports the export."""

    def __init__(self, export: str, verb: str, stacks: list[str]) -> None:
        users = " and ".join(filter(None, (", ".join(stacks[:-1]), stacks[-1])))
        super().__init__(f"{verb.title()} canceled. Cannot {verb} export {export} as it is in use by {users}.")


def check_deletion(stack: Stack) -> None:
    """Raise ExportInUseError if another stack imports an export of this one."""
    for export in _exports(stack):
        if users := _importing(stack, export.name):
            raise ExportInUseError(export.name, "delete", users)


def check_change(stack: Stack) -> None:
    """Raise ExportInUseError if the exports of the template that is being deployed lack, or change, one in use."""
    coming = {export.name: export.value for export in stack._create_output_map().exports}  # noqa: SLF001  (moto's own)
    for export in _exports(stack):
        verb = "update" if export.name in coming else "delete"
        if coming.get(export.name) != export.value and (users := _importing(stack, export.name)):
            raise ExportInUseError(export.name, verb, users)


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
