"""The policies of a template, with the functions of CloudFormation resolved as a deployment would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.infra.service_authorization import complaints, complaints_of_role
from tests.infra.template import as_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.template import Json

_PSEUDO: Final = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "cognito-drop",
    "AWS::URLSuffix": "amazonaws.com",
}
_HERE: Final = "us-east-1:123456789012"
_ARNS: Final = {
    "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:{_HERE}:alarm:",
    "AWS::CodeBuild::Project": f"arn:aws:codebuild:{_HERE}:project/",
    "AWS::CodePipeline::Pipeline": f"arn:aws:codepipeline:{_HERE}:",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/",
    "AWS::Events::Rule": f"arn:aws:events:{_HERE}:rule/",
    "AWS::IAM::OIDCProvider": "arn:aws:iam::123456789012:oidc-provider/",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/",
    "AWS::KMS::Key": f"arn:aws:kms:{_HERE}:key/",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HERE}:function:",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:",
    "AWS::S3::Bucket": "arn:aws:s3:::",
    "AWS::SNS::Topic": f"arn:aws:sns:{_HERE}:",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HERE}:",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_HERE}:stateMachine:",
}
_REF_IS_ARN: Final = {"AWS::IAM::OIDCProvider", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
_RESOURCE_POLICIES: Final = ("KeyPolicy", "PolicyDocument", "AssumeRolePolicyDocument")


def template_complaints(body: Json) -> Iterator[tuple[str, str]]:
    """Logical id and complaint for each statement that the service authorization reference does not bear out."""
    resources = body["Resources"]
    roles: dict[str, list[Json]] = {}
    for logical_id, resource in resources.items():
        properties = resource.get("Properties", {})
        attached = [role["Ref"] for role in properties.get("Roles", [])]
        for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            roles.setdefault(logical_id, []).extend(_statements(policy["PolicyDocument"], resources))
        for name in _RESOURCE_POLICIES:
            if name not in properties:
                continue
            statements = _statements(properties[name], resources)
            for role in attached:
                roles.setdefault(role, []).extend(statements)
            if not attached:
                yield from ((logical_id, said) for each in statements for said in complaints(each))
    for role, statements in roles.items():
        yield from ((role, said) for said in complaints_of_role(statements))


def _statements(document: Json, resources: Json) -> list[Json]:
    return [resolved(statement, resources) for statement in as_list(document["Statement"])]


def resolved(value: Any, resources: Json) -> Any:  # noqa: ANN401, PLR0911  (JSON, case by case)
    """The value as it is when the template is deployed, with invented names."""
    match value:
        case {"Ref": str(name)}:
            if name in _PSEUDO:
                return _PSEUDO[name]
            return _arn(name, resources) if resources[name]["Type"] in _REF_IS_ARN else name.lower()
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _arn(name, resources) if attribute.endswith("Arn") else name.lower()
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(resolved(part, resources) for part in parts)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _PSEUDO[found[1]], text)
        case dict():
            return {name: resolved(member, resources) for name, member in value.items()}
        case list():
            return [resolved(member, resources) for member in value]
        case _:
            return value


def _arn(name: str, resources: Json) -> str:
    kind = resources[name]["Type"]
    return f"{_ARNS[kind]}{name.lower()}{':*' if kind == 'AWS::Logs::LogGroup' else ''}"
