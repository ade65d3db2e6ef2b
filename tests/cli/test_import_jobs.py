"""Cognito's list of import jobs, as the command reads it, against botocore's own model of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cognito_drop.aws.errors import AdapterError
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.cli.aws_errors import command_error
from cognito_drop.cli.errors import ErrorCode
from cognito_drop.cli.import_jobs import listed
from cognito_drop.cli.run_view import RunViewer
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.run_record import PartJob
from tests.unit.samples import CREATED, JOB_ID, POOL_ID
from tests.unit.scripted_client import scripted_client


def test_a_job_is_shown_with_the_run_that_its_name_reports() -> None:
    """Of a job in Cognito's list every member is optional."""
    with scripted_client("cognito-idp") as stub:
        ours = {"JobId": "import-1", "JobName": f"cognito-drop-{'0' * 32}-2", "CreationDate": CREATED}
        stub.add_response("list_user_import_jobs", {"UserImportJobs": [ours, {}]})
        jobs = [listed(job).to_json() for job in UserImports(cast("Any", stub.client)).all(POOL_ID)]
    assert (jobs[0]["run_id"], jobs[0]["part"], jobs[0]["status"]) == ("0" * 32, 2, "Unknown")
    assert (jobs[1]["id"], jobs[1]["ours"], jobs[1]["created_at"], jobs[1]["imported"]) == ("", False, None, 0)


def test_a_part_under_way_may_have_no_counters() -> None:
    """Which are optional in Cognito's answer: nothing is done yet, as far as it is known."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response("describe_user_import_job", {"UserImportJob": {"Status": "InProgress"}})
        viewer = RunViewer(ledger=cast("Any", None), s3=cast("Any", None), cognito=cast("Any", stub.client))
        run: Any = SimpleNamespace(pool_id=POOL_ID)
        assert viewer._poll(run, PartJob(JOB_ID)) == (JobCounts(), None)  # noqa: SLF001  (what a view is made of)


def test_a_job_that_the_operator_may_not_describe_is_a_denial() -> None:
    """The adapter has an error of its own for it; the operator reads AWS's answer."""
    with scripted_client("cognito-idp") as stub:
        stub.add_client_error("describe_user_import_job", "AccessDeniedException", "not for you")
        viewer = RunViewer(ledger=cast("Any", None), s3=cast("Any", None), cognito=cast("Any", stub.client))
        with pytest.raises(AdapterError) as denied:
            viewer._poll(cast("Any", SimpleNamespace(pool_id=POOL_ID)), PartJob(JOB_ID))  # noqa: SLF001
    shown = command_error(denied.value)
    assert shown.code is ErrorCode.ACCESS_DENIED
    assert shown.message.endswith("DescribeUserImportJob: not for you.")
