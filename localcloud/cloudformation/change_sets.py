"""Change sets: what would change, and when it may be executed.

moto 5.2.5 takes a change set without a type for a new stack, makes a second stack of the same name, calls every change
of a new template `Add`, and takes change sets of the same name for one, whatever their stacks. The seams are the
operations of its responses. Guaranteed: a change set without changes is FAILED and cannot be executed; executing one
makes the others of its stack obsolete; a name is that of one change set of a stack.

With the mode REVERT_DRIFT, what has drifted is a change too: executing it creates again what is gone, and updates what
was changed by hand. What cannot be checked for drift is compared with the template only.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html,
API_DescribeChangeSet.html, API_ExecuteChangeSet.html; the texts are those of recorded answers of AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id, validate_create_change_set
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

from localcloud.cloudformation import stacks
from localcloud.cloudformation.differences import Difference
from localcloud.cloudformation.drift import drifted
from localcloud.cloudformation.limits import check_template
from localcloud.cloudformation.templates import parse

if TYPE_CHECKING:
    from moto.cloudformation.models import CloudFormationBackend

_NO_CHANGES: Final = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


class ComparedChangeSet(ChangeSet):
    """A change set with the changes that its template makes in the stack as it is."""

    def __init__(self, *, deployment_mode: str | None = None, **given: Any) -> None:  # noqa: ANN401  (moto's own)
        self.deployment_mode = deployment_mode
        super().__init__(**given)
        same_tags = self.tags in (None, self.stack.tags)
        is_same = self._difference.is_empty and not self.changes
        is_empty = self.change_set_type == "UPDATE" and is_same and same_tags
        self.status = "FAILED" if is_empty else "CREATE_COMPLETE"
        self.execution_status = "UNAVAILABLE" if is_empty else "AVAILABLE"
        self.status_reason = _NO_CHANGES if is_empty else None

    def _parse_template(self) -> None:
        self.template_dict = parse(self.template)

    def diff(self) -> list[Any]:
        """The changes."""
        self._difference = Difference(self.stack, self.template_dict, self.parameters)
        changes = {one["LogicalResourceId"]: one for one in self._difference.changes}
        for name, drift in self.drifted().items() if self.change_set_type == "UPDATE" else ():
            changes[name] = changes.get(name, _of_drift(drift)) | {
                "ResourceDriftStatus": drift["StackResourceDriftStatus"]
            }
        return list(changes.values())

    def drifted(self) -> dict[str, dict[str, Any]]:
        """The resources to bring back to the template, by their logical ids; none without the mode for it."""
        return drifted(self.stack) if self.deployment_mode == "REVERT_DRIFT" else {}


class ChangeSetNotFoundError(ServiceException):
    """There is no such change set."""

    code = "ChangeSetNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"ChangeSet [{name}] does not exist")


class InvalidChangeSetStatusError(ServiceException):
    """The change set cannot be executed."""

    code = "InvalidChangeSetStatus"

    def __init__(self, change_set: ChangeSet) -> None:
        is_made = change_set.status == "CREATE_COMPLETE"
        status = f"execution status of [{change_set.execution_status}" if is_made else f"status of [{change_set.status}"
        super().__init__(f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current {status}]")


def install() -> None:
    """Patch the operations into moto; idempotent."""
    CloudFormationResponse.create_change_set = _create  # type: ignore[method-assign]
    CloudFormationResponse.describe_change_set = _describe  # type: ignore[method-assign]
    CloudFormationResponse.list_change_sets = _list  # type: ignore[method-assign]
    CloudFormationResponse.execute_change_set = _execute  # type: ignore[method-assign]
    CloudFormationResponse.delete_change_set = _delete  # type: ignore[method-assign]
    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["DescribeChangeSetOutput.Changes"] = _as_members


def _of_drift(drift: dict[str, Any]) -> dict[str, Any]:
    """The change that takes a drift back."""
    action = "Add" if drift["StackResourceDriftStatus"] == "DELETED" else "Modify"
    names = ("LogicalResourceId", "PhysicalResourceId", "ResourceType")
    return {"Action": action, **{name: drift[name] for name in names}, "Scope": ["Properties"], "Details": []}


def _create(self: CloudFormationResponse) -> ActionResult:
    backend, name = self.cloudformation_backend, self._get_param("ChangeSetName")
    kind, tags = self._get_param("ChangeSetType", "UPDATE"), self._get_param("Tags", [])
    validate_create_change_set(name)
    # The name must be unique among all change sets of the stack; executing one deletes the others.
    if (known := _found(self)) and known.execution_status != "OBSOLETE":
        raise AlreadyExistsException(f"ChangeSet [{name}] already exists")
    stack = _stack_of(backend, self._get_param("StackName"), kind, name)
    template = _template(self, stack)
    check_template(template, parse(template))
    if stack is None:
        stack = _in_review(backend, self._get_param("StackName"))
    change_set = ComparedChangeSet(
        change_set_type=kind,
        change_set_id=generate_changeset_id(name, backend.region_name, backend.account_id),
        change_set_name=name,
        stack=stack,
        template=template,
        parameters=self._get_param_values(self._get_param("Parameters", []), stack.stack_parameters),
        description=self._get_param("Description"),
        notification_arns=self._get_param("NotificationARNs", []),
        tags={tag["Key"]: tag["Value"] for tag in tags} or None,
        role_arn=self._get_param("RoleARN"),
        deployment_mode=self._get_param("DeploymentMode"),
    )
    backend.change_sets[change_set.change_set_id] = change_set
    return ActionResult({"Id": change_set.change_set_id, "StackId": stack.stack_id})


def _stack_of(backend: CloudFormationBackend, name: str, kind: str, change_set: str) -> Stack | None:
    """The stack that the change set is for; none where it is a new one. Raises moto's ValidationError."""
    stack = next((one for one in backend.stacks.values() if name in (one.name, one.stack_id)), None)
    if kind == "IMPORT":
        raise ValidationError(message="localcloud does not import resources into stacks.")
    if kind == "CREATE":
        if name in backend.deleted_stacks or (stack is not None and stack.status != stacks.IN_REVIEW):
            raise ValidationError(
                message=f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set}]."
            )
        return stack
    if stack is None:
        raise ValidationError(message=f"Stack [{name}] does not exist")
    stacks.check_updatable(stack)
    return stack


