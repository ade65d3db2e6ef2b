"""What AWS's models call optional may be missing from an answer: then there is none of it, and no error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.dynamo_table import DynamoTable
from cognito_drop.aws.errors import error_code, is_transient
from cognito_drop.aws.import_jobs import StartRefusedError, UserImports
from cognito_drop.aws.pool_sign_in import PoolSignIn
from cognito_drop.aws.user_directory import PoolUser, UserDirectory, attributes_of
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.aws.user_removal import UserRemoval, user_now
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.imports.import_job import ImportJob, JobCounts
from cognito_drop.core.pools.user_search import UserSearch
from cognito_drop.core.runs.repair import FoundRun
from cognito_drop.core.runs.sweep_place import SweepPlace
from cognito_drop.core.undo.decision import UserNow
from lambdas.preflight.file_problems import refused
from tests.unit.samples import JOB_ID, POOL_ID
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Callable

BY_NAME = UserSearch("ana", "username", "ana", ignores_case=False)
BY_EMAIL = UserSearch("ana", "email", "ana", ignores_case=False)
ASKED: dict[str, tuple[str, Callable[[Any], object], object]] = {
    "page": ("list_users", lambda client: UserDirectory(client).page(POOL_ID, (), ""), ([], "")),
    "users": ("list_users", lambda client: UserDirectory(client).users(POOL_ID, ""), ([], "")),
    "members": ("list_users_in_group", lambda client: UserDirectory(client).members(POOL_ID, "staff", ""), ([], "")),
    "found": ("list_users", lambda client: UserDirectory(client).found(POOL_ID, BY_NAME), []),
    "removal": ("list_users", lambda client: UserRemoval(client).with_sub(POOL_ID, "0"), []),
    "groups": ("list_groups", lambda client: UserGroups(client).page(POOL_ID, ""), ([], "")),
    "jobs": ("list_user_import_jobs", lambda client: list(UserImports(client, _no_pause).all(POOL_ID)), []),
}


def _no_pause(_seconds: float) -> None:
    """No one waits."""


@pytest.mark.parametrize(("operation", "ask", "nothing"), ASKED.values(), ids=ASKED)
def test_an_answer_without_members_lists_nothing(operation: str, ask: Callable[[Any], object], nothing: object) -> None:
    """Nor anything that comes after it."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response(operation, {})
        assert ask(stub.client) == nothing


def test_a_pool_whose_clients_are_not_listed_has_none() -> None:
    """The other facts are known all the same."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response("get_user_pool_mfa_config", {})
        stub.add_response("list_user_pool_clients", {})
        assert PoolSignIn(cast("Any", stub.client)).facts(POOL_ID, {}).clients == ()


def test_a_user_without_members_has_no_attributes() -> None:
    """An attribute without a value has a blank one; by an attribute, such a user is not found."""
    assert attributes_of({}) == {}
    assert attributes_of({"Attributes": [{"Name": "email"}]}) == {"email": ""}
    assert user_now({}) == UserNow("", "", "", None, None, is_linked=False)
    with scripted_client("cognito-idp") as stub:
        stub.add_response("list_users", {"Users": [{"Username": "ana"}]})
        assert UserDirectory(cast("Any", stub.client)).found(POOL_ID, BY_NAME) == [
            PoolUser("ana", "username", "", is_enabled=False, created=None)
        ]
        stub.add_response("list_users", {"Users": [{"Username": "ana"}]})
        assert UserDirectory(cast("Any", stub.client)).found(POOL_ID, BY_EMAIL) == []


def test_a_job_that_is_not_described_keeps_its_id() -> None:
    """Its status is not known, and its file has no target."""
    assert ImportJob.of({}) == _undescribed("")
    with scripted_client("cognito-idp") as stub:
        stub.add_response("describe_user_import_job", {})
        described, target = UserImports(cast("Any", stub.client)).describe(POOL_ID, JOB_ID)
    assert (described, target.url) == (_undescribed(JOB_ID), "")


def _undescribed(job_id: str) -> ImportJob:
    return ImportJob(job_id, "", JobStatus.UNKNOWN, JobStatus.UNKNOWN.value, JobCounts(0, 0, 0))


def test_an_error_without_members_has_no_known_code() -> None:
    """It is not called again by itself."""
    answers: list[Any] = [{}, {"Error": {}}, {"ResponseMetadata": {}}]
    for answer in answers:
        error = ClientError(answer, "DescribeUserPool")
        assert (error_code(error), is_transient(error)) == ("Unknown", False)
    with scripted_client("cognito-idp") as stub:
        stub.add_client_error("start_user_import_job", "PreconditionNotMetException")
        with pytest.raises(StartRefusedError) as caught:
            UserImports(cast("Any", stub.client)).start(POOL_ID, JOB_ID)
    assert caught.value.reason == ""


@pytest.mark.parametrize("reasons", [{}, {"CancellationReasons": []}, {"CancellationReasons": [{}]}])
def test_a_transaction_that_is_canceled_without_a_reason_raises_what_aws_says(reasons: dict[str, Any]) -> None:
    """Nothing is known of its conditions."""

    class Canceling:
        """A client whose transactions are canceled."""

        def transact_write_items(self, **_: object) -> None:
            """With these reasons."""
            raise ClientError(cast("Any", {"Error": {"Code": "TransactionCanceledException"}, **reasons}), "X")

    with pytest.raises(ClientError, match="TransactionCanceledException"):
        DynamoTable(cast("Any", Canceling()), "table").transact({})


def test_an_error_of_a_pool_without_members_is_raised_again() -> None:
    """It is no problem of the pool that people could solve."""
    error = ClientError(cast("Any", {}), "DescribeUserPool")
    with pytest.raises(ClientError) as caught:
        refused(error, POOL_ID)
    assert caught.value is error


def test_what_an_older_version_has_not_kept_is_the_default() -> None:
    """Of a run that is repaired, and of a sweep."""
    assert FoundRun.from_json({"run_id": "0", "action": "leave"}) == FoundRun("0", "leave")
    assert SweepPlace.of({}) == SweepPlace("", ())
    assert SweepPlace.of({"after": "1", "failed": ["2", "3"]}) == SweepPlace("1", ("2", "3"))
