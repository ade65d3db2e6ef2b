"""The ledger table: runs, import locks, and the state of the sweep.

Its keys, attributes and index are described in docs/ledger.md.
"""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from cognito_drop.contract.ledger_keys import BY_STATE, DROPPED_AT, EXPIRES_AT, PK, RUN_STATE, SK


class LedgerTable(Construct):
    """An on-demand table that outlives the stack; items are deleted some time after `expires_at`."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name=PK, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=SK, type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            time_to_live_attribute=EXPIRES_AT,
            # After a failed first deploy as well: CloudFormation cannot delete a table that is protected.
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.table.add_global_secondary_index(
            index_name=BY_STATE,
            partition_key=dynamodb.Attribute(name=RUN_STATE, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=DROPPED_AT, type=dynamodb.AttributeType.STRING),
        )
