"""What functions are granted, and why: the statements that more than one of them needs.

Guarantees that every statement names its resources; where it cannot, the finding is acknowledged with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from cognito_drop.cdk.acknowledgement import acknowledge, acknowledge_wildcard
from cognito_drop.cdk.pool_parameters import POOLS_PATH
from cognito_drop.contract.job_names import log_group_prefix
from cognito_drop.contract.pool_names import pauses_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.cdk.drop_zone import DropZone
    from cognito_drop.cdk.functions import ImportFunction
    from cognito_drop.cdk.settings import ImportSettings, TargetPool


class Grants:
    """Statements on the resources of one stack."""

    def __init__(
        self, stack: Stack, *, config: ImportSettings, zone: DropZone, table: dynamodb.ITable, key: kms.IKey
    ) -> None:
        self._stack = stack
        self._config = config
        self._zone = zone
        self._table = table
        self._key = key

    def on_objects(self, action: str, *prefixes: str) -> iam.PolicyStatement:
        """This action of S3 on the objects under the prefixes."""
        return self.on_names(action, *(f"{prefix}*" for prefix in prefixes))

    def on_names(self, action: str, *names: str) -> iam.PolicyStatement:
        """This action of S3 on the objects of these names, which may have wildcards."""
        return allow([action], *map(self._zone.bucket.arn_for_objects, names))

    def write(self, *prefixes: str) -> list[iam.PolicyStatement]:
        """Write objects under the prefixes."""
        objects = [self._zone.bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
        return [allow(["s3:PutObject", "s3:AbortMultipartUpload"], *objects), self.use_key(of_objects=True)]

    def write_names(self, *names: str) -> iam.PolicyStatement:
        """Write objects of these names, which may have wildcards."""
        objects = [self._zone.bucket.arn_for_objects(name) for name in names]
        return allow(["s3:PutObject", "s3:AbortMultipartUpload"], *objects)

    def list_bucket(self) -> iam.PolicyStatement:
        """Tell what is gone from what is forbidden."""
        # Without it, S3 answers 403 for an object that is gone, and "gone" could not be distinguished from "forbidden".
        return allow(["s3:ListBucket"], self._zone.bucket.bucket_arn)

    def use_ledger(self, *actions: str) -> iam.PolicyStatement:
        """These actions of DynamoDB on the ledger."""
        return allow([f"dynamodb:{action}" for action in actions], self._table.table_arn)

    def executions(self, machine: sfn.StateMachine) -> str:
        """The ARN of all executions of a state machine."""
        start = f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution"
        return f"{start}:{machine.state_machine_name}:*"

    def publish_events(self) -> iam.PolicyStatement:
        """Put events on the default bus."""
        return allow(
            ["events:PutEvents"],
            self._stack.format_arn(service="events", resource="event-bus", resource_name="default"),
        )

    def use_key(self, *others: kms.IKey | None, of_objects: bool = False) -> iam.PolicyStatement:
        """Use the construct's key, those that are given, and the one of the bucket where it has another and objects are
        touched.
        """
        of_bucket = self._zone.other_key if of_objects else None
        return allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            self._key.key_arn,
            *(key.key_arn for key in (*others, of_bucket) if key),
        )

    def read_pool(self) -> iam.PolicyStatement:
        """Read what is chosen for a pool, by its alias."""
        return allow(["ssm:GetParameter"], f"{self._pool_parameters}/*")

    def read_pools(self) -> iam.PolicyStatement:
        """Read what is chosen for all pools."""
        return allow(["ssm:GetParametersByPath"], self._pool_parameters)

    def read_pauses(self) -> iam.PolicyStatement:
        """Read which pools' imports are paused."""
        return allow(["ssm:GetParametersByPath"], pauses_path(self._pool_parameters))

    def acknowledge_pools(self, function: ImportFunction) -> None:
        """Say why a function may read every pool's parameter."""
        reason = "It reads the pool whose alias is the folder that a file was dropped into."
        acknowledge_wildcard(function, f"{self._pool_parameters}/*", reason, of=function)

    @property
    def _pool_parameters(self) -> str:
        return f"arn:{Aws.PARTITION}:ssm:{Aws.REGION}:{Aws.ACCOUNT_ID}:parameter{POOLS_PATH}"

    def acknowledge_objects(self, function: ImportFunction, reason: str, *prefixes: str) -> None:
        """Say why a function may touch every object under the prefixes."""
        self.acknowledge_names(function, reason, *(f"{prefix}*" for prefix in prefixes))

    def acknowledge_names(self, function: ImportFunction, reason: str, *names: str) -> None:
        """Say why a function may touch every object of a name with wildcards."""
        bucket = self._zone.bucket
        for name in names:
            acknowledge_wildcard(function, bucket.arn_for_objects(name), reason, of=bucket)

    def find_log_groups(self) -> iam.PolicyStatement:
        """List the names of log groups, of which one is known by its start only."""
        # AWS authorizes it on no group, whatever prefix is asked for: a statement that names a group never matches.
        return allow(["logs:DescribeLogGroups"], "*")

    def acknowledge_import_logs(self, function: ImportFunction) -> None:
        """Say why a function may read every stream of the pools' import logs, and look for them among all groups."""
        acknowledge(
            function,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "logs:DescribeLogGroups has no resource that a policy could name: AWS authorizes it on no group. It "
            "returns names of log groups, not their events.",
        )
        for pool, group in zip(self._pools, self.import_logs, strict=True):
            acknowledge_wildcard(
                function,
                group,
                "Cognito names the group after the pool's name, and the stream after the job: known only at run time.",
                of=pool.user_pool,
            )

    @property
    def _pools(self) -> list[TargetPool]:
        return list({pool.id: pool for pool in self._config.pools.values()}.values())

    @property
    def pool_ids(self) -> list[str]:
        """The user pools, each once."""
        return [pool.id for pool in self._pools]

    @property
    def pool_arns(self) -> list[str]:
        """Their ARNs."""
        return self._arns(self.pool_ids)

    def on_groups(self, *actions: str) -> list[iam.PolicyStatement]:
        """These actions of Cognito on the pools that allow groups; no statement where no pool does."""
        return self._on_pools(actions, lambda pool: bool(pool.group_rule.allow))

    def on_new_groups(self, *actions: str) -> list[iam.PolicyStatement]:
        """These actions of Cognito on the pools in which groups are created; no statement where there is none."""
        return self._on_pools(actions, lambda pool: pool.group_rule.create)

    def _on_pools(self, actions: tuple[str, ...], wanted: Callable[[TargetPool], bool]) -> list[iam.PolicyStatement]:
        arns = self.arns_of(wanted)
        return [allow(list(actions), *arns)] if arns else []

    def arns_of(self, wanted: Callable[[TargetPool], bool]) -> list[str]:
        """The ARNs of the pools that have such settings, each once."""
        pools = self._config.pools.values()
        return self._arns(list(dict.fromkeys(pool.id for pool in pools if wanted(pool))))

    def _arns(self, pool_ids: list[str]) -> list[str]:
        start = f"arn:{Aws.PARTITION}:cognito-idp:{Aws.REGION}:{Aws.ACCOUNT_ID}:userpool"
        return [f"{start}/{pool_id}" for pool_id in pool_ids]

    @property
    def import_logs(self) -> list[str]:
        """The groups of their import jobs' logs."""
        start = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:"
        return [f"{start}{log_group_prefix(pool_id)}*" for pool_id in self.pool_ids]


def allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    """Allow actions on resources."""
    return iam.PolicyStatement(actions=actions, resources=list(resources))
