"""The template that is deployed, with its references resolved: what a policy of the stack has to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.cli.base_command import Context

_NAMED: Final = re.compile(r"\$\{([^!}]+)\}")
_START: Final = "arn:{partition}:"
_ARNS: Final[Mapping[str, str]] = {
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{id}",
    "AWS::Cognito::UserPool": "cognito-idp:{region}:{account}:userpool/{id}",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{id}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{id}",
    "AWS::IAM::Role": "iam::{account}:role/{id}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{id}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{id}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{id}:*",
    "AWS::S3::Bucket": "s3:::{id}",
}
"""What `Fn::GetAtt` gives as `Arn`, by what `Ref` gives. Source: the types' pages in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"""


class UnresolvedError(Exception):
    """A reference whose value is not known outside of CloudFormation."""


@dataclass(frozen=True, slots=True)
class DeployedTemplate:
    """The resources of the template by their logical ids, and what they are called."""

    resources: Mapping[str, Any]
    ids: Mapping[str, str]
    """Logical id → physical id."""
    places: Mapping[str, str]
    """Partition, region, account, and the stack's name."""

    @classmethod
    def read(cls, context: Context) -> DeployedTemplate:
        """Ask CloudFormation."""
        cloudformation, stack = context.aws.cloudformation, context.deployment.stack
        template: Any = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        ids = {
            entry["LogicalResourceId"]: entry["PhysicalResourceId"]
            for page in pages
            for entry in page["StackResourceSummaries"]
            if "PhysicalResourceId" in entry
        }
        _, partition, _, region, account, *_ = context.deployment.topic.split(":")
        places = {"partition": partition, "region": region, "account": account, "stack": stack}
        document = yaml.safe_load(template) if isinstance(template, str) else template  # the SDK has read JSON
        return cls(document["Resources"], ids, places)

    def of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The resources of a type that exist, by logical id, with their properties as the template has them."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind and name in self.ids:
                yield name, resource["Properties"]

    def named_in(self, value: Any) -> set[str]:  # noqa: ANN401  (any JSON)
        """The physical ids of the resources that a value refers to."""
        if isinstance(value, list):
            return set[str]().union(*map(self.named_in, value))
        if not isinstance(value, dict):
            return set()
        argument = value.get("Ref") or value.get("Fn::GetAtt")
        name = str(argument[0] if isinstance(argument, list) else argument)
        if name in self.ids:
            return {self.ids[name]}
        return set[str]().union(*map(self.named_in, value.values()))

    def resolved(self, value: Any) -> Any:  # noqa: ANN401  (any JSON)
        """A value with its references resolved. Raises UnresolvedError."""
        if isinstance(value, list):
            return [self.resolved(one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._result(function, argument)
        return {name: self.resolved(one) for name, one in value.items()}

    def _result(self, function: str, argument: Any) -> Any:  # noqa: ANN401  (any JSON)
        match function:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                return self._arn(*argument)
            case "Fn::Join":
                return argument[0].join(self.resolved(argument[1]))
            case "Fn::Sub" if isinstance(argument, str):
                return _NAMED.sub(lambda found: self._ref(found[1]), argument)
            case _:
                raise UnresolvedError(function)

    def _ref(self, name: str) -> str:
        pseudo = {
            "AWS::Partition": self.places["partition"],
            "AWS::Region": self.places["region"],
            "AWS::AccountId": self.places["account"],
            "AWS::StackName": self.places["stack"],
        }
        if name not in pseudo and name not in self.ids:
            raise UnresolvedError(name)
        return pseudo.get(name) or self.ids[name]

    def _arn(self, name: str, attribute: str) -> str:
        kind = self.resources[name]["Type"]
        if kind == "AWS::SQS::Queue" and attribute == "Arn":  # its Ref is a URL
            return f"{_START}sqs:{{region}}:{{account}}:".format(**self.places) + self.ids[name].rpartition("/")[2]
        if kind == "AWS::StepFunctions::StateMachine" and attribute == "Name":  # its Ref is the ARN
            return self.ids[name].rpartition(":")[2]
        if attribute != "Arn" or kind not in _ARNS:
            raise UnresolvedError(f"{name}.{attribute}")
        return (_START + _ARNS[kind]).format(**self.places, id=self.ids[name])
