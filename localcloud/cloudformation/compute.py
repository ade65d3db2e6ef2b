"""AWS::Lambda::Function, Permission, EventInvokeConfig and EventSourceMapping, AWS::StepFunctions::StateMachine.

moto 5.2.5 drops half of a function's properties, cannot delete a permission, has no event invoke configs, and creates
state machines in the backend that does not execute them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html and
its neighbours
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.awslambda.utils import get_backend
from moto.utilities.utils import load_resource_as_str

from localcloud.cloudformation.api import lower_camel
from localcloud.cloudformation.provider import Made, Properties, Provider, tags_as_map, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place

_GONE = "ResourceNotFoundException"


class Function(Provider):
    """A function; inline code becomes `index.py`, next to the `cfnresponse` module that AWS adds."""

    type = "AWS::Lambda::Function"
    name_property = "FunctionName"
    longest_name = 64
    attributes = ("Arn",)
    replacing = frozenset({"FunctionName", "PackageType"})
    _CONFIGURATION: dict[str, Any] = {  # noqa: RUF012  (a constant)
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
    applied = frozenset({*_CONFIGURATION, "Architectures", "Code", "PackageType", "ReservedConcurrentExecutions"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the function."""
        answer = place.call(
            "lambda",
            "create_function",
            FunctionName=name,
            Code=_code(properties["Code"]),
            Architectures=properties.get("Architectures"),
            PackageType=properties.get("PackageType"),
            Tags=tags_as_map(properties),
            KMSKeyArn=properties.get("KmsKeyArn"),
            **{key: properties.get(key) for key in self._CONFIGURATION},
        )
        self._complete(place, name, properties)
        return Made(name, {"Arn": answer["FunctionArn"]})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update the configuration, then the code if it differs."""
        name = made.physical_id
        wanted = {key: properties.get(key, default) for key, default in self._CONFIGURATION.items()}
        wanted["KMSKeyArn"] = properties.get("KmsKeyArn")
        place.call("lambda", "update_function_configuration", FunctionName=name, **wanted)
        if properties["Code"] != before["Code"] or properties.get("Architectures") != before.get("Architectures"):
            code = _code(properties["Code"])
            place.call(
                "lambda",
                "update_function_code",
                FunctionName=name,
                Architectures=properties.get("Architectures"),
                **code,
            )
        self._complete(place, name, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the function."""
        try:
            place.call("lambda", "delete_function", FunctionName=made.physical_id)
        except ClientError as error:
            unless_gone(error, _GONE)

    @staticmethod
    def _complete(place: Place, name: str, properties: Properties) -> None:
        reserved = properties.get("ReservedConcurrentExecutions")
        if reserved is None:
            place.call("lambda", "delete_function_concurrency", FunctionName=name)
        else:
            place.call("lambda", "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=reserved)
        # moto keeps the name of the log group, but drops the LoggingConfig that gives it.
        group = (properties.get("LoggingConfig") or {}).get("LogGroup")
        get_backend(place.account_id, place.region).get_function(name).logs_group_name = group or f"/aws/lambda/{name}"


def _code(code: dict[str, Any]) -> dict[str, Any]:
    if "ZipFile" not in code:
        return code
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("index.py", code["ZipFile"])
        bundle.writestr("cfnresponse.py", load_resource_as_str("awslambda/resources/cfnresponse.py.txt"))
    return {"ZipFile": archive.getvalue()}


class Permission(Provider):
    """A statement of a function's policy."""

    type = "AWS::Lambda::Permission"
    longest_name = 100
    attributes = ("Id",)
    _PARAMETERS = (
        "Action",
        "EventSourceToken",
        "FunctionName",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn",
    )
    replacing = frozenset(_PARAMETERS)
    applied = frozenset(_PARAMETERS)

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Add the statement."""
        given = {key: properties.get(key) for key in self._PARAMETERS}
        place.call("lambda", "add_permission", StatementId=name, **given)
        return Made(name, {"Id": name})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Nothing of a permission can be updated: every change replaces it."""

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Remove the statement."""
        try:
            function = properties["FunctionName"]
            place.call("lambda", "remove_permission", FunctionName=function, StatementId=made.physical_id)
        except ClientError as error:
            unless_gone(error, _GONE)


class EventInvokeConfig(Provider):
    """How asynchronous invocations of a function are retried, and where failures go."""

    type = "AWS::Lambda::EventInvokeConfig"
    replacing = frozenset({"FunctionName", "Qualifier"})
    _SETTINGS = ("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts")
    applied = frozenset({"FunctionName", "Qualifier", *_SETTINGS})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the config."""
        settings = {key: properties.get(key) for key in self._SETTINGS}
        place.call("lambda", "put_function_event_invoke_config", FunctionName=properties["FunctionName"], **settings)
        return Made(name)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Put the new config; moto would go on with the first one."""
        self.delete(place, made, before)
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the config."""
        try:
            place.call("lambda", "delete_function_event_invoke_config", FunctionName=properties["FunctionName"])
        except ClientError as error:
            unless_gone(error, _GONE)


class EventSourceMapping(Provider):
    """What feeds a function; Ref gives the mapping's UUID."""

    type = "AWS::Lambda::EventSourceMapping"
    attributes = ("EventSourceMappingArn", "Id")
    replacing = frozenset({"EventSourceArn", "StartingPosition", "StartingPositionTimestamp"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:  # noqa: ARG002
        """Create the mapping."""
        given = {key: value for key, value in properties.items() if key != "Tags"}
        answer = place.call("lambda", "create_event_source_mapping", Tags=tags_as_map(properties), **given)
        uuid = answer["UUID"]
        arn = f"arn:aws:lambda:{place.region}:{place.account_id}:event-source-mapping:{uuid}"
        return Made(uuid, {"EventSourceMappingArn": arn, "Id": uuid})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update what differs; a setting that is gone goes back to its default."""
        defaults = {
            "BatchSize": 10,
            "Enabled": True,
            "FilterCriteria": {},
            "FunctionResponseTypes": [],
            "MaximumBatchingWindowInSeconds": 0,
            "ScalingConfig": {},
        }
        gone = {name: value for name, value in defaults.items() if name in before and name not in properties}
        place.call("lambda", "update_event_source_mapping", UUID=made.physical_id, **(gone | properties))

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the mapping."""
        try:
            place.call("lambda", "delete_event_source_mapping", UUID=made.physical_id)
        except ClientError as error:
            unless_gone(error, _GONE)


class StateMachine(Provider):
    """A state machine; Ref gives its ARN."""

    type = "AWS::StepFunctions::StateMachine"
    name_property = "StateMachineName"
    longest_name = 80
    attributes = ("Arn", "Name", "StateMachineRevisionId")
    replacing = frozenset({"StateMachineName", "StateMachineType"})
    applied = frozenset(
        {
            "Definition",
            "DefinitionS3Location",
            "DefinitionString",
            "DefinitionSubstitutions",
            "LoggingConfiguration",
            "RoleArn",
            "StateMachineType",
            "TracingConfiguration",
        }
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the state machine."""
        tags = [lower_camel(tag) for tag in properties.get("Tags", [])]
        arn = place.call(
            "stepfunctions",
            "create_state_machine",
            name=name,
            type=properties.get("StateMachineType"),
            tags=tags or None,
            **self._settings(place, properties),
        )["stateMachineArn"]
        return Made(arn, {"Arn": arn, "Name": name, "StateMachineRevisionId": "INITIAL"})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Update definition, role and settings."""
        place.call(
            "stepfunctions",
            "update_state_machine",
            stateMachineArn=made.physical_id,
            **self._settings(place, properties),
        )

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the state machine."""
        place.call("stepfunctions", "delete_state_machine", stateMachineArn=made.physical_id)

    def _settings(self, place: Place, properties: Properties) -> dict[str, Any]:
        return {
            "definition": self._definition(place, properties),
            "roleArn": properties["RoleArn"],
            "loggingConfiguration": lower_camel(properties.get("LoggingConfiguration")),
            "tracingConfiguration": lower_camel(properties.get("TracingConfiguration")),
        }

    @staticmethod
    def _definition(place: Place, properties: Properties) -> str:
        if location := properties.get("DefinitionS3Location"):
            found = place.call("s3", "get_object", Bucket=location["Bucket"], Key=location["Key"])
            text = found["Body"].read().decode()
        elif "Definition" in properties:
            text = json.dumps(properties["Definition"])
        else:
            text = properties["DefinitionString"]
        substitutions = properties.get("DefinitionSubstitutions", {})
        return re.sub(r"\$\{(\w+)\}", lambda place_: str(substitutions.get(place_[1], place_[0])), text)
