"""Stacks: creating, updating and deleting their resources in order, with the events and endings of AWS.

moto 5.2.5 creates a change set's resources in the order of the template, loses its outputs and exports, forgets
tables and keys when they change, leaves a half-made stack when one resource fails, and forgets a stack whose deletion
fails. Guaranteed: a failed creation is rolled back, a failed update goes back to the template before; deletion stops at
what cannot be deleted, with everything that it needs; DeletionPolicy and UpdateReplacePolicy are respected.
What a resource is made of is in the table of types.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from __future__ import annotations

import copy
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.cloudformation import parsing
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource

from localcloud.cloudformation import absence
from localcloud.cloudformation.absence import Absence
from localcloud.cloudformation.exports import check_change
from localcloud.cloudformation.order import creation_order, needed
from localcloud.cloudformation.resolved import given_parameters, has_changed, is_wanted, physical_id_of, resolve
from localcloud.cloudformation.resource_type import Provided
from localcloud.cloudformation.stack_events import add_event, reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.cloudformation.models import Stack
    from moto.core.common_models import CloudFormationModel

_LOG = logging.getLogger(__name__)
_RETAINED_ALWAYS = ("Retain",)
_RETAINED = (*_RETAINED_ALWAYS, "RetainExceptOnCreate")
"""`RetainExceptOnCreate` is deleted when the operation that has created it is rolled back. Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""


