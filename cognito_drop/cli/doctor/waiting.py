"""Runs that do not go on by themselves at once: held ones, and those that wait for an import job of another program."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.contract.statuses import HoldReason, RunState
from cognito_drop.core.pools.malware_scan import CHECK_PLAN
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.core.runs.run_record import RunRecord

_OTHER_JOB = (
    "Another stack, program, or person has started an import job; the run starts when that job has ended. "
    "`cognito-drop jobs` lists the jobs of the pools."
)


def waiting_findings(context: Context) -> list[Finding]:
    """The held runs by pool and reason, and each run whose job is not started. An ended pause is none."""
    held: dict[tuple[str, HoldReason], list[RunRecord]] = defaultdict(list)
    found = []
    for run in context.ledger.runs((RunState.ACCEPTED, RunState.WAITING, RunState.IMPORTING)):
        wait = job_wait_of(run)
        if run.hold and run.is_held and not run.hold.is_ended_pause:
            held[run.drop.alias, run.hold.reason].append(run)
        if wait and wait.is_for_other:
            sentence = f"The run {run.short_id} is {wait.sentence}, {wait.lasted(datetime.now(UTC))}."
            found.append(warning("waits_for_other_job", sentence, _OTHER_JOB))
    for (alias, reason), runs in held.items():
        first = min(runs, key=lambda run: run.dropped_at)
        why = first.hold.sentence if first.hold else ""
        sentence = f"{counted(len(runs), 'run')} of the pool {alias}: {why} (the first, {first.short_id})."
        found.append(warning("runs_held", sentence, _fix(reason, first)))
    return found


def _fix(reason: HoldReason, run: RunRecord) -> str:
    match reason:
        case HoldReason.MALWARE_SCAN:
            return f"No action is needed for a few minutes. If it takes longer: {CHECK_PLAN}"
        case HoldReason.JOBS_PER_DAY:
            return (
                "No action is needed. To start them earlier, raise the pool's `jobs_per_day` and deploy; combine small "
                "files with `cognito-drop drop A B --together`."
            )
        case HoldReason.JOBS_UNKNOWN:
            return (
                "No action is needed for a few minutes: the sweep counts them again. If it takes longer, look for "
                "programs that use up the account's rate of `ListUserImportJobs`, and at the AWS Health Dashboard."
            )
        case HoldReason.PAUSED:
            return _resume(run)
        case HoldReason.IMPORT_WINDOW:
            return "No action is needed. To start them earlier, change the pool's `import_window` and deploy."
        case HoldReason.FIRST_PART:
            return (
                f"Import the rest with `cognito-drop continue {run.short_id}`, or end the run with `cognito-drop stop "
                f"{run.short_id}`; the notification says where Cognito's reasons are."
            )
        case _:
            assert_never(reason)


def _resume(run: RunRecord) -> str:
    if run.hold and run.hold.resume:
        return f"Resume the imports with {run.hold.resume}."
    return (
        f"Resume the imports with `cognito-drop resume {run.drop.alias}`, or with `cognito-drop resume` if all pools "
        "are paused."
    )
