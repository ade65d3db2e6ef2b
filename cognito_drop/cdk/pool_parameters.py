"""The pools and what is chosen for each: a standard parameter of Systems Manager for each alias.

Guarantees that a pool can be read only when the functions that import into it are allowed to, and that no function is
changed before the pools that it reads are there. A standard parameter costs nothing.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnWaitConditionHandle
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.contract.pool_names import pools_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.cdk.functions import ImportFunction
    from cognito_drop.cdk.settings import TargetPool

POOLS_PATH = pools_path(Aws.STACK_NAME)


class PoolParameters(Construct):
    """One parameter for each pool; `importers` are allowed what they do before, `readers` are changed after them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pools: Mapping[str, TargetPool],
        importers: Sequence[ImportFunction],
        readers: Sequence[ImportFunction],
    ) -> None:
        super().__init__(scope, construct_id)
        # Nothing is created for it in AWS. Without it, each parameter would have to name every policy.
        allowed = CfnWaitConditionHandle(self, "Allowed")
        for policy in (policy for importer in importers for policy in importer.policies):
            allowed.add_resource_dependency(cfn_resource(policy))
        for alias, pool in pools.items():
            parameter = ssm.StringParameter(
                self,
                alias,
                parameter_name=f"{POOLS_PATH}/{alias}",
                simple_name=False,
                string_value=pool.parameter_value(pool.id),
                description="A user pool that files are imported into, and what is chosen for it",
            )
            resource = cfn_resource(parameter)
            resource.add_resource_dependency(allowed)
            for reader in readers:
                cfn_resource(reader.function).add_resource_dependency(resource)
