"""AWS::StepFunctions::StateMachine as CloudFormation creates and updates it.

Gaps of moto 5.2.5 closed here: state machines of a stack are created in the backend that does not execute them;
Definition, DefinitionS3Location, DefinitionSubstitutions, LoggingConfiguration, TracingConfiguration,
StateMachineType and the attributes Arn and StateMachineRevisionId are ignored.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.s3.models import s3_backends
from moto.stepfunctions import models
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.utils import cfn_to_api_tags
from moto.utilities.utils import get_partition

_has_attribute = StateMachine.has_cfn_attr
_attribute = StateMachine.get_cfn_attribute


def plug_in() -> None:
    """Replace the methods; calling it again changes nothing."""
    models.stepfunctions_backends = stepfunctions_parser_backends  # type: ignore[assignment]
    StateMachine.create_from_cloudformation_json = classmethod(_create)  # type: ignore[method-assign, assignment, arg-type]
    StateMachine.update_from_cloudformation_json = classmethod(_update)  # type: ignore[method-assign, assignment]
    StateMachine.has_cfn_attr = staticmethod(_has)  # type: ignore[method-assign, assignment]
    StateMachine.get_cfn_attribute = _get  # type: ignore[method-assign]


def _has(attribute: str) -> bool:
    return attribute in ("Arn", "StateMachineRevisionId") or _has_attribute(attribute)


def _get(self: StateMachine, attribute_name: str) -> Any:  # noqa: ANN401  (moto's signature)
    match attribute_name:
        case "Arn":
            return self.arn
        case "StateMachineRevisionId":
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.arn} {self.definition} {self.roleArn}"))
        case _:
            return _attribute(self, attribute_name)


def _create(
    _cls: type[StateMachine],
    resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
    **_kwargs: object,
) -> StateMachine:
    properties = cloudformation_json["Properties"]
    return stepfunctions_parser_backends[account_id][region_name].create_state_machine(
        properties.get("StateMachineName", resource_name),
        definition(properties, account_id, region_name),
        properties["RoleArn"],
        tags=cfn_to_api_tags(properties.get("Tags", [])),
        sm_type=properties.get("StateMachineType"),
        loggingConfiguration=_api_shape(properties.get("LoggingConfiguration")),
        tracingConfiguration=_api_shape(properties.get("TracingConfiguration")),
    )


def _update(  # noqa: PLR0917  (moto's signature)
    cls: type[StateMachine],
    original_resource: StateMachine,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> StateMachine:
    """Update in place, which leaves running executions alone; another name or type makes another state machine."""
    properties = cloudformation_json["Properties"]
    backend = stepfunctions_parser_backends[account_id][region_name]
    name = properties.get("StateMachineName", original_resource.name)
    if name != original_resource.name or properties.get("StateMachineType", "STANDARD") != original_resource.type:
        backend.delete_state_machine(original_resource.arn)
        return _create(cls, new_resource_name, cloudformation_json, account_id, region_name)
    updated = backend.update_state_machine(
        original_resource.arn,
        definition=definition(properties, account_id, region_name),
        role_arn=properties["RoleArn"],
        logging_configuration=_api_shape(properties.get("LoggingConfiguration", {"Level": "OFF"})),
        tracing_configuration=_api_shape(properties.get("TracingConfiguration", {"Enabled": False})),
    )
    backend.tagger.tag_resource(updated.arn, cfn_to_api_tags(properties.get("Tags", [])))
    return updated


def definition(properties: dict[str, Any], account_id: str, region_name: str) -> str:
    """The definition, from wherever the template has it, with its substitutions made."""
    if "Definition" in properties:
        text = json.dumps(properties["Definition"])
    elif "DefinitionS3Location" in properties:
        place = properties["DefinitionS3Location"]
        storage = s3_backends[account_id][get_partition(region_name)]
        stored: Any = storage.get_object(place["Bucket"], place["Key"], place.get("Version"))
        text = stored.value.decode()
    else:
        text = properties["DefinitionString"]
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    return text


def _api_shape(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """CloudFormation's spelling of a configuration, turned into the API's: names begin with a small letter."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _api_shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_api_shape(member) for member in value]
    return value
