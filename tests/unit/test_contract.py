"""What several sides of the product spell alike is spelled once: each literal below is in its owner and nowhere else.

The product is cognito_drop, lambdas, stacks, app.py, and tools but for what judges it. Docstrings are prose and are
left out. Words that are
ordinary ones besides, such as the run state `waiting`, cannot be held this way: they are not in the list.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws.errors import DeniedError, RefusedError, TransientError
from cognito_drop.contract import environment
from cognito_drop.contract.execution_names import execution_arn
from cognito_drop.contract.function_names import ErrorName, FunctionName
from cognito_drop.contract.job_names import job_name, run_and_part_of
from lambdas.runtime.boundary import UnexpectedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    Literal = str | int

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = "cognito_drop/contract"
OWNED: dict[str, tuple[Literal, ...]] = {
    "object_keys": (
        *("inbox/", "check/", "staging/", "results/", "summary.json", "summary.html"),
        *("retry.csv", "retry.ndjson", "left_behind.csv", "groups.csv"),
    ),
    "pool_names": (
        *("[a-z0-9][a-z0-9-]{0,39}", r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]{1,55}"),
        *("/cognito-drop/", "/pools"),
    ),
    "preset_names": (
        "auth0",
        "clerk",
        "cognito",
        "entra",
        "firebase",
        "fusionauth",
        "google",
        "keycloak",
        "okta",
        "supabase",
    ),
    "limits": (500_000, 100_000_000, 16_000),
    "job_names": ("cognito-drop-", r"cognito-drop-([0-9a-f]{32})-(\d+)", "/aws/cognito/userpools/"),
    "execution_names": (":stateMachine:",),
    "function_names": (
        *("accept_drop", "add_members", "check_import", "collect_part", "import_queue"),
        *("report_run", "start_import", "stop_import", ".handler.lambda_handler"),
        *("TransientError", "RefusedError", "UnexpectedError"),
    ),
    "metric_names": (
        *("RunsImported", "RunsPartlyImported", "RunsChecked", "RunsRejected", "RunsFailed", "RunsStopped"),
        *("RunsExpired", "RowsImported", "RowsSkipped", "RowsFailed", "RowsRejected", "RowsUnprocessed"),
        *("LockWait", "JobDuration", "JobRate", "RunsWaiting", "RunsHeld", "RunsWaitingForJob", "OldestRunAge"),
        *("MostExecutions", "DropsMissed", "SweepFailures"),
        *("RunsResumed", "RunsFinalized", "MembershipsAdded", "MembershipsFailed", "MembershipsThrottled"),
        *("ImportJobsUsed", "ImportJobsOrphaned"),
    ),
    "event_names": ("Import Run Waiting", "Import Run Started", "Import Run Finished"),
    "statuses": (
        *("Created", "Pending", "InProgress", "Stopping", "Expired", "Stopped", "Failed", "Succeeded"),
        *("Waiting", "NoLock", "NotStarted", "partly_imported"),
        *("TIMED_OUT", "ABORTED", "PENDING_REDRIVE"),
    ),
    "stack_outputs": (
        *("DropBucket", "TopicArn", "StateMachineArn", "LedgerTable", "LogsRoleArn", "DeadLetterQueueUrl"),
        *("UndeliveredQueueUrl", "ImportJobQuota", "PoolsPath"),
    ),
    "ledger_keys": ("pk", "sk", "run#", "lock#", "entry#", "runs_by_state", "run_state", "notified", "expires_at"),
}
"""Module of `contract` → what it owns."""
VARIABLES = {field.name.upper() for kind in environment.Variables.__subclasses__() for field in fields(kind)}
"""The environment variables of the functions, whose owner has them as names of fields."""
EXCEPTIONS: dict[tuple[str, Literal], str] = {
    ("cognito_drop/cli/run_text.py", "cognito"): "the title of a line with what Cognito says",
    ("cognito_drop/core/presets/auth0.py", "auth0"): "the provider of Auth0's own connections",
    ("cognito_drop/core/presets/firebase.py", "google"): "a provider with columns in Firebase's own export",
    ("tools/construct_api.py", "google"): "a style of docstrings",
    ("tools/bench/presets.py", "auth0"): "a value in Auth0's own export",
    ("tools/demo.py", "STATE_MACHINE_ARN"): "a variable of the reader's shell, not of a function",
}
"""Where a literal is another word than the owner's, and which. Ten at most."""


