"""AWS::IAM::Role, Policy and ManagedPolicy, AWS::KMS::Key, AWS::Cognito::UserPool and UserPoolClient.

moto 5.2.5 updates a role's description only, ignores its managed policies, keeps the first document of a managed policy
for ever, cannot update a key, and has no user pools in templates.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html and its
neighbors; for the texts of changes that fail, https://github.com/aws-amplify/amplify-cli/issues/4227 and
https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from localcloud.cloudformation.api import truth
from localcloud.cloudformation.resource import Calls, Resource
from localcloud.cloudformation.resource_type import ResourceType, as_json, words
from localcloud.cloudformation.tagging import Tagging

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG = logging.getLogger(__name__)
_HOLDERS = (("Roles", "role", "RoleName"), ("Users", "user", "UserName"), ("Groups", "group", "GroupName"))
_POOL_ONLY_CREATED = ("UserPoolName", "EnabledMfas", "Schema")


def _create_role(role: Resource) -> Calls:
    given = role.some("Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")
    trust = as_json(role["AssumeRolePolicyDocument"])
    yield "create_role", {"RoleName": role.id, "AssumeRolePolicyDocument": trust, **given}
    yield from _role_policies(role)


def _update_role(role: Resource) -> Calls:
    trust = as_json(role["AssumeRolePolicyDocument"])
    yield "update_assume_role_policy", {"RoleName": role.id, "PolicyDocument": trust}
    given = {"Description": role.get("Description", ""), "MaxSessionDuration": role.get("MaxSessionDuration", 3600)}
    yield "update_role", {"RoleName": role.id, **given}
    yield from _role_policies(role)


def _delete_role(role: Resource) -> Calls:
    yield from _role_policies(Resource(role.place, role.id, {}, role.properties))
    yield "delete_role", {"RoleName": role.id}


def _role_policies(role: Resource) -> Calls:
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in role.get("Policies", [])}
    for old in role.before.get("Policies", []):
        if old["PolicyName"] not in inline:
            yield "delete_role_policy", {"RoleName": role.id, "PolicyName": old["PolicyName"]}
    for name, document in inline.items():
        yield "put_role_policy", {"RoleName": role.id, "PolicyName": name, "PolicyDocument": as_json(document)}
    managed, had = set(role.get("ManagedPolicyArns", [])), set(role.before.get("ManagedPolicyArns", []))
    for arn in filter(partial(is_known, role), sorted(managed - had)):
        yield "attach_role_policy", {"RoleName": role.id, "PolicyArn": arn}
    for arn in filter(partial(is_known, role), sorted(had - managed)):
        yield "detach_role_policy", {"RoleName": role.id, "PolicyArn": arn}


def is_known(role: Resource, arn: str) -> bool:
    """Whether moto can attach the policy; it does not know all of AWS's own ones."""
    is_known = ":iam::aws:policy/" not in arn or arn in iam_backends[role.place.account_id]["aws"].managed_policies
    if not is_known:
        _LOG.info("%s: there is no policy %s here; it is not attached.", role.id, arn)
    return is_known


def _new_holders(policy: Resource) -> Iterator[tuple[str, dict[str, str]]]:
    """The kind and the parameter of everyone who holds the policy from now on."""
    for holders, kind, parameter in _HOLDERS:
        for holder in policy.get(holders, []):
            if holder not in policy.before.get(holders, []):
                yield kind, {parameter: holder}


def _reversed(policy: Resource) -> Resource:
    """The update that takes back what this one does."""
    return Resource(policy.place, policy.id, policy.before, policy.properties)


def _put_policy(policy: Resource) -> Calls:
    for kind, holder in _new_holders(_reversed(policy)):
        yield f"delete_{kind}_policy", {"PolicyName": policy.before["PolicyName"], **holder}
    document = as_json(policy["PolicyDocument"])
    for kind, holder in _new_holders(Resource(policy.place, policy.id, policy.properties)):
        yield f"put_{kind}_policy", {"PolicyName": policy["PolicyName"], "PolicyDocument": document, **holder}


