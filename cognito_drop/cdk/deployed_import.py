"""An import that another stack has deployed, for apps that use it and do not deploy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Fn
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.import_base import ImportBase
from cognito_drop.contract.pool_names import ALIAS
from cognito_drop.contract.stack_outputs import StackOutput, export_name

if TYPE_CHECKING:
    from constructs import Construct

    from cognito_drop.contract.metric_names import Metric


class DeployedImport(ImportBase):
    """An import that another stack of the account and region has deployed: `CognitoDrop.from_stack_name` makes it.

    It is read from that stack's exports when CloudFormation deploys yours. CloudFormation deletes no stack and changes
    no export that another stack imports. Which pools and metrics the other stack has is not known to your app:
    an alias is checked by its form only, and a metric that the stack does not record has no data.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str) -> None:
        """Refer to the import.

        Args:
            scope: Your stack, or a construct in it.
            construct_id: The name within the scope.
            stack_name: The name of the stack that has the `CognitoDrop`.
        """
        super().__init__(scope, construct_id)
        self._stack_name = stack_name
        self._bucket = s3.Bucket.from_bucket_attributes(
            self,
            "Bucket",
            bucket_name=self._imported(StackOutput.DROP_BUCKET),
            encryption_key=kms.Key.from_key_arn(self, "Key", self._imported(StackOutput.BUCKET_KEY_ARN)),
        )
        self._topic = sns.Topic.from_topic_arn(self, "Topic", self._imported(StackOutput.TOPIC_ARN))

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket: drops under `inbox/` and `check/`, results under `results/`."""
        return self._bucket

    @property
    def topic(self) -> sns.ITopic:
        """The topic with the notifications of all runs, and alarms."""
        return self._topic

    @property
    def _deployed_as(self) -> str:
        return self._stack_name

    def _check_alias(self, alias: str, method: str) -> None:
        if not ALIAS.fullmatch(alias):
            raise ConfigError(f"`{method}` has the alias {alias!r}, which no pool can have.")

    def _check_recorded(self, metric: Metric) -> None:
        """Which metrics the other stack records is not known here."""

    def _imported(self, output: StackOutput) -> str:
        return Fn.import_value(export_name(self._stack_name, output))
