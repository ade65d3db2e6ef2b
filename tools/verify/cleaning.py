"""Takes everything away that the kit has made, found by the start of its name: after each visit, and after a crash.

What the stack leaves behind by design (buckets, the table, the key, logs) is deleted before the stack, so that the
stack says what is left whenever this is interrupted. Repeating it is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from tools.verify.account import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.clients import Clients

_KEY_DAYS: Final = 7
_BUCKET_ATTEMPTS: Final = 5
_ACTIVE: Final = ("Pending", "InProgress", "Stopping")
_GONE: Final = "DELETE_COMPLETE"


def leftovers(cloud: Clients) -> list[str]:
    """What the kit has made and not taken away: stacks, pools, roles, functions, by name."""
    found = [f"stack {name}" for name in _stacks(cloud)]
    found += [f"user pool {name}" for _, name in pools(cloud, PREFIX)]
    found += [f"role {name}" for name in _roles(cloud)]
    return found + [f"function {name}" for name in _functions(cloud)]


def clean(cloud: Clients, say: Callable[[str], None], *, keep: str | None = None) -> None:
    """Delete it; pools whose name starts with `keep` stay, with the role of their logs."""
    for stack in _stacks(cloud):
        _delete_retained(cloud, stack, say)
        formation = cloud.client("cloudformation")
        formation.delete_stack(StackName=stack)
        formation.get_waiter("stack_delete_complete").wait(StackName=stack)
        say(f"Deleted the stack {stack}.")
    for name in _functions(cloud):
        cloud.client("lambda").delete_function(FunctionName=name)
        _delete_log_groups(cloud, f"/aws/lambda/{name}")
        say(f"Deleted the function {name}.")
    kept = 0
    for pool_id, name in list(pools(cloud, PREFIX)):
        if keep and name.startswith(keep):
            kept += 1
            continue
        _stop_jobs(cloud, pool_id)
        _delete_log_groups(cloud, f"/aws/cognito/userpools/{pool_id}")
        cloud.client("cognito-idp").delete_user_pool(UserPoolId=pool_id)
        say(f"Deleted the user pool {name}.")
    if not kept:
        for name in list(_roles(cloud)):
            _delete_role(cloud, name)
            say(f"Deleted the role {name}.")


def pools(cloud: Clients, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Id and name of each user pool whose name starts so."""
    pages = cloud.client("cognito-idp").get_paginator("list_user_pools").paginate(MaxResults=60)
    found = ((pool["Id"], pool["Name"]) for page in pages for pool in page["UserPools"])
    return ((pool_id, name) for pool_id, name in found if name.startswith(prefix))


def active_jobs(cloud: Clients, pool_id: str) -> list[str]:
    """The ids of the pool's active jobs, among its newest 60."""
    answer = cloud.client("cognito-idp").list_user_import_jobs(UserPoolId=pool_id, MaxResults=60)
    return [job["JobId"] for job in answer.get("UserImportJobs", []) if job["Status"] in _ACTIVE]


def _stop_jobs(cloud: Clients, pool_id: str) -> None:
    """Stop what is active: Cognito deletes no pool while a job of it runs."""
    cognito = cloud.client("cognito-idp")
    for job_id in active_jobs(cloud, pool_id):
        try:
            cognito.stop_user_import_job(UserPoolId=pool_id, JobId=job_id)
        except (cognito.exceptions.PreconditionNotMetException, cognito.exceptions.InvalidParameterException):
            continue  # it has ended or is stopping; deleting the pool shows when it is over


def _delete_retained(cloud: Clients, stack: str, say: Callable[[str], None]) -> None:
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    for resource in (entry for page in pages for entry in page["StackResourceSummaries"]):
        delete, name = _RETAINED.get(resource["ResourceType"]), resource.get("PhysicalResourceId")
        if delete is None or not name:
            continue
        try:
            delete(cloud, name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ALREADY_GONE:
                raise
            continue
        say(f"Deleted {resource['ResourceType']} {name}.")


def _delete_bucket(cloud: Clients, name: str) -> None:
    """Delete the bucket with all versions; what is written meanwhile, such as access logs, is deleted as well."""
    s3 = cloud.client("s3")
    for attempt in range(_BUCKET_ATTEMPTS):
        _delete_versions(s3, name)
        try:
            s3.delete_bucket(Bucket=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketNotEmpty" or attempt == _BUCKET_ATTEMPTS - 1:
                raise
        else:
            return


def _delete_versions(s3: Any, bucket: str) -> None:  # noqa: ANN401  (a client of boto3)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        objects = [
            {"Key": entry["Key"], "VersionId": entry["VersionId"]}
            for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def _delete_table(cloud: Clients, name: str) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.delete_table(TableName=name)


def _delete_key(cloud: Clients, key_id: str) -> None:
    cloud.client("kms").schedule_key_deletion(KeyId=key_id, PendingWindowInDays=_KEY_DAYS)


def _delete_log_group(cloud: Clients, name: str) -> None:
    cloud.client("logs").delete_log_group(logGroupName=name)


def _delete_log_groups(cloud: Clients, prefix: str) -> None:
    for group in cloud.client("logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
        _delete_log_group(cloud, group["logGroupName"])


def _delete_role(cloud: Clients, name: str) -> None:
    iam = cloud.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _stacks(cloud: Clients) -> list[str]:
    pages = cloud.client("cloudformation").get_paginator("describe_stacks").paginate()
    names = [stack["StackName"] for page in pages for stack in page["Stacks"] if stack["StackStatus"] != _GONE]
    return [name for name in names if name.startswith(PREFIX)]


def _roles(cloud: Clients) -> Iterator[str]:
    pages = cloud.client("iam").get_paginator("list_roles").paginate()
    return (role["RoleName"] for page in pages for role in page["Roles"] if role["RoleName"].startswith(PREFIX))


def _functions(cloud: Clients) -> list[str]:
    """The probes' own functions; those of a stack go with it."""
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]
    return [name for name in names if name.startswith(f"{PREFIX}-probe-")]


_RETAINED: Final[dict[str, Callable[[Clients, str], None]]] = {
    "AWS::S3::Bucket": _delete_bucket,
    "AWS::DynamoDB::Table": _delete_table,
    "AWS::KMS::Key": _delete_key,
    "AWS::Logs::LogGroup": _delete_log_group,
}
_ALREADY_GONE: Final = frozenset(
    {"NoSuchBucket", "ResourceNotFoundException", "NotFoundException", "KMSInvalidStateException"}
)