def _delete_policy(policy: Resource) -> Calls:
    for kind, holder in _new_holders(policy):
        yield f"delete_{kind}_policy", {"PolicyName": policy["PolicyName"], **holder}


def _create_managed(policy: Resource) -> Calls:
    given = {**policy.some("Path", "Description"), "PolicyDocument": as_json(policy["PolicyDocument"])}
    created = yield "create_policy", {"PolicyName": policy.id, **given}
    yield from _attach(created["Policy"]["Arn"], policy)


def _update_managed(policy: Resource) -> Calls:
    """The new document is the policy's only version."""
    if policy.changes("PolicyDocument"):
        document = as_json(policy["PolicyDocument"])
        yield "create_policy_version", {"PolicyArn": policy.id, "PolicyDocument": document, "SetAsDefault": True}
        known = yield "list_policy_versions", {"PolicyArn": policy.id}
        for version in known["Versions"]:
            if not version["IsDefaultVersion"]:
                yield "delete_policy_version", {"PolicyArn": policy.id, "VersionId": version["VersionId"]}
    yield from _attach(policy.id, policy)
    yield from _detach(_reversed(policy))


def _delete_managed(policy: Resource) -> Calls:
    yield from _detach(policy)
    yield "delete_policy", {"PolicyArn": policy.id}


def _attach(arn: str, policy: Resource) -> Calls:
    for kind, holder in _new_holders(policy):
        yield f"attach_{kind}_policy", {"PolicyArn": arn, **holder}


def _detach(policy: Resource) -> Calls:
    for kind, holder in _new_holders(policy):
        yield f"detach_{kind}_policy", {"PolicyArn": policy.id, **holder}


def _create_key(key: Resource) -> Calls:
    policy = key.get("KeyPolicy")
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in key.get("Tags", [])]
    given = key.some("Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin")
    created = yield "create_key", {"Policy": as_json(policy) if policy else None, "Tags": tags or None, **given}
    yield from _switches(created["KeyMetadata"]["KeyId"], key)


def _update_key(key: Resource) -> Calls:
    if policy := key.get("KeyPolicy"):
        yield "put_key_policy", {"KeyId": key.id, "PolicyName": "default", "Policy": as_json(policy)}
    yield "update_key_description", {"KeyId": key.id, "Description": key.get("Description", "")}
    yield from _switches(key.id, key)


def _switches(key_id: str, key: Resource) -> Calls:
    rotates, enabled = truth(key.get("EnableKeyRotation", False)), truth(key.get("Enabled", True))
    yield "enable_key_rotation" if rotates else "disable_key_rotation", {"KeyId": key_id}
    yield "enable_key" if enabled else "disable_key", {"KeyId": key_id}


def _delete_key(key: Resource) -> Calls:
    yield "schedule_key_deletion", {"KeyId": key.id, "PendingWindowInDays": key.get("PendingWindowInDays", 30)}


def _create_pool(pool: Resource) -> Calls:
    yield "create_user_pool", {"PoolName": pool.id, **pool.some("Schema"), **_pool_settings(pool)}


def _update_pool(pool: Resource) -> Calls:
    """New attributes of the schema are added."""
    yield "update_user_pool", {"UserPoolId": pool.id, **_pool_settings(pool)}
    new = [attribute for attribute in pool.get("Schema", []) if attribute not in pool.before.get("Schema", [])]
    if new:
        yield "add_custom_attributes", {"UserPoolId": pool.id, "CustomAttributes": new}


def _pool_settings(pool: Resource) -> dict[str, Any]:
    return {name: value for name, value in pool.properties.items() if name not in _POOL_ONLY_CREATED}


def _create_client(client: Resource) -> Calls:
    yield "create_user_pool_client", {**client.properties, "ClientName": client.id}


