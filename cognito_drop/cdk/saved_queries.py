"""The saved queries of CloudWatch Logs Insights: what an operator asks the logs, ready to be run.

They name keys that the functions and the state machine really log; a test compares them with the lines of runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

RUN_ID = "RUN_ID"
"""Stands in a query for the id of the run that is asked about."""


class SavedQueries(Construct):
    """The queries, in a folder named after the stack."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Sequence[logs.ILogGroup],
        workflow: logs.ILogGroup,
        collect_part: logs.ILogGroup,
        sweep: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        self._query(
            "What happened to a run",
            [*functions, workflow],
            logs.QueryString(
                fields=["@timestamp", "function_name", "type", "details.name", "level", "message", "reason"],
                filter_statements=[f'run_id = "{RUN_ID}" or execution_arn like "{RUN_ID}"'],
                sort="@timestamp asc",
                limit=10_000,
            ),
        )
        self._query(
            "What failed",
            functions,
            logs.QueryString(
                fields=["@timestamp", "function_name", "run_id", "message", "error", "reason"],
                filter_statements=["ispresent(error) and ispresent(reason)"],
                sort="@timestamp desc",
                limit=200,
            ),
        )
        self._query(
            "What the sweep did",
            [sweep],
            logs.QueryString(
                fields=["@timestamp", "message", "run_id", "state", "execution", "by", "missed"],
                filter_statements=['level = "WARNING" or missed > 0'],
                sort="@timestamp desc",
                limit=200,
            ),
        )
        self._query(
            "Slowest imports",
            [collect_part],
            logs.QueryString(
                fields=["@timestamp", "run_id", "job_id", "status", "rows", "seconds", "rows_per_second"],
                filter_statements=["ispresent(seconds)"],
                sort="seconds desc",
                limit=50,
            ),
        )

    def _query(self, name: str, groups: Sequence[logs.ILogGroup], query: logs.QueryString) -> None:
        logs.QueryDefinition(
            self,
            name.title().replace(" ", ""),
            query_definition_name=f"{Aws.STACK_NAME}/{name}",
            query_string=query,
            log_groups=list(groups),
        )
