"""The stack operations of CloudFormation: when what is deployed, and how a stack ends.

The seams in moto 5.2.5 are `create_stack`, `execute_change_set`, `update_stack` and `delete_stack` of its backend,
and the outputs and resources of `Stack`. Guaranteed: the operation answers when everything is done; outputs, exports,
status and its reason are those of the template deployed. `deployments` handles the resources.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import clean_json
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import generate_stack_id
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from localcloud.cloudformation import absence
from localcloud.cloudformation.deployments import Deployment, ResourceFailedError, given_parameters
from localcloud.cloudformation.limits import OutputTooLongError, check_output, check_template
from localcloud.cloudformation.order import CircularDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.cloudformation.models import ChangeSet
    from moto.core.common_models import CloudFormationModel


_LOG = logging.getLogger(__name__)
_change_set_of: Final = CloudFormationBackend.create_change_set
_parsed: Final = Stack.parse_template


class TerminationProtectedError(ValidationError):
    """A protected stack is to be deleted."""

    def __init__(self, stack: str) -> None:
        super().__init__(message=f"Stack [{stack}] cannot be deleted while TerminationProtection is enabled")


class ChangeSetNotFoundError(ServiceException):
    """There is no such change set."""

    code = "ChangeSetNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"ChangeSet [{name}] does not exist")


def install() -> None:
    """Patch the operations into moto; idempotent."""
    CloudFormationBackend.create_stack = _create_stack  # type: ignore[method-assign]
    CloudFormationBackend.create_change_set = _create_change_set  # type: ignore[method-assign, assignment]
    # moto reads JSON as YAML, which takes minutes for a large template.
    Stack.parse_template = staticmethod(_parse)  # type: ignore[method-assign]
    CloudFormationBackend.execute_change_set = _execute_change_set  # type: ignore[method-assign]
    CloudFormationBackend.delete_stack = _delete_stack  # type: ignore[method-assign]
    Stack.update = _update  # type: ignore[method-assign]
    Stack.outputs = property(_outputs)  # type: ignore[method-assign, assignment]
    Stack.stack_resources = property(_existing)  # type: ignore[method-assign, assignment]
    # moto gives the resolved values, and would resolve them again when a change set uses the previous ones.
    Stack.stack_parameters = property(given_parameters)  # type: ignore[method-assign, assignment]
    # moto has the field, but not the operation with which the CDK sets it.
    CloudFormationResponse.update_termination_protection = _protect  # type: ignore[attr-defined]
    # moto takes change sets of the same name for one, whatever their stacks, and fails for one that is not there.
    CloudFormationResponse.describe_change_set = _describe_change_set  # type: ignore[method-assign]
    CloudFormationResponse.delete_change_set = _delete_change_set  # type: ignore[method-assign]


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
    if name in [stack.name for stack in self.stacks.values()]:
        raise AlreadyExistsException(f"Stack {name} already exists")
    check_template(template, _parse(template))
    stack_id = generate_stack_id(name, self.region_name, self.account_id)
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
    _create(self, stack, template, parameters)
    return stack


def _create_change_set(
    self: CloudFormationBackend,
    stack_name: str,
    change_set_name: str,
    template: str,
    **given: Any,  # noqa: ANN401  (moto's own)
) -> tuple[str, str]:
    check_template(template, _parse(template))
    return _change_set_of(self, stack_name, change_set_name, template, **given)


def _parse(template: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(template)
    except ValueError:
        found = _parsed(template)
    return found


def _execute_change_set(self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None) -> None:
    change_set = _find(self, change_set_name, stack_name)
    if change_set is None:
        raise ChangeSetNotFoundError(change_set_name)
    stack = self.stacks[change_set.stack_id]
    if change_set.tags is not None:
        stack.tags = change_set.tags
    change_set.execution_status = "EXECUTE_COMPLETE"
    stack.cross_stack_resources = self.exports
    if change_set.change_set_type == "CREATE":
        _create(self, stack, change_set.template, change_set.parameters)
    else:
        _change(self, stack, change_set.template, change_set.parameters)


def _find(backend: CloudFormationBackend, name: str, stack: str | None) -> ChangeSet | None:
    for one in reversed(backend.change_sets.values()):
        if name == one.change_set_id or (name == one.change_set_name and stack in (None, one.stack_name, one.stack_id)):
            return one
    return None


def _describe_change_set(self: CloudFormationResponse) -> ActionResult:
    name = self._get_param("ChangeSetName")
    change_set = _find(self.cloudformation_backend, name, self._get_param("StackName"))
    if change_set is None:
        raise ChangeSetNotFoundError(name)
    return ActionResult(change_set)


def _delete_change_set(self: CloudFormationResponse) -> ActionResult:
    backend = self.cloudformation_backend
    change_set = _find(backend, self._get_param("ChangeSetName"), self._get_param("StackName"))
    if change_set is not None:
        del backend.change_sets[change_set.change_set_id]
    return EmptyResult()


def _update(
    self: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    from moto.cloudformation.models import cloudformation_backends  # noqa: PLC0415  (patched module's own registry)

    check_template(template, _parse(template))
    self.role_arn = role_arn
    if tags is not None:
        self.tags = tags
    _change(cloudformation_backends[self.account_id][self.region_name], self, template, parameters)


def _create(backend: CloudFormationBackend, stack: Stack, template: str, parameters: dict[str, Any]) -> None:
    _set(stack, "CREATE_IN_PROGRESS", "User Initiated")
    deployment = Deployment(stack)
    try:
        deployment.apply(template, parameters)
        _publish(backend, stack)
    except Exception as error:  # noqa: BLE001  (whatever fails is the reason of the rollback, and logged)
        _log_unexpected(stack, error)
        _set(stack, "ROLLBACK_IN_PROGRESS", str(error))
        stuck = deployment.remove(after_creation=True)
        _set(stack, "ROLLBACK_FAILED" if stuck else "ROLLBACK_COMPLETE", str(error))
        return
    _set(stack, "CREATE_COMPLETE")


def _change(backend: CloudFormationBackend, stack: Stack, template: str, parameters: dict[str, Any] | None) -> None:
    before, before_parameters = stack.template, dict(stack.parameters)
    _set(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    deployment = Deployment(stack)
    try:
        deployment.apply(template, parameters)
        _publish(backend, stack)
    except Exception as error:  # noqa: BLE001  (as above)
        _log_unexpected(stack, error)
        _set(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(error))
        try:
            deployment.apply(str(before), before_parameters, rolls_back=True)
        except ResourceFailedError as second:
            _set(stack, "UPDATE_ROLLBACK_FAILED", f"{error} And then: {second}")
            return
        _publish(backend, stack)
        _set(stack, "UPDATE_ROLLBACK_COMPLETE", str(error))
        return
    _set(stack, "UPDATE_COMPLETE")


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    stack = next((one for one in self.stacks.values() if name_or_stack_id in (one.stack_id, one.name)), None)
    if stack is None:
        return
    if stack.enable_termination_protection:
        raise TerminationProtectedError(stack.name)
    _set(stack, "DELETE_IN_PROGRESS", "User Initiated")
    stuck = Deployment(stack).remove()
    if stuck:
        _set(stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(stuck)}]. ")
        return
    for name in [name for name, export in self.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del self.exports[name]
    absence.finish(stack.name)
    _set(stack, "DELETE_COMPLETE")
    self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


def _log_unexpected(stack: Stack, error: Exception) -> None:
    if not isinstance(error, (ResourceFailedError, CircularDependencyError, OutputTooLongError)):
        _LOG.error("Stack %s could not be deployed.", stack.name, exc_info=error)


def _set(stack: Stack, status: str, reason: str | None = None) -> None:
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


def _outputs(self: Stack) -> list[dict[str, Any]]:
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
    return described


def _existing(self: Stack) -> Iterable[type[CloudFormationModel]]:
    # moto creates a resource that it is asked for.
    resources = self.resource_map
    parsed = resources._parsed_resources  # noqa: SLF001  (moto's own)
    return [parsed[name] for name in resources._resource_json_map if parsed.get(name) is not None]  # noqa: SLF001


def _protect(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = bool(self._get_bool_param("EnableTerminationProtection"))
    return ActionResult({"StackId": stack.stack_id})
