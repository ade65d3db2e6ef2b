"""AWS::SSM::Parameter and AWS::IAM::ManagedPolicy.

moto 5.2.5 replaces a parameter on every update, keeps the first document of a managed policy for ever, and asks neither
of their own APIs.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.cloudformation.provider import Made, Properties, Provider, as_json, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place


class Parameter(Provider):
    """A parameter of Systems Manager; Ref gives its name."""

    type = "AWS::SSM::Parameter"
    name_property = "Name"
    attributes = ("Type", "Value")
    replacing = frozenset({"Name"})
    applied = frozenset({"AllowedPattern", "DataType", "Description", "Name", "Policies", "Tier", "Type", "Value"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the parameter. Raises ParameterAlreadyExists."""
        self._put(place, name, properties)
        return Made(name, {name_: properties[name_] for name_ in self.attributes})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Put a new version."""
        self._put(place, made.physical_id, properties, Overwrite=True)
        made.attributes.update({name: properties[name] for name in self.attributes})

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the parameter."""
        try:
            place.call("ssm", "delete_parameter", Name=made.physical_id)
        except ClientError as error:
            unless_gone(error, "ParameterNotFound")

    def _put(self, place: Place, name: str, properties: Properties, **more: bool) -> None:
        place.call(
            "ssm", "put_parameter", **{**{key: properties.get(key) for key in self.applied}, "Name": name}, **more
        )


class ManagedPolicy(Provider):
    """A customer managed policy; Ref gives its ARN."""

    type = "AWS::IAM::ManagedPolicy"
    name_property = "ManagedPolicyName"
    longest_name = 128
    attributes = ("PolicyArn",)
    replacing = frozenset({"Description", "ManagedPolicyName", "Path"})
    applied = frozenset({"Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"})
    _HOLDERS = (("Roles", "role", "RoleName"), ("Users", "user", "UserName"), ("Groups", "group", "GroupName"))

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the policy and attach it."""
        arn = place.call(
            "iam",
            "create_policy",
            PolicyName=name,
            PolicyDocument=as_json(properties["PolicyDocument"]),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
        )["Policy"]["Arn"]
        self._attach(place, arn, properties, {})
        return Made(arn, {"PolicyArn": arn})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Make the new document the policy's only version, and attach it to those who are named."""
        arn = made.physical_id
        if properties["PolicyDocument"] != before["PolicyDocument"]:
            document = as_json(properties["PolicyDocument"])
            place.call("iam", "create_policy_version", PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
            for version in place.call("iam", "list_policy_versions", PolicyArn=arn)["Versions"]:
                if not version["IsDefaultVersion"]:
                    place.call("iam", "delete_policy_version", PolicyArn=arn, VersionId=version["VersionId"])
        self._attach(place, arn, properties, before)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Detach and delete the policy."""
        try:
            self._attach(place, made.physical_id, {}, properties)
            place.call("iam", "delete_policy", PolicyArn=made.physical_id)
        except ClientError as error:
            unless_gone(error, "NoSuchEntity")

    def _attach(self, place: Place, arn: str, properties: Properties, before: Properties) -> None:
        for holders, kind, parameter in self._HOLDERS:
            wanted, had = properties.get(holders, []), before.get(holders, [])
            for holder in [one for one in wanted if one not in had]:
                place.call("iam", f"attach_{kind}_policy", PolicyArn=arn, **{parameter: holder})
            for holder in [one for one in had if one not in wanted]:
                try:
                    place.call("iam", f"detach_{kind}_policy", PolicyArn=arn, **{parameter: holder})
                except ClientError as error:
                    unless_gone(error, "NoSuchEntity")
