"""The stack operations of CloudFormation: when what is deployed, and how a stack ends.

The seams in moto 5.2.5 are `create_stack` and `delete_stack` of its backend, and the update, outputs and resources of
`Stack`. Guaranteed: the operation answers when everything is done; outputs, exports, status and its reason are those of
the template deployed; reading a stack makes no resource, which moto's maps of outputs do; an update without changes is
refused. `deployments` handles the resources, `change_sets` the change sets.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (the statuses after which
a stack can only be deleted)
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import OutputMap, clean_json
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import generate_stack_id
from moto.core.responses import ActionResult

from localcloud.cloudformation import absence
from localcloud.cloudformation.deployments import Deployment, ResourceFailedError
from localcloud.cloudformation.differences import Difference
from localcloud.cloudformation.exports import ExportInUseError, check_deletion
from localcloud.cloudformation.limits import OutputTooLongError, check_output, check_template
from localcloud.cloudformation.resolved import existing_resources, given_parameters
from localcloud.cloudformation.templates import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from moto.core.common_models import CloudFormationModel


_LOG = logging.getLogger(__name__)
IN_REVIEW: Final = "REVIEW_IN_PROGRESS"
_ONLY_DELETED: Final = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", IN_REVIEW)


class TerminationProtectedError(ValidationError):
    """A protected stack is to be deleted."""

    def __init__(self, stack: str) -> None:
        super().__init__(message=f"Stack [{stack}] cannot be deleted while TerminationProtection is enabled")


def install() -> None:
    """Patch the operations into moto; idempotent."""
    CloudFormationBackend.create_stack = _create_stack  # type: ignore[method-assign]
    Stack.parse_template = staticmethod(parse)  # type: ignore[method-assign]
    CloudFormationBackend.delete_stack = _delete_stack  # type: ignore[method-assign]
    Stack.update = _update  # type: ignore[method-assign]
    Stack.outputs = property(_outputs)  # type: ignore[method-assign, assignment]
    Stack.stack_resources = property(_existing)  # type: ignore[method-assign, assignment]
    # moto gives the resolved values, and would resolve them again when a change set uses the previous ones.
    Stack.stack_parameters = property(given_parameters)  # type: ignore[method-assign, assignment]
    # moto has the field, but not the operation with which the CDK sets it.
    CloudFormationResponse.update_termination_protection = _protect  # type: ignore[attr-defined]


def _create_stack(  # noqa: PLR0917  (moto's signature)
    self: CloudFormationBackend,
    name: str,
    template: str,
    parameters: dict[str, Any],
    notification_arns: list[str] | None = None,
    tags: dict[str, str] | None = None,
    role_arn: str | None = None,
    enable_termination_protection: bool | None = False,
    timeout_in_mins: int | None = None,
    stack_policy_body: str | None = None,
) -> Stack:
    standing = next((stack for stack in self.stacks.values() if stack.name == name), None)
    if standing is not None and standing.status != IN_REVIEW:
        raise AlreadyExistsException(f"Stack {name} already exists")
    check_template(template, parse(template))
    stack_id = standing.stack_id if standing else generate_stack_id(name, self.region_name, self.account_id)
    stack = Stack(  # type: ignore[abstract]
        stack_id=stack_id,
        name=name,
        template=template,
        parameters=parameters,
        account_id=self.account_id,
        region_name=self.region_name,
        notification_arns=notification_arns,
        tags=tags,
        role_arn=role_arn,
        cross_stack_resources=self.exports,
        enable_termination_protection=enable_termination_protection,
        timeout_in_mins=timeout_in_mins,
        stack_policy_body=stack_policy_body,
    )
    self.stacks[stack_id] = stack
    stack.resource_map._resource_json_map = {}  # noqa: SLF001  (nothing exists yet)
    stack.output_map = _no_outputs(stack)
    make_obsolete(self, stack)
    create(self, stack, template, parameters)
    return stack


def _update(
    self: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    from moto.cloudformation.models import cloudformation_backends  # noqa: PLC0415  (patched module's own registry)

    document = parse(template)
    check_template(template, document)
    check_updatable(self)
    known = given_parameters(self) if parameters is None else parameters
    if Difference(self, document, known).is_empty and tags in (None, self.tags):
        raise ValidationError(message="No updates are to be performed.")
    self.role_arn = role_arn
    if tags is not None:
        self.tags = tags
    backend = cloudformation_backends[self.account_id][self.region_name]
    make_obsolete(backend, self)
    change(backend, self, template, parameters)


def check_updatable(stack: Stack) -> None:
    """Raise moto's ValidationError for a stack that can only be deleted."""
    if stack.status in _ONLY_DELETED:
        raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")


