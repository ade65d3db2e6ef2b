"""The functions that the states of a run call.

Says what each finds in its environment, may do, and gets of memory and time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from cognito_drop.cdk.grants import Grants, allow
from cognito_drop.cdk.log_retention import whole_retention
from cognito_drop.cdk.pool_parameters import POOLS_PATH
from cognito_drop.contract.environment import (
    AddMembersVariables,
    CheckImportVariables,
    CollectPartVariables,
    ImportQueueVariables,
    NoteIdsVariables,
    PreflightVariables,
    ReportRunVariables,
    StartImportVariables,
    StopImportVariables,
)
from cognito_drop.contract.function_names import FunctionName
from cognito_drop.contract.object_keys import CHECK, IDS, INBOX, MAPPINGS, RESULTS, STAGING

if TYPE_CHECKING:
    from cognito_drop.cdk.functions import FunctionFactory, ImportFunction
    from cognito_drop.cdk.notifications import Notifications
    from cognito_drop.cdk.settings import ImportSettings

_STREAMING_TIMEOUT = Duration.minutes(15)
_STREAMING_MEMORY = 1769  # MB; from here on a function has a whole processor
_LOG_POLLS = 6


class ImportFunctions:
    """Makes the functions, each once."""

    def __init__(
        self,
        factory: FunctionFactory,
        grants: Grants,
        *,
        config: ImportSettings,
        table: dynamodb.ITable,
        logs_role: iam.IRole,
        notifications: Notifications,
    ) -> None:
        self._factory = factory
        self._grants = grants
        self._config = config
        self._table = table
        self._logs_role = logs_role
        self._notifications = notifications

    def preflight(self) -> ImportFunction:
        """Checks a drop."""
        function = self._factory.make(
            "Preflight",
            FunctionName.PREFLIGHT,
            environment=PreflightVariables(
                table_name=self._table.table_name,
                pools_path=POOLS_PATH,
                import_job_quota=self._config.import_job_quota,
                memberships_per_second=self._config.memberships_per_second,
                lookups_per_second=self._config.lookups_per_second,
            ).to_env(),
            statements=[
                self._grants.read_pool(),
                self._grants.read_pools(),
                self._grants.read_pauses(),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                allow(
                    [
                        "cognito-idp:DescribeUserPool",
                        "cognito-idp:DescribeUserPoolClient",
                        "cognito-idp:GetCSVHeader",
                        "cognito-idp:GetUserPoolMfaConfig",
                        "cognito-idp:ListUserImportJobs",
                        "cognito-idp:ListUserPoolClients",
                        "cognito-idp:ListUsers",
                    ],
                    *self._grants.pool_arns,
                ),
                *self._grants.on_groups("cognito-idp:ListGroups"),
                self._grants.on_objects("s3:GetObjectVersion", INBOX, CHECK, MAPPINGS),
                self._grants.list_bucket(),
                *self._grants.write(STAGING),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_pools(function)
        self._grants.acknowledge_objects(function, "It reads whatever file is dropped.", INBOX, CHECK, MAPPINGS)
        self._grants.acknowledge_objects(function, "The staging objects of a run are under its ID.", STAGING)
        return function

    def import_queue(self) -> ImportFunction:
        """Acquires and releases the import lock."""
        function = self._factory.make(
            "ImportQueue",
            FunctionName.IMPORT_QUEUE,
            environment=ImportQueueVariables(
                table_name=self._table.table_name,
                pools_path=POOLS_PATH,
                import_job_quota=self._config.import_job_quota,
                lock_scope=self._config.lock_scope,
                longest_wait=self._config.longest_wait,
                notification_topic=self._notifications.topic.topic_arn,
            ).to_env(),
            statements=[
                self._grants.read_pool(),
                self._grants.read_pools(),
                self._grants.read_pauses(),
                allow(["cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs"], *self._grants.pool_arns),
                self._grants.use_ledger(
                    "GetItem", "Query", "UpdateItem", "PutItem", "DeleteItem", "ConditionCheckItem"
                ),
                self._grants.publish_events(),
                allow(["sns:Publish"], self._notifications.topic.topic_arn),
                self._grants.use_key(self._notifications.other_key),
            ],
        )
        self._grants.acknowledge_pools(function)
        return function

    def start_import(self) -> ImportFunction:
        """Creates, uploads and starts import jobs."""
        function = self._factory.make(
            "StartImport",
            FunctionName.START_IMPORT,
            environment=StartImportVariables(
                table_name=self._table.table_name,
                pools_path=POOLS_PATH,
                logs_role_arn=self._logs_role.role_arn,
                lock_scope=self._config.lock_scope,
                shortest_wait=self._config.shortest_wait,
                longest_wait=self._config.longest_wait,
            ).to_env(),
            statements=[
                self._grants.read_pools(),
                allow(
                    [
                        "cognito-idp:CreateUserImportJob",
                        "cognito-idp:DescribeUserImportJob",
                        "cognito-idp:ListUserImportJobs",
                        "cognito-idp:StartUserImportJob",
                    ],
                    *self._grants.pool_arns,
                ),
                iam.PolicyStatement(
                    actions=["iam:PassRole"],
                    resources=[self._logs_role.role_arn],
                    # The service authorization reference names no condition key for CreateUserImportJob: a request
                    # without the key must not be denied.
                    conditions={"StringEqualsIfExists": {"iam:PassedToService": "cognito-idp.amazonaws.com"}},
                ),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.publish_events(),
                self._grants.on_objects("s3:GetObject", STAGING),
                self._grants.on_objects("s3:GetObjectVersion", STAGING),
                self._grants.list_bucket(),
                self._grants.use_key(of_objects=True),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._grants.acknowledge_objects(function, "The staging objects of a run are under its ID.", STAGING)
        return function

    def check_import(self) -> ImportFunction:
        """Looks at a job."""
        return self._factory.make(
            "CheckImport",
            FunctionName.CHECK_IMPORT,
            environment=CheckImportVariables(
                table_name=self._table.table_name,
                shortest_wait=self._config.shortest_wait,
                longest_wait=self._config.longest_wait,
            ).to_env(),
            statements=[
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger("GetItem"),
                self._grants.use_key(),
            ],
        )

    def collect_part(self) -> ImportFunction:
        """Reads a job's log."""
        days = self._config.import_log_days
        on_groups = ["logs:DescribeLogStreams", "logs:GetLogEvents", *(["logs:PutRetentionPolicy"] if days else [])]
        function = self._factory.make(
            "CollectPart",
            FunctionName.COLLECT_PART,
            environment=CollectPartVariables(
                table_name=self._table.table_name,
                log_polls=_LOG_POLLS,
                log_wait=self._config.log_wait,
                import_log_days=whole_retention(days) if days else 0,
            ).to_env(),
            statements=[
                self._grants.use_ledger("GetItem", "UpdateItem"),
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                allow(on_groups, *self._grants.import_logs),
                *self._grants.write(STAGING),
            ],
            memory_mb=512,
            timeout=Duration.minutes(10),
        )
        self._grants.acknowledge_objects(function, "The staging objects of a run are under its ID.", STAGING)
        function.allow_besides("FindLogGroups", self._grants.find_log_groups())
        self._grants.acknowledge_import_logs(function)
        return function

    def add_members(self) -> ImportFunction:
        """Adds imported users to groups."""
        function = self._factory.make(
            "AddMembers",
            FunctionName.ADD_MEMBERS,
            environment=AddMembersVariables(
                table_name=self._table.table_name,
                memberships_per_second=self._config.memberships_per_second,
            ).to_env(),
            statements=[
                *self._grants.on_groups("cognito-idp:AdminAddUserToGroup", "cognito-idp:ListGroups"),
                *self._grants.on_new_groups("cognito-idp:CreateGroup"),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.on_objects("s3:GetObject", STAGING),
                self._grants.list_bucket(),
                self._grants.on_objects("s3:PutObject", STAGING),
                self._grants.use_key(of_objects=True),
            ],
            memory_mb=512,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_objects(function, "The staging objects of a run are under its ID.", STAGING)
        return function

    def note_ids(self) -> ImportFunction | None:
        """Notes the new ids of imported users; None where no pool asks for it."""
        pool_arns = self._grants.arns_of(lambda pool: pool.ids)
        if not pool_arns:
            return None
        of_runs = f"{RESULTS}*/{IDS}"
        function = self._factory.make(
            "NoteIds",
            FunctionName.NOTE_IDS,
            environment=NoteIdsVariables(
                table_name=self._table.table_name,
                lookups_per_second=self._config.lookups_per_second,
            ).to_env(),
            statements=[
                allow(
                    ["cognito-idp:DescribeUserPool", "cognito-idp:GetCSVHeader", "cognito-idp:ListUsers"], *pool_arns
                ),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.on_objects("s3:GetObjectVersion", INBOX, STAGING),
                self._grants.on_names("s3:DeleteObjectVersion", of_runs),
                self._grants.on_objects("s3:GetObject", STAGING),
                self._grants.list_bucket(),
                self._grants.write_names(f"{STAGING}*", of_runs),
                self._grants.use_key(of_objects=True),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_objects(function, "It reads whatever file was dropped.", INBOX)
        self._grants.acknowledge_objects(function, "The staging objects of a run are under its ID.", STAGING)
        self._grants.acknowledge_names(function, "The result of a run is under its ID.", of_runs)
        return function

    def stop_import(self) -> ImportFunction:
        """Stops a job."""
        return self._factory.make(
            "StopImport",
            FunctionName.STOP_IMPORT,
            environment=StopImportVariables(
                table_name=self._table.table_name,
                shortest_wait=self._config.shortest_wait,
            ).to_env(),
            statements=[
                allow(["cognito-idp:DescribeUserImportJob", "cognito-idp:StopUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger("UpdateItem"),
                self._grants.use_key(),
            ],
        )

    def report_run(self) -> ImportFunction:
        """Writes the report."""
        function = self._factory.make(
            "ReportRun",
            FunctionName.REPORT_RUN,
            environment=ReportRunVariables(
                table_name=self._table.table_name,
                ledger_days=self._config.ledger_days,
            ).to_env(),
            statements=[
                allow(["cognito-idp:DescribeUserImportJob"], *self._grants.pool_arns),
                self._grants.use_ledger("GetItem", "UpdateItem"),
                self._grants.publish_events(),
                self._grants.on_objects("s3:GetObjectVersion", INBOX, CHECK),
                self._grants.on_objects("s3:GetObjectVersionTagging", INBOX, CHECK, RESULTS),
                self._grants.on_objects("s3:PutObjectVersionTagging", INBOX, CHECK, RESULTS),
                self._grants.on_objects("s3:GetObject", STAGING),
                self._grants.list_bucket(),
                *self._grants.write(RESULTS),
            ],
            memory_mb=_STREAMING_MEMORY,
            timeout=_STREAMING_TIMEOUT,
        )
        self._grants.acknowledge_objects(function, "It reads whatever file was dropped, and tags it.", INBOX, CHECK)
        self._grants.acknowledge_objects(
            function, "The staging and result objects of a run are under its ID.", STAGING, RESULTS
        )
        return function
