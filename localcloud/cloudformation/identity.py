"""AWS::IAM::Role and Policy, AWS::KMS::Key, AWS::Cognito::UserPool and UserPoolClient.

moto 5.2.5 updates a role's description only, ignores its managed policies, cannot update a key, and has no user pools
in templates.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html and its
neighbours
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localcloud.cloudformation.api import truth
from localcloud.cloudformation.provider import Made, Properties, Provider, as_json, unless_gone

if TYPE_CHECKING:
    from localcloud.cloudformation.api import Place

_LOG = logging.getLogger(__name__)


class Role(Provider):
    """A role with its inline and managed policies."""

    type = "AWS::IAM::Role"
    name_property = "RoleName"
    longest_name = 64
    attributes = ("Arn", "RoleId")
    replacing = frozenset({"RoleName", "Path"})
    applied = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
        }
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the role with its policies."""
        role = place.call(
            "iam",
            "create_role",
            RoleName=name,
            AssumeRolePolicyDocument=as_json(properties["AssumeRolePolicyDocument"]),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            MaxSessionDuration=properties.get("MaxSessionDuration"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
            Tags=properties.get("Tags"),
        )["Role"]
        self._policies(place, name, properties, {})
        return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update trust, description and policies."""
        name = made.physical_id
        trust = as_json(properties["AssumeRolePolicyDocument"])
        place.call("iam", "update_assume_role_policy", RoleName=name, PolicyDocument=trust)
        place.call(
            "iam",
            "update_role",
            RoleName=name,
            Description=properties.get("Description", ""),
            MaxSessionDuration=properties.get("MaxSessionDuration", 3600),
        )
        self._policies(place, name, properties, before)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Delete the role and the policies of its template."""
        try:
            self._policies(place, made.physical_id, {}, properties)
            place.call("iam", "delete_role", RoleName=made.physical_id)
        except ClientError as error:
            unless_gone(error, "NoSuchEntity")

    def _policies(self, place: Place, name: str, properties: Properties, before: Properties) -> None:
        inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
        for old in before.get("Policies", []):
            if old["PolicyName"] not in inline:
                place.call("iam", "delete_role_policy", RoleName=name, PolicyName=old["PolicyName"])
        for policy, document in inline.items():
            place.call("iam", "put_role_policy", RoleName=name, PolicyName=policy, PolicyDocument=as_json(document))
        managed, had = set(properties.get("ManagedPolicyArns", [])), set(before.get("ManagedPolicyArns", []))
        for arn in sorted(managed - had):
            self._managed(place, "attach_role_policy", name, arn)
        for arn in sorted(had - managed):
            self._managed(place, "detach_role_policy", name, arn)

    @staticmethod
    def _managed(place: Place, operation: str, role: str, arn: str) -> None:
        try:
            place.call("iam", operation, RoleName=role, PolicyArn=arn)
        except ClientError as error:
            # moto does not know every policy of AWS's own, and none unless it is told to load them.
            if error.response["Error"]["Code"] != "NoSuchEntity" or ":iam::aws:policy/" not in arn:
                raise
            _LOG.info("%s: there is no policy %s here; %s was skipped.", role, arn, operation)


class Policy(Provider):
    """An inline policy for roles, users and groups."""

    type = "AWS::IAM::Policy"
    longest_name = 128
    attributes = ("Id",)
    replacing = frozenset({"PolicyName"})
    applied = frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"})
    _HOLDERS = (("Roles", "role", "RoleName"), ("Users", "user", "UserName"), ("Groups", "group", "GroupName"))

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Put the policy on everybody who is named."""
        for holders, kind, parameter in self._HOLDERS:
            for holder in properties.get(holders, []):
                place.call(
                    "iam",
                    f"put_{kind}_policy",
                    PolicyName=properties["PolicyName"],
                    PolicyDocument=as_json(properties["PolicyDocument"]),
                    **{parameter: holder},
                )
        return Made(name, {"Id": name})

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Put the policy, and take it from those who are no longer named."""
        gone = {
            holders: [one for one in before.get(holders, []) if one not in properties.get(holders, [])]
            for holders, _, _ in self._HOLDERS
        }
        self.delete(place, made, {"PolicyName": before["PolicyName"], **gone})
        self.create(place, made.physical_id, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Take the policy from everybody."""
        for holders, kind, parameter in self._HOLDERS:
            for holder in properties.get(holders, []):
                try:
                    place.call(
                        "iam",
                        f"delete_{kind}_policy",
                        PolicyName=properties["PolicyName"],
                        **{parameter: holder},
                    )
                except ClientError as error:
                    unless_gone(error, "NoSuchEntity")


class Key(Provider):
    """A KMS key; deleting it schedules its deletion, as in AWS."""

    type = "AWS::KMS::Key"
    attributes = ("Arn", "KeyId")
    replacing = frozenset({"KeySpec", "KeyUsage", "MultiRegion", "Origin"})
    applied = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy",
            "KeySpec",
            "KeyUsage",
            "MultiRegion",
            "Origin",
            "PendingWindowInDays",
        }
    )

    def create(self, place: Place, name: str, properties: Properties) -> Made:  # noqa: ARG002
        """Create the key."""
        policy = properties.get("KeyPolicy")
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]
        metadata = place.call(
            "kms",
            "create_key",
            Policy=as_json(policy) if policy else None,
            Tags=tags or None,
            **{name: properties.get(name) for name in ("Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin")},
        )["KeyMetadata"]
        made = Made(metadata["KeyId"], {"Arn": metadata["Arn"], "KeyId": metadata["KeyId"]})
        self._switches(place, made.physical_id, properties)
        return made

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Update policy, description, rotation and state."""
        key = made.physical_id
        if "KeyPolicy" in properties:
            policy = as_json(properties["KeyPolicy"])
            place.call("kms", "put_key_policy", KeyId=key, PolicyName="default", Policy=policy)
        place.call("kms", "update_key_description", KeyId=key, Description=properties.get("Description", ""))
        self._switches(place, key, properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Schedule the deletion."""
        days = properties.get("PendingWindowInDays", 30)
        try:
            place.call("kms", "schedule_key_deletion", KeyId=made.physical_id, PendingWindowInDays=days)
        except ClientError as error:
            unless_gone(error, "NotFoundException", "KMSInvalidStateException")

    @staticmethod
    def _switches(place: Place, key: str, properties: Properties) -> None:
        rotates = truth(properties.get("EnableKeyRotation", False))
        place.call("kms", "enable_key_rotation" if rotates else "disable_key_rotation", KeyId=key)
        enabled = truth(properties.get("Enabled", True))
        place.call("kms", "enable_key" if enabled else "disable_key", KeyId=key)


class UserPool(Provider):
    """A user pool."""

    type = "AWS::Cognito::UserPool"
    name_property = "UserPoolName"
    longest_name = 128
    attributes = ("Arn", "ProviderName", "ProviderURL", "UserPoolId")
    replacing = frozenset({"AliasAttributes", "UsernameAttributes", "UsernameConfiguration"})
    _RENAMED = ("UserPoolName", "EnabledMfas", "Schema")

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the pool."""
        pool = place.call(
            "cognito-idp",
            "create_user_pool",
            PoolName=name,
            Schema=properties.get("Schema"),
            **self._common(properties),
        )["UserPool"]
        provider = f"cognito-idp.{place.region}.amazonaws.com/{pool['Id']}"
        attributes = {
            "Arn": pool["Arn"],
            "ProviderName": provider,
            "ProviderURL": f"https://{provider}",
            "UserPoolId": pool["Id"],
        }
        return Made(pool["Id"], attributes)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:
        """Update the pool; new attributes of the schema are added."""
        pool = made.physical_id
        place.call("cognito-idp", "update_user_pool", UserPoolId=pool, **self._common(properties))
        new = [attribute for attribute in properties.get("Schema", []) if attribute not in before.get("Schema", [])]
        if new:
            place.call("cognito-idp", "add_custom_attributes", UserPoolId=pool, CustomAttributes=new)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Delete the pool with its users."""
        try:
            place.call("cognito-idp", "delete_user_pool", UserPoolId=made.physical_id)
        except ClientError as error:
            unless_gone(error, "ResourceNotFoundException")

    def _common(self, properties: Properties) -> dict[str, Any]:
        return {name: value for name, value in properties.items() if name not in self._RENAMED}


class UserPoolClient(Provider):
    """An app client of a user pool."""

    type = "AWS::Cognito::UserPoolClient"
    name_property = "ClientName"
    longest_name = 128
    attributes = ("ClientId", "ClientSecret", "Name")
    replacing = frozenset({"GenerateSecret", "UserPoolId"})

    def create(self, place: Place, name: str, properties: Properties) -> Made:
        """Create the client."""
        client = place.call("cognito-idp", "create_user_pool_client", **{**properties, "ClientName": name})[
            "UserPoolClient"
        ]
        attributes = {"ClientId": client["ClientId"], "Name": name}
        if "ClientSecret" in client:
            attributes["ClientSecret"] = client["ClientSecret"]
        return Made(client["ClientId"], attributes)

    def update(self, place: Place, made: Made, properties: Properties, before: Properties) -> None:  # noqa: ARG002
        """Update the client."""
        place.call("cognito-idp", "update_user_pool_client", ClientId=made.physical_id, **properties)

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Delete the client."""
        pool = properties["UserPoolId"]
        try:
            place.call("cognito-idp", "delete_user_pool_client", UserPoolId=pool, ClientId=made.physical_id)
        except ClientError as error:
            unless_gone(error, "ResourceNotFoundException")