def _in_review(backend: CloudFormationBackend, name: str) -> Stack:
    """A stack without template and resources, until a change set is executed."""
    stack = Stack(  # type: ignore[abstract]
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template={},
        parameters={},
        account_id=backend.account_id,
        region_name=backend.region_name,
        cross_stack_resources=backend.exports,
    )
    backend.stacks[stack.stack_id] = stack
    stacks.set_status(stack, stacks.IN_REVIEW, "User Initiated")
    return stack


def _template(request: CloudFormationResponse, stack: Stack | None) -> str:
    given: str | None = request._get_param("TemplateBody")  # noqa: SLF001  (moto's own)
    url = request._get_param("TemplateURL")  # noqa: SLF001
    uses_previous = request._get_bool_param("UsePreviousTemplate", False)  # noqa: SLF001
    if uses_previous and (given or url):
        raise ValidationError(message="You cannot specify both usePreviousTemplate and Template Body/Template URL.")
    if uses_previous and stack is not None:
        return str(stack.template)
    if url:
        return request._get_stack_from_s3_url(url)  # noqa: SLF001
    if not given:
        raise ValidationError(message="Either Template URL or Template Body must be specified.")
    return given


def _as_members(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"Type": "Resource", "ResourceChange": change} for change in changes]


def _found(request: CloudFormationResponse) -> ChangeSet | None:
    """The change set by its ARN, or by its name and a stack that is not deleted."""
    name, stack = request._get_param("ChangeSetName"), request._get_param("StackName")  # noqa: SLF001
    backend = request.cloudformation_backend
    if name in backend.change_sets:
        return backend.change_sets[name]
    standing = [one.stack_id for one in backend.stacks.values() if stack in (None, one.name, one.stack_id)]
    named = [one for one in backend.change_sets.values() if one.change_set_name == name and one.stack_id in standing]
    return named[-1] if named else None


def _existing(request: CloudFormationResponse) -> ChangeSet:
    change_set = _found(request)
    if change_set is None:
        raise ChangeSetNotFoundError(request._get_param("ChangeSetName"))  # noqa: SLF001
    return change_set


def _describe(self: CloudFormationResponse) -> ActionResult:
    return ActionResult(_existing(self))


def _list(self: CloudFormationResponse) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    listed = [one for one in self.cloudformation_backend.change_sets.values() if one.stack_id == stack.stack_id]
    return ActionResult({"Summaries": listed})


def _execute(self: CloudFormationResponse) -> ActionResult:
    backend, change_set = self.cloudformation_backend, _existing(self)
    if change_set.execution_status != "AVAILABLE":
        raise InvalidChangeSetStatusError(change_set)
    stack = backend.stacks[change_set.stack_id]
    stacks.make_obsolete(backend, stack)
    change_set.execution_status = "EXECUTE_COMPLETE"
    if change_set.tags is not None:
        stack.tags = change_set.tags
    stack.cross_stack_resources = backend.exports
    if change_set.change_set_type == "CREATE":
        stacks.create(backend, stack, change_set.template, change_set.parameters)
    else:
        drift = change_set.drifted() if isinstance(change_set, ComparedChangeSet) else {}
        stacks.change(backend, stack, change_set.template, change_set.parameters, drift)
    return EmptyResult()


def _delete(self: CloudFormationResponse) -> ActionResult:
    change_set = _found(self)
    if change_set is not None:
        del self.cloudformation_backend.change_sets[change_set.change_set_id]
    return EmptyResult()
