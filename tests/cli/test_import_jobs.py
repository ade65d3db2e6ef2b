"""Cognito's list of import jobs, as the command reads it, against botocore's own model of it."""

from __future__ import annotations

from typing import Any, cast

from cli.import_jobs import job_pages
from tests.unit.samples import CREATED, POOL_ID
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
    told = [entry.to_json() for entry in pages[0]]
    assert (told[0]["run_id"], told[0]["part"], told[0]["status"]) == ("0" * 32, 2, "Unknown")
    assert (told[1]["id"], told[1]["ours"], told[1]["created_at"], told[1]["imported"]) == ("", False, None, 0)