def make_obsolete(backend: CloudFormationBackend, stack: Stack) -> None:
    """No change set of the stack can be executed any more, as they were made for what it was."""
    for one in backend.change_sets.values():
        if one.stack_id == stack.stack_id and one.execution_status == "AVAILABLE":
            one.execution_status = "OBSOLETE"


def create(backend: CloudFormationBackend, stack: Stack, template: str, parameters: dict[str, Any]) -> None:
    """Create the stack's resources, or roll back."""
    set_status(stack, "CREATE_IN_PROGRESS", "User Initiated")
    deployment = Deployment(stack)
    try:
        deployment.apply(template, parameters)
        _publish(backend, stack)
    except Exception as error:  # noqa: BLE001  (whatever fails is the reason of the rollback, and logged)
        _log_unexpected(stack, error)
        set_status(stack, "ROLLBACK_IN_PROGRESS", str(error))
        stuck = deployment.remove(after_creation=True)
        stack.output_map = _no_outputs(stack)
        set_status(stack, "ROLLBACK_FAILED" if stuck else "ROLLBACK_COMPLETE", str(error))
        return
    set_status(stack, "CREATE_COMPLETE")


def change(
    backend: CloudFormationBackend,
    stack: Stack,
    template: str,
    parameters: dict[str, Any] | None,
    drifted: Mapping[str, dict[str, Any]] | None = None,
) -> None:
    """Make the stack's resources those of the template, with what has drifted, or go back."""
    before, before_parameters = stack.template, dict(stack.parameters)
    set_status(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    deployment = Deployment(stack)
    try:
        deployment.take_back(drifted or {})
        deployment.apply(template, parameters)
        _publish(backend, stack)
    except Exception as error:  # noqa: BLE001  (as above)
        _log_unexpected(stack, error)
        set_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(error))
        try:
            deployment.apply(str(before), before_parameters, rolls_back=True)
        except ResourceFailedError as second:
            set_status(stack, "UPDATE_ROLLBACK_FAILED", f"{error} And then: {second}")
            return
        _publish(backend, stack)
        set_status(stack, "UPDATE_ROLLBACK_COMPLETE", str(error))
        return
    set_status(stack, "UPDATE_COMPLETE")


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    stack = next((one for one in self.stacks.values() if name_or_stack_id in (one.stack_id, one.name)), None)
    if stack is None:
        return
    if stack.enable_termination_protection:
        raise TerminationProtectedError(stack.name)
    try:
        check_deletion(stack)
    except ExportInUseError as error:
        set_status(stack, stack.status, str(error))
        return
    set_status(stack, "DELETE_IN_PROGRESS", "User Initiated")
    stuck = Deployment(stack).remove()
    if stuck:
        set_status(stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(stuck)}]. ")
        return
    for name in [name for name, export in self.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del self.exports[name]
    absence.finish(stack.name)
    set_status(stack, "DELETE_COMPLETE")
    self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


def _log_unexpected(stack: Stack, error: Exception) -> None:
    if not isinstance(error, (ExportInUseError, OutputTooLongError, ResourceFailedError, ValidationError)):
        _LOG.error("Stack %s could not be deployed.", stack.name, exc_info=error)


def set_status(stack: Stack, status: str, reason: str | None = None) -> None:
    """Set the stack's status and its reason, with an event."""
    stack.status = status
    vars(stack)["stack_status_reason"] = reason  # the name under which moto's serializer looks for it
    stack._add_stack_event(status, resource_status_reason=reason)  # noqa: SLF001  (moto's own)


def _publish(backend: CloudFormationBackend, stack: Stack) -> None:
    """Make the outputs and exports of the stack those of its template. Raises OutputTooLongError before that."""
    outputs = stack._create_output_map()  # noqa: SLF001  (moto's own)
    documents = stack.template_dict.get("Outputs") or {}
    for output in filter(None, outputs.values()):
        check_output(output.key, str(output.value), is_exported="Export" in documents[output.key])
    stack.output_map = outputs
    for name in [name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del backend.exports[name]
    for export in stack.exports:
        backend.exports[export.name] = export


def _no_outputs(stack: Stack) -> OutputMap:
    return OutputMap(stack.resource_map, {}, stack.stack_id)


def _outputs(self: Stack) -> list[dict[str, Any]] | None:
    documents = self.template_dict.get("Outputs") or {}
    described = []
    for output in self.output_map.values():
        if output is None:
            continue
        export = documents[output.key].get("Export", {}).get("Name")
        described.append(
            {
                "OutputKey": output.key,
                "OutputValue": str(output.value),
                "Description": output.description,
                "ExportName": clean_json(export, self.resource_map) if export else None,
            }
        )
    return described or None


def _existing(self: Stack) -> Iterable[type[CloudFormationModel]]:
    return list(existing_resources(self).values())


def _protect(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = bool(self._get_bool_param("EnableTerminationProtection"))
    return ActionResult({"StackId": stack.stack_id})