def _update_client(client: Resource) -> Calls:
    yield "update_user_pool_client", {"ClientId": client.id, **client.properties}


def _delete_client(client: Resource) -> Calls:
    yield "delete_user_pool_client", {"ClientId": client.id, **client.some("UserPoolId")}


TYPES = (
    ResourceType(
        type="AWS::IAM::Role",
        service="iam",
        create=_create_role,
        update=_update_role,
        delete=_delete_role,
        gone=("NoSuchEntity",),
        name_property="RoleName",
        longest_name=64,
        attributes={"Arn": "{answer[Role][Arn]}", "RoleId": "{answer[Role][RoleId]}"},
        replacing=words("RoleName Path"),
        tagging=Tagging("RoleName", "tag_role", "untag_role"),
        applied=words(
            "AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary"
            " Policies"
        ),
    ),
    ResourceType(
        type="AWS::IAM::Policy",
        service="iam",
        create=_put_policy,
        update=_put_policy,
        delete=_delete_policy,
        gone=("NoSuchEntity",),
        longest_name=128,
        attributes={"Id": "{id}"},
        replacing=words("PolicyName"),
        applied=words("Groups PolicyDocument PolicyName Roles Users"),
    ),
    ResourceType(
        type="AWS::IAM::ManagedPolicy",
        service="iam",
        create=_create_managed,
        ref="{answer[Policy][Arn]}",
        update=_update_managed,
        delete=_delete_managed,
        gone=("NoSuchEntity",),
        name_property="ManagedPolicyName",
        longest_name=128,
        attributes={"PolicyArn": "{answer[Policy][Arn]}"},
        replacing=words("Description ManagedPolicyName Path"),
        applied=words("Description Groups Path PolicyDocument Roles Users"),
    ),
    ResourceType(
        type="AWS::KMS::Key",
        service="kms",
        create=_create_key,
        ref="{answer[KeyMetadata][KeyId]}",
        update=_update_key,
        delete=_delete_key,
        gone=("NotFoundException", "KMSInvalidStateException"),
        attributes={"Arn": "{answer[KeyMetadata][Arn]}", "KeyId": "{answer[KeyMetadata][KeyId]}"},
        fixed={
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": False,
            "Origin": "AWS_KMS",
        },
        fixed_reason="You cannot change the values of the KeySpec, KeyUsage, Origin, or MultiRegion properties of an "
        "AWS::KMS::Key resource.",
        tagging=Tagging("KeyId", members=("TagKey", "TagValue")),
        applied=words(
            "Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage MultiRegion Origin PendingWindowInDays"
        ),
    ),
    ResourceType(
        type="AWS::Cognito::UserPool",
        service="cognito-idp",
        create=_create_pool,
        ref="{answer[UserPool][Id]}",
        update=_update_pool,
        delete=("delete_user_pool", "UserPoolId"),
        gone=("ResourceNotFoundException",),
        name_property="UserPoolName",
        longest_name=128,
        attributes={
            "Arn": "{answer[UserPool][Arn]}",
            "ProviderName": "cognito-idp.{region}.amazonaws.com/{answer[UserPool][Id]}",
            "ProviderURL": "https://cognito-idp.{region}.amazonaws.com/{answer[UserPool][Id]}",
            "UserPoolId": "{answer[UserPool][Id]}",
        },
        fixed=dict.fromkeys(("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")),
    ),
    ResourceType(
        type="AWS::Cognito::UserPoolClient",
        service="cognito-idp",
        create=_create_client,
        ref="{answer[UserPoolClient][ClientId]}",
        update=_update_client,
        delete=_delete_client,
        gone=("ResourceNotFoundException",),
        name_property="ClientName",
        longest_name=128,
        attributes={
            "ClientId": "{answer[UserPoolClient][ClientId]}",
            "ClientSecret": "{answer[UserPoolClient][ClientSecret]}",
            "Name": "{id}",
        },
        replacing=words("GenerateSecret UserPoolId"),
    ),
)
