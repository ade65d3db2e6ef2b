"""AWS::Lambda::Function, Version, LayerVersion, Permission, EventInvokeConfig and EventSourceMapping, and
AWS::StepFunctions::StateMachine.

moto 5.2.5 drops half of a function's properties, cannot delete a permission, gives no Ref to versions, has no event
invoke configs, and creates state machines in the backend that does not execute them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html and
its neighbors
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from moto.utilities.utils import load_resource_as_str

from localcloud.cloudformation.api import lower_camel
from localcloud.cloudformation.resource_type import ResourceType, words
from localcloud.cloudformation.tagging import Tagging, tags_as_map

if TYPE_CHECKING:
    from localcloud.cloudformation.resource import Calls, Resource

_GONE = ("ResourceNotFoundException",)
_CONFIGURATION: dict[str, Any] = {
    "DeadLetterConfig": {},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "Handler": None,
    "KmsKeyArn": None,
    "Layers": [],
    "LoggingConfig": None,
    "MemorySize": 128,
    "Role": None,
    "Runtime": None,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": None,
}
"""Properties of a function that can be updated, with their defaults."""
_PERMISSION = words("Action EventSourceToken FunctionName Principal PrincipalOrgID SourceAccount SourceArn")
_LAYER = words("CompatibleArchitectures CompatibleRuntimes Content Description LicenseInfo")
_INVOKE_SETTINGS = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
_MAPPING_DEFAULTS: dict[str, Any] = {
    "BatchSize": 10,
    "Enabled": True,
    "FilterCriteria": {},
    "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0,
    "ScalingConfig": {},
}


def _create_function(function: Resource) -> Calls:
    given = {**function.some(*_CONFIGURATION, "Architectures", "PackageType"), "Tags": tags_as_map(function)}
    given |= {"Code": _code(function["Code"]), "KMSKeyArn": function.get("KmsKeyArn")}
    yield "create_function", {"FunctionName": function.id, **given}
    yield _concurrency(function)


def _update_function(function: Resource) -> Calls:
    """The configuration, then the code if it differs."""
    wanted = {name: function.get(name, default) for name, default in _CONFIGURATION.items()}
    wanted |= {
        "KMSKeyArn": function.get("KmsKeyArn"),
        "LoggingConfig": function.get("LoggingConfig") or {"LogGroup": f"/aws/lambda/{function.id}"},
    }
    yield "update_function_configuration", {"FunctionName": function.id, **wanted}
    if function.changes("Code") or function.changes("Architectures"):
        code = {**function.some("Architectures"), **_code(function["Code"])}
        yield "update_function_code", {"FunctionName": function.id, **code}
    yield _concurrency(function)


def _concurrency(function: Resource) -> tuple[str, dict[str, Any]]:
    reserved = function.get("ReservedConcurrentExecutions")
    if reserved is None:
        return "delete_function_concurrency", {"FunctionName": function.id}
    return "put_function_concurrency", {"FunctionName": function.id, "ReservedConcurrentExecutions": reserved}


def _code(code: dict[str, Any]) -> dict[str, Any]:
    """The code; inline code becomes `index.py`, next to the `cfnresponse` module that AWS adds."""
    if "ZipFile" not in code:
        return code
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("index.py", code["ZipFile"])
        bundle.writestr("cfnresponse.py", load_resource_as_str("awslambda/resources/cfnresponse.py.txt"))
    return {"ZipFile": archive.getvalue()}


def _publish_version(version: Resource) -> Calls:
    yield "publish_version", version.some("FunctionName", "CodeSha256", "Description")


def _delete_version(version: Resource) -> Calls:
    yield "delete_function", {**version.some("FunctionName"), "Qualifier": version.attributes["Version"]}


def _publish_layer(layer: Resource) -> Calls:
    yield "publish_layer_version", {"LayerName": layer.id, **layer.some(*_LAYER)}


def _delete_layer(layer: Resource) -> Calls:
    name, number = layer.id.split(":")[-2:]
    yield "delete_layer_version", {"LayerName": name, "VersionNumber": number}


def _add_permission(permission: Resource) -> Calls:
    yield "add_permission", {"StatementId": permission.id, **permission.some(*_PERMISSION)}


def _remove_permission(permission: Resource) -> Calls:
    yield "remove_permission", {"FunctionName": permission["FunctionName"], "StatementId": permission.id}


def _put_invoke_config(config: Resource) -> Calls:
    if config.before:  # moto would go on with the first one
        yield from _delete_invoke_config(config)
    yield "put_function_event_invoke_config", config.some("FunctionName", *_INVOKE_SETTINGS)


def _delete_invoke_config(config: Resource) -> Calls:
    yield "delete_function_event_invoke_config", config.some("FunctionName")


def _create_mapping(mapping: Resource) -> Calls:
    yield "create_event_source_mapping", {**mapping.properties, "Tags": tags_as_map(mapping)}


def _update_mapping(mapping: Resource) -> Calls:
    """A setting that is gone goes back to its default."""
    gone = {name: value for name, value in _MAPPING_DEFAULTS.items() if name in mapping.before}
    yield "update_event_source_mapping", {"UUID": mapping.id, **gone, **mapping.properties}


def _create_machine(machine: Resource) -> Calls:
    tags = [lower_camel(tag) for tag in machine.get("Tags", [])]
    given = {"name": machine.id, "type": machine.get("StateMachineType"), "tags": tags or None}
    yield "create_state_machine", {**given, **_machine_settings(machine)}


def _update_machine(machine: Resource) -> Calls:
    yield "update_state_machine", {"stateMachineArn": machine.id, **_machine_settings(machine)}


def _machine_settings(machine: Resource) -> dict[str, Any]:
    return {
        "definition": definition_of(machine),
        "roleArn": machine["RoleArn"],
        "loggingConfiguration": lower_camel(machine.get("LoggingConfiguration")),
        "tracingConfiguration": lower_camel(machine.get("TracingConfiguration")),
    }


def definition_of(machine: Resource) -> str:
    """The definition of a state machine, with its substitutions."""
    if location := machine.get("DefinitionS3Location"):
        found = machine.place.call("s3", "get_object", Bucket=location["Bucket"], Key=location["Key"])
        text = found["Body"].read().decode()
    elif machine.get("Definition"):
        text = json.dumps(machine["Definition"])
    else:
        text = machine["DefinitionString"]
    substitutions = machine.get("DefinitionSubstitutions", {})
    return re.sub(r"\$\{(\w+)\}", lambda place: str(substitutions.get(place[1], place[0])), text)


TYPES = (
    ResourceType(
        type="AWS::Lambda::Function",
        service="lambda",
        create=_create_function,
        update=_update_function,
        delete=("delete_function", "FunctionName"),
        gone=_GONE,
        name_property="FunctionName",
        longest_name=64,
        attributes={"Arn": "{answer[FunctionArn]}"},
        replacing=words("FunctionName PackageType"),
        tagging=Tagging("Resource", members=None, by="Arn"),
        applied=words("Architectures Code PackageType ReservedConcurrentExecutions").union(_CONFIGURATION),
    ),
    ResourceType(
        type="AWS::Lambda::Version",
        service="lambda",
        create=_publish_version,
        ref="{answer[FunctionArn]}",
        delete=_delete_version,
        gone=_GONE,
        attributes={"FunctionArn": "{answer[FunctionArn]}", "Version": "{answer[Version]}"},
        replacing=words("CodeSha256 Description FunctionName"),
        applied=words("CodeSha256 Description FunctionName"),
    ),
    ResourceType(
        type="AWS::Lambda::LayerVersion",
        service="lambda",
        create=_publish_layer,
        ref="{answer[LayerVersionArn]}",
        delete=_delete_layer,
        gone=_GONE,
        name_property="LayerName",
        longest_name=140,
        attributes={"LayerVersionArn": "{answer[LayerVersionArn]}"},
        replacing=_LAYER | {"LayerName"},
        applied=_LAYER,
    ),
    ResourceType(
        type="AWS::Lambda::Permission",
        service="lambda",
        create=_add_permission,
        delete=_remove_permission,
        gone=_GONE,
        longest_name=100,
        attributes={"Id": "{id}"},
        replacing=_PERMISSION,
        applied=_PERMISSION,
    ),
    ResourceType(
        type="AWS::Lambda::EventInvokeConfig",
        service="lambda",
        create=_put_invoke_config,
        update=_put_invoke_config,
        delete=_delete_invoke_config,
        gone=_GONE,
        replacing=words("FunctionName Qualifier"),
        applied=frozenset({"FunctionName", "Qualifier", *_INVOKE_SETTINGS}),
    ),
    ResourceType(
        type="AWS::Lambda::EventSourceMapping",
        service="lambda",
        create=_create_mapping,
        ref="{answer[UUID]}",
        update=_update_mapping,
        delete=("delete_event_source_mapping", "UUID"),
        gone=_GONE,
        attributes={
            "EventSourceMappingArn": "arn:aws:lambda:{region}:{account}:event-source-mapping:{answer[UUID]}",
            "Id": "{answer[UUID]}",
        },
        replacing=words("EventSourceArn SelfManagedEventSource StartingPosition StartingPositionTimestamp"),
    ),
    ResourceType(
        type="AWS::StepFunctions::StateMachine",
        service="stepfunctions",
        create=_create_machine,
        ref="{answer[stateMachineArn]}",
        update=_update_machine,
        delete=("delete_state_machine", "stateMachineArn"),
        gone=("StateMachineDoesNotExist",),
        name_property="StateMachineName",
        longest_name=80,
        attributes={"Arn": "{answer[stateMachineArn]}", "Name": "{id}", "StateMachineRevisionId": "INITIAL"},
        replacing=words("StateMachineName StateMachineType"),
        tagging=Tagging("resourceArn", tags="tags", keys="tagKeys", members=("key", "value")),
        applied=words(
            "Definition DefinitionS3Location DefinitionString DefinitionSubstitutions LoggingConfiguration RoleArn"
            " StateMachineType TracingConfiguration"
        ),
    ),
)
