"""Cognito's list of import jobs, as the command reads it, against botocore's own model of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from cognito_drop.cli.import_jobs import job_pages
from cognito_drop.cli.run_view import RunViewer
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.run_record import PartJob
from tests.unit.samples import CREATED, JOB_ID, POOL_ID
from tests.unit.scripted_client import scripted_client


def test_a_pool_without_jobs_may_have_no_list() -> None:
    """The model has no empty list."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response("list_user_import_jobs", {})
        assert list(job_pages(cast("Any", stub.client), POOL_ID)) == [[]]


def test_pages_come_within_the_rate_and_may_be_empty_at_the_end() -> None:
    """Five calls in a second are allowed for a pool; of a job every member is optional."""
    pauses: list[float] = []
    with scripted_client("cognito-idp") as stub:
        ours = {"JobId": "import-1", "JobName": f"cognito-drop-{'0' * 32}-2", "CreationDate": CREATED}
        stub.add_response("list_user_import_jobs", {"UserImportJobs": [ours, {}], "PaginationToken": "more"})
        request = {"UserPoolId": POOL_ID, "MaxResults": 60, "PaginationToken": "more"}
        stub.add_response("list_user_import_jobs", {}, request)
        pages = list(job_pages(cast("Any", stub.client), POOL_ID, pauses.append))
    assert [len(page) for page in pages] == [2, 0]
    assert pauses == [0.4]
    listed = [entry.to_json() for entry in pages[0]]
    assert (listed[0]["run_id"], listed[0]["part"], listed[0]["status"]) == ("0" * 32, 2, "Unknown")
    assert (listed[1]["id"], listed[1]["ours"], listed[1]["created_at"], listed[1]["imported"]) == ("", False, None, 0)


def test_a_part_under_way_may_have_no_counters() -> None:
    """Which are optional in Cognito's answer: nothing is done yet, as far as it is known."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response("describe_user_import_job", {"UserImportJob": {"Status": "InProgress"}})
        viewer = RunViewer(ledger=cast("Any", None), s3=cast("Any", None), cognito=cast("Any", stub.client))
        run: Any = SimpleNamespace(pool_id=POOL_ID)
        assert viewer._look(run, PartJob(JOB_ID)) == (JobCounts(), None)  # noqa: SLF001  (what a view is made of)
