"""The files that are dropped, all at once, and the wait for their ends; one import is stopped on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.statuses import RunState
from tools.created_stack import until
from tools.demo_pool import COLUMNS
from tools.second_cloud.observation import states_of
from tools.second_cloud.world import HELD_POOL
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cognito_drop.core.runs.run_record import RunRecord
    from tools.run_watch import RunWatch
    from tools.second_cloud.world import World

_EXAMPLES = ("users.csv", "messy.csv")
_FEW, _HELD_ROWS, _HELD_AT = 20, 300, 200
"""Rows of a small file; of the file whose job is held, and how many of them the job imports before."""
HELD_FILE = "held.csv"
_JUDGED = "Import ended?"


def drop_all(world: World) -> dict[str, RunWatch]:
    """Drop the example files, five small ones, one that is rejected, and one that is stopped."""
    files = {name: (PROJECT / "examples" / name).read_bytes() for name in _EXAMPLES}
    files |= {f"small-{number}.csv": _users(f"small-{number}", _FEW) for number in range(1, 6)}
    files["rejected.csv"] = b"this,is,no,header\n1,2,3,4\n"
    watches = {name: world.drop(name, body) for name, body in files.items()}
    held = ("cognito:username", "email", "email_verified", "phone_number_verified", "cognito:mfa_enabled")
    body = _users("held", _HELD_ROWS, held)
    return {**watches, HELD_FILE: world.drop(HELD_FILE, body, HELD_POOL)}


def await_all(world: World, watches: Mapping[str, RunWatch]) -> None:
    """Wait until every run has ended; stop the one whose job does not go on."""
    ledger = RunLedger(world.cloud.ledger_client(), world.deployment.ledger)
    stopped = False

    def are_over() -> bool:
        nonlocal stopped
        runs = {name: ledger.find(watch.run_id) for name, watch in watches.items()}
        arn = watches[HELD_FILE].execution_arn()
        if not stopped and _is_held(world, runs[HELD_FILE]) and _has_polled(world, arn):
            world.cloud.client("stepfunctions").stop_execution(executionArn=arn, error="Stopped", cause="By hand")
            stopped = True
        return not any(_under_way(runs))

    try:
        until(f"every run has ended on {world.name}", are_over)
    except TimeoutError as error:
        left = ", ".join(_under_way({name: ledger.find(watch.run_id) for name, watch in watches.items()}))
        raise TimeoutError(f"{error} Not ended: {left}.") from error


def _under_way(runs: Mapping[str, RunRecord | None]) -> Iterator[str]:
    for name, run in runs.items():
        if run is None:
            yield f"{name} (not accepted)"
        elif run.state is not RunState.ENDED:
            held = f", held: {run.hold.reason.value}" if run.hold else ""
            yield f"{name} ({run.state.value}, execution {run.executions}{held})"


def _is_held(world: World, run: RunRecord | None) -> bool:
    """Whether its job has imported what it does before it is held, and the ledger knows the job."""
    if run is None or not run.parts:
        return False
    (part,) = run.parts.values()
    answer = world.cloud.client("cognito-idp").describe_user_import_job(UserPoolId=run.pool_id, JobId=part.job_id)
    imported: int = answer["UserImportJob"].get("ImportedUsers", 0)
    return imported >= _HELD_AT


def _has_polled(world: World, execution: str) -> bool:
    """Whether the execution has judged the job once, so that it has the same states wherever it is stopped."""
    return _JUDGED in states_of(world, execution)


def _users(prefix: str, count: int, columns: tuple[str, ...] = COLUMNS) -> bytes:
    header = ",".join(columns)
    lines = [",".join(_user(f"{prefix}-{number}").get(column, "") for column in columns) for number in range(count)]
    return "\n".join([header, *lines, ""]).encode()


def _user(name: str) -> dict[str, str]:
    return {
        "cognito:username": name,
        "email": f"{name}@example.com",
        "email_verified": "true",
        "phone_number_verified": "false",
        "cognito:mfa_enabled": "false",
    }
