"""The synthesized stack as plain data, its resources found by what they are and never by their hashed ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the template."""

    logical_id: str
    body: Json

    @property
    def properties(self) -> Json:
        """Its properties."""
        found: Json = self.body["Properties"]
        return found

    @property
    def arn(self) -> Json:
        """How others of the template refer to its ARN."""
        return {"Fn::GetAtt": [self.logical_id, "Arn"]}

    @property
    def ref(self) -> Json:
        """How others of the template refer to its name, or to its ARN where that is its name."""
        return {"Ref": self.logical_id}


@dataclass(frozen=True, slots=True)
class StackTemplate:
    """The template of the one stack, and the folder it was synthesized into."""

    folder: Path
    body: Json
    report: Json
    metadata: Json

    @property
    def file(self) -> Path:
        """The template's file."""
        return self.folder / "cognito-drop.template.json"

    def all(self, kind: str) -> list[Resource]:
        """All resources of a type."""
        found = self.body["Resources"].items()
        return [Resource(logical_id, body) for logical_id, body in found if body["Type"] == kind]

    def one(self, kind: str, condition: Callable[[Json], Any] = lambda _: True) -> Resource:
        """The only resource of a type whose properties fulfil a condition."""
        found = [resource for resource in self.all(kind) if condition(resource.properties)]
        assert len(found) == 1, f"{len(found)} resources of type {kind} fulfil the condition"
        return found[0]

    @property
    def pools(self) -> dict[str, Json]:
        """What the parameters say of the pools, by alias."""
        return {
            parameter.properties["Name"]["Fn::Join"][1][-1].rpartition("/")[2]: json.loads(
                parameter.properties["Value"]
            )
            for parameter in self.all("AWS::SSM::Parameter")
        }

    @property
    def drop_bucket(self) -> Resource:
        """The bucket for drops and results: the one that tells EventBridge."""
        return self.one("AWS::S3::Bucket", lambda properties: "NotificationConfiguration" in properties)

    @property
    def access_logs(self) -> Resource:
        """The bucket for the access logs of the other."""
        return self.one("AWS::S3::Bucket", lambda properties: "NotificationConfiguration" not in properties)

    @property
    def queue(self) -> Resource:
        """The queue of upload events: the one with a redrive policy."""
        return self.one("AWS::SQS::Queue", lambda properties: "RedrivePolicy" in properties)

    @property
    def dead_letters(self) -> Resource:
        """Its dead-letter queue."""
        return self.one("AWS::SQS::Queue", lambda properties: "RedrivePolicy" not in properties)

    @property
    def upload_rule(self) -> Resource:
        """The rule for upload events."""
        return self.one("AWS::Events::Rule", lambda properties: "aws.s3" in str(properties.get("EventPattern")))

    @property
    def key(self) -> Resource:
        """The one key."""
        return self.one("AWS::KMS::Key")

    @property
    def logs_role(self) -> Resource:
        """The role that Cognito assumes."""
        return self.one(
            "AWS::IAM::Role", lambda properties: "cognito-idp" in str(properties["AssumeRolePolicyDocument"])
        )

    def function(self, folder: str) -> Resource:
        """The function whose handler lies in this folder of `lambdas/`."""
        handler = f"lambdas.{folder}.handler.lambda_handler"
        return self.one("AWS::Lambda::Function", lambda properties: properties["Handler"] == handler)

    def has_function(self, folder: str) -> bool:
        """Whether the stack has the function of a folder that not every stack has."""
        handler = f"lambdas.{folder}.handler.lambda_handler"
        return any(each.properties["Handler"] == handler for each in self.all("AWS::Lambda::Function"))

    def statements(self, role: Json) -> list[Json]:
        """What the policies of a role allow or deny; `role` is a reference to its ARN."""
        logical_id = role["Fn::GetAtt"][0]
        inline = self.body["Resources"][logical_id]["Properties"].get("Policies", [])
        attached = [
            policy.properties
            for policy in (*self.all("AWS::IAM::Policy"), *self.all("AWS::IAM::ManagedPolicy"))
            if {"Ref": logical_id} in policy.properties["Roles"]
        ]
        return [statement for policy in [*inline, *attached] for statement in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:  # noqa: ANN401  (JSON)
    """A member that may be one value or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def denies_plain_http(resource_policy: Resource) -> bool:
    """Whether a resource policy denies everything that does not come over TLS, to everybody."""
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in resource_policy.properties["PolicyDocument"]["Statement"]
    )
