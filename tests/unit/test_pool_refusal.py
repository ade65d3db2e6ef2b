"""Errors with which Cognito refuses to work with a user pool, wherever they come."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import RefusedError
from cognito_drop.core.pools.pool_refusal import explained, pool_problem
from cognito_drop.core.text.problem import ProblemCode
from lambdas.runtime.boundary import function_boundary
from tests.unit.preflight_world import PreflightWorld
from tests.unit.samples import POOL_ID

pytestmark = pytest.mark.usefixtures("aws")

KMS = "User: arn:aws:sts::1:assumed-role/x/canary is not authorized to perform: kms:Decrypt on resource: key"
IAM = "User: arn:aws:sts::1:assumed-role/x/canary is not authorized to perform: cognito-idp:GetCSVHeader"
REFUSALS = [
    ("OperationNotEnabledException", "canary", ProblemCode.POOL_NOT_ENABLED, "replica"),
    ("NotAuthorizedException", "canary", ProblemCode.POOL_KEY_DENIED, "customer managed key"),
    ("AccessDeniedException", KMS, ProblemCode.POOL_KEY_DENIED, "customer managed key"),
]
OTHERS = [
    ("AccessDeniedException", IAM, "GetCSVHeader"),
    ("InvalidParameterException", KMS, "CreateUserImportJob"),
    ("AccessDeniedException", KMS, "UpdateItem"),
    ("AccessDeniedException", KMS, "DescribeLogGroups"),
]


def _error(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(("code", "message", "problem", "words"), REFUSALS)
def test_a_file_for_such_a_pool_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, code: str, message: str, problem: ProblemCode, words: str
) -> None:
    """Before a job is spent; what Cognito says is not quoted."""
    world = PreflightWorld()

    def refuse(_: str) -> None:
        raise _error(code, message, "GetCSVHeader")

    monkeypatch.setattr(world.imports, "pool", refuse)
    file = world.check()
    assert file.problem is not None
    assert (file.problem.code, file.pool_id) == (problem, POOL_ID)
    assert words in file.problem.sentence
    assert file.problem.hint
    assert "canary" not in f"{file.problem}"


@pytest.mark.parametrize(("code", "message", "problem", "words"), REFUSALS)
@pytest.mark.parametrize("operation", ["CreateUserImportJob", "DescribeUserImportJob", "AdminAddUserToGroup"])
def test_a_refusal_on_the_way_ends_the_run_with_the_same_words(
    code: str, message: str, problem: ProblemCode, words: str, operation: str
) -> None:
    """Any function may meet it first."""
    assert problem

    @function_boundary
    def handler() -> None:
        raise _error(code, message, operation)

    with pytest.raises(RefusedError) as caught:
        handler()
    assert str(caught.value).startswith(f"{operation}: {code} (")
    assert words in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(("code", "message", "operation"), OTHERS)
def test_any_other_error_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, code: str, message: str, operation: str
) -> None:
    """IAM's denials, other services' keys, other errors."""
    assert pool_problem(code, message, operation, POOL_ID) is None
    assert explained(code, message, operation) == ""
    world = PreflightWorld()

    def refuse(_: str) -> None:
        raise _error(code, message, operation)

    monkeypatch.setattr(world.imports, "pool", refuse)
    with pytest.raises(ClientError):
        world.check()