class ResourceFailedError(Exception):
    """A resource could not be created or updated; the stack's events say why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One template on its way into a stack."""

    stack: Stack

    def apply(self, template: str, parameters: dict[str, Any] | None, *, rolls_back: bool = False) -> None:
        """Make the stack's resources those of the template. Raises ResourceFailedError, with the work half done.

        A roll-back deletes what the failed update has created, unless that is to be retained always.
        """
        before = self._resources
        self._load(template, parameters)
        wanted = self._resources
        order = creation_order(wanted)
        replaced: list[tuple[str, Provided]] = []
        for logical_id in order:
            if not is_wanted(wanted[logical_id], self._map):
                continue
            existing = self._parsed.get(logical_id)
            if existing is None or logical_id not in before:
                self._create(logical_id, wanted[logical_id])
            else:
                self._update(logical_id, wanted[logical_id], existing, replaced)
        if not rolls_back:
            check_change(self.stack)
        gone = [one for one in before if one not in wanted or not is_wanted(wanted[one], self._map)]
        self._clean_up({one: before[one] for one in gone}, replaced, _RETAINED_ALWAYS if rolls_back else _RETAINED)

    def take_back(self, drifted: Mapping[str, dict[str, Any]]) -> None:
        """Let `apply` create again what is gone, and update what was changed by hand."""
        for logical_id, drift in drifted.items():
            if drift["StackResourceDriftStatus"] == "DELETED":
                del self._parsed[logical_id]
            else:
                existing = self._parsed[logical_id]
                existing.properties = json.loads(drift["ActualProperties"])
                existing.localcloud_resolved = {**existing.localcloud_resolved, "Properties": existing.properties}

    def remove(self, *, after_creation: bool = False) -> list[str]:
        """Delete the stack's resources; return those that could not be deleted."""
        return self._delete_all(dict(self._resources), _RETAINED_ALWAYS if after_creation else _RETAINED)

    @property
    def _map(self) -> parsing.ResourceMap:
        return self.stack.resource_map

    @property
    def _parsed(self) -> dict[str, Any]:
        return self._map._parsed_resources  # noqa: SLF001  (moto's own, of which this is the keeper)

    @property
    def _resources(self) -> dict[str, Any]:
        return self._map._resource_json_map  # noqa: SLF001

    def _load(self, template: str, parameters: dict[str, Any] | None) -> None:
        self.stack.template = template
        self.stack._parse_template()  # noqa: SLF001
        document = self.stack.template_dict
        resources = self._map
        resources._template = document  # noqa: SLF001
        if parameters is not None:
            resources.input_parameters = parameters
        self.stack.parameters = given_parameters(self.stack)
        resources.cross_stack_resources = self.stack.cross_stack_resources
        resources.load_mapping()
        resources.load_parameters()
        resources.load_conditions()
        # The old resources stay in moto's map until they are deleted.
        resources._resource_json_map = document["Resources"]  # noqa: SLF001
        self.stack.description = document.get("Description")

    def _create(self, logical_id: str, resource: dict[str, Any]) -> None:
        type_ = resource["Type"]
        add_event(self.stack, logical_id, "", type_, "CREATE_IN_PROGRESS")
        try:
            model, resolved = resolve(resource, self._map)
            name = self._name(logical_id, model, resolved)
            created: Any = model.create_from_cloudformation_json(
                name,
                copy.deepcopy(resolved),
                self.stack.account_id,
                self.stack.region_name,
                LogicalId=logical_id,
                StackId=self.stack.stack_id,
                ResourceType=type_,
            )
        except Exception as error:
            raise self._failed(logical_id, "", type_, "CREATE_FAILED", error) from error
        self._keep(logical_id, type_, created, resolved)
        if isinstance(created, TaggedEC2Resource):
            self._tag(logical_id, created)
        add_event(
            self.stack,
            logical_id,
            physical_id_of(created),
            type_,
            "CREATE_COMPLETE",
            reason=self._absence(logical_id, created),
        )

    def _tag(self, logical_id: str, created: Any) -> None:  # noqa: ANN401  (moto's models)
        """Name the stack in the tags, which moto does for what is of EC2."""
        own = {"stack-name": self.stack.name, "stack-id": self.stack.stack_id, "logical-id": logical_id}
        tags = self.stack.tags | {f"aws:cloudformation:{name}": value for name, value in own.items()}
        backend = ec2_backends[self.stack.account_id][self.stack.region_name]
        backend.create_tags([created.physical_resource_id], tags)

    def _update(
        self,
        logical_id: str,
        resource: dict[str, Any],
        existing: Any,  # noqa: ANN401  (moto's models)
        replaced: list[tuple[str, Provided]],
    ) -> None:
        type_ = resource["Type"]
        physical_id = physical_id_of(existing)
        try:
            model, resolved = resolve(resource, self._map)
            if not has_changed(resolved, existing.localcloud_resolved):
                return
            add_event(self.stack, logical_id, physical_id, type_, "UPDATE_IN_PROGRESS")
            if hasattr(model.update_from_cloudformation_json, "__isabstractmethod__"):
                _LOG.warning("%s: moto cannot update %s; it stays as it was.", self.stack.name, type_)
                updated = existing
            else:
                updated = model.update_from_cloudformation_json(
                    original_resource=existing,
                    new_resource_name=self._name(logical_id, model, resolved),
                    cloudformation_json=copy.deepcopy(resolved),
                    account_id=self.stack.account_id,
                    region_name=self.stack.region_name,
                )
        except Exception as error:
            raise self._failed(logical_id, physical_id, type_, "UPDATE_FAILED", error) from error
        if isinstance(updated, Provided) and updated.predecessor is not None:
            if resource.get("UpdateReplacePolicy") != "Retain":
                replaced.append((logical_id, updated.predecessor))
            updated.predecessor = None
        self._keep(logical_id, type_, updated, resolved)
        add_event(self.stack, logical_id, physical_id_of(updated), type_, "UPDATE_COMPLETE")

    def _name(self, logical_id: str, model: type[CloudFormationModel], resolved: dict[str, Any]) -> str:
        property_ = model.cloudformation_name_type()
        if property_ and property_ in resolved["Properties"]:
            return str(resolved["Properties"][property_])
        if issubclass(model, Provided):
            return model.row.name(self.stack.name, logical_id)
        return parsing.generate_resource_name(resolved["Type"], self.stack.name, logical_id)

    def _keep(self, logical_id: str, type_: str, resource: Any, resolved: dict[str, Any]) -> None:  # noqa: ANN401  (moto's models)
        resource.cf_resource_type = type_
        resource.logical_resource_id = logical_id
        resource.localcloud_resolved = resolved
        self._parsed[logical_id] = resource

    def _absence(self, logical_id: str, resource: object) -> str | None:
        if not isinstance(resource, Provided) or not resource.row.is_absent:
            return None
        missing = Absence(self.stack.name, logical_id, resource.row.type)
        absence.note(missing)
        return str(missing)

    def _failed(
        self, logical_id: str, physical_id: str | None, type_: str, status: str, error: Exception
    ) -> ResourceFailedError:
        _LOG.error("%s: %s (%s): %s: %s", self.stack.name, logical_id, type_, status, reason_of(error))
        add_event(self.stack, logical_id, physical_id, type_, status, reason=reason_of(error))
        return ResourceFailedError(f"{logical_id}: {reason_of(error)}")

    def _clean_up(self, gone: dict[str, Any], replaced: list[tuple[str, Provided]], retained: tuple[str, ...]) -> None:
        for logical_id, old in reversed(replaced):
            self._try_to_delete(logical_id, old, {"Type": old.row.type})
        self._delete_all(gone, retained)

    def _delete_all(self, resources: dict[str, Any], retained: tuple[str, ...]) -> list[str]:
        stuck: list[str] = []
        kept: set[str] = set()
        for logical_id in reversed(creation_order(resources)):
            existing, resource = self._parsed.get(logical_id), resources[logical_id]
            if existing is None:
                continue
            if resource.get("DeletionPolicy") in retained:
                add_event(self.stack, logical_id, physical_id_of(existing), resource["Type"], "DELETE_SKIPPED")
                del self._parsed[logical_id]
            elif logical_id in kept:
                kept |= needed(resource, resources)
            elif self._try_to_delete(logical_id, existing, resource):
                del self._parsed[logical_id]
                absence.finish(self.stack.name, logical_id)
            else:
                stuck.append(logical_id)
                kept |= needed(resource, resources)
        return stuck

    def _try_to_delete(self, logical_id: str, existing: Any, resource: dict[str, Any]) -> bool:  # noqa: ANN401  (moto's models)
        try:
            self._delete(logical_id, existing, resource)
        except Exception as error:  # noqa: BLE001  (whatever a call raises is the reason of DELETE_FAILED)
            self._failed(logical_id, physical_id_of(existing), resource["Type"], "DELETE_FAILED", error)
            return False
        return True

    def _delete(self, logical_id: str, existing: Any, resource: dict[str, Any]) -> None:  # noqa: ANN401  (moto's models)
        physical_id, type_ = physical_id_of(existing), resource["Type"]
        add_event(self.stack, logical_id, physical_id, type_, "DELETE_IN_PROGRESS")
        known = getattr(existing, "localcloud_resolved", resource)
        if isinstance(existing, Provided):
            existing.delete(self.stack.account_id, self.stack.region_name)
        else:
            self._map._delete_resource(existing, copy.deepcopy(known))  # noqa: SLF001
        add_event(self.stack, logical_id, physical_id, type_, "DELETE_COMPLETE")