def test_each_literal_of_the_contract_has_one_owner() -> None:
    """Wherever else it is needed it is imported; so there is one place to change, and one to read."""
    owned = [(f"{PACKAGE}/{owner}.py", literal) for owner, literals in OWNED.items() for literal in literals]
    owned += [(f"{PACKAGE}/environment.py", name) for name in VARIABLES]
    found = {
        (file, literal)
        for file, source in _product().items()
        for constant in _constants(source)
        for owner, literal in owned
        if file != owner and _spells(constant, literal)
    }
    assert found == EXCEPTIONS.keys()
    assert len(EXCEPTIONS) <= 10


@pytest.mark.parametrize("owner", OWNED)
def test_each_literal_is_in_its_owner(owner: str) -> None:
    """Its value is written here once more, so that a change of it is on purpose."""
    constants = list(_constants(_product()[f"{PACKAGE}/{owner}.py"]))
    assert [one for one in OWNED[owner] if not any(_spells(constant, one) for constant in constants)] == []


def test_the_contract_needs_nothing_but_the_standard_library() -> None:
    """Every side can import it, at no cost and without a circle."""
    imported = {
        name
        for file, source in _product().items()
        if file.startswith(PACKAGE)
        for node in ast.walk(ast.parse(source))
        for name in _imported(node)
    }
    assert "enum" in imported
    others = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in others if not name.startswith("cognito_drop.contract")} == set()


@pytest.mark.parametrize(
    ("source", "literal", "is_found"),
    [
        ("key = 'inbox/people'", "inbox/", True),
        ("key = f'{bucket}/inbox/{name}'", "inbox/", True),
        ("def f():\n    '''A file under inbox/.'''", "inbox/", False),
        ("name = 'okta'", "okta", True),
        ("name = 'an export of okta'", "okta", False),
        ("rows = 500_000", 500_000, True),
        ("say('at most 500,000 rows')", 500_000, True),
        ("say('it must be 1 to 500000.')", 500_000, True),
        ("rows = 1_500_000; say('1,500,000 rows')", 500_000, False),
    ],
)
def test_a_literal_is_found_where_it_is_spelled(source: str, literal: Literal, *, is_found: bool) -> None:
    """Names as whole strings, pieces of keys within a string, and numbers also in a text."""
    assert any(_spells(constant, literal) for constant in _constants(source)) is is_found


def test_every_function_has_its_folder() -> None:
    """A name leads to the handler that Lambda calls."""
    folders = {path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py")}
    assert {name.value for name in FunctionName} == folders


def test_the_errors_are_named_as_the_state_machine_knows_them() -> None:
    """Lambda reports the name of the exception's class."""
    names = {error.__name__ for error in (TransientError, DeniedError, RefusedError, UnexpectedError)}
    assert names == {name.value for name in ErrorName}


def test_a_job_is_found_by_its_name() -> None:
    """A name that only begins like one of ours is someone else's."""
    run_id = "3f9a5c1e" * 4
    assert run_and_part_of(job_name(run_id, 12)) == (run_id, 12)
    assert run_and_part_of(f"{job_name(run_id, 12)}-copy") is None
    assert run_and_part_of("cognito-drop-1-12") is None


def test_an_execution_has_its_state_machines_arn() -> None:
    """Its name follows."""
    arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:imports"
    assert execution_arn(arn, "3f9a-2") == "arn:aws:states:eu-west-1:123456789012:execution:imports:3f9a-2"


@cache
def _product() -> dict[str, str]:
    """The text of the product's modules by their paths. Its judges spell words of AWS themselves."""
    folders = ("cognito_drop", "lambdas", "stacks", "tools")
    judges = {PROJECT / "tools" / name for name in ("verify", "second_cloud")}
    paths = [path for folder in folders for path in (PROJECT / folder).rglob("*.py") if judges.isdisjoint(path.parents)]
    return {path.relative_to(PROJECT).as_posix(): path.read_text("utf-8") for path in (PROJECT / "app.py", *paths)}


def _constants(source: str) -> Iterator[Literal]:
    """The strings and numbers of a module, parts of f-strings included, docstrings left out."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int) and id(node) not in docstrings:
            yield node.value


def _spells(constant: Literal, literal: Literal) -> bool:
    if isinstance(literal, int):
        words = constant.replace(",", "").replace(".", " ").split() if isinstance(constant, str) else []
        return constant == literal or str(literal) in words
    if literal.isidentifier() or literal == "cognito-drop-":  # which other names begin with, too
        return constant == literal
    return isinstance(constant, str) and literal in constant


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield node.module or "."
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
