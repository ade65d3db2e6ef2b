"""`cognito-drop jobs`: Cognito's own list of import jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import click
from botocore.exceptions import ClientError
from rich.text import Text

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.import_jobs import PoolNotFoundError, UserImports
from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.import_jobs import ListedJob, listed
from cognito_drop.cli.rendering import sentence, table
from cognito_drop.cli.result import Result
from cognito_drop.contract.statuses import JobStatus
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.deployment_json import JobsJson


@operator_command("jobs")
@click.option("--pool", metavar="ALIAS", help="List only jobs of this pool.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="Maximum number of jobs per pool, newest first.",
)
def jobs(context: Context, *, pool: str | None, limit: int) -> Result:
    """List Cognito's import jobs.

    Shows the run that each job belongs to; jobs without a run were created outside of this stack. The statuses are
    Cognito's: Created, Pending, InProgress, Stopping, Stopped, Succeeded, Failed, Expired.

    \b
    Examples:
      cognito-drop jobs
      cognito-drop jobs --pool people --limit 1000 --output json
    """
    found = context.deployment
    pools = [found.pool(pool)] if pool is not None else list(found.pools.values())
    by_pool = dict[str, tuple[list[str], list[ListedJob], bool]]()
    unreadable = dict[str, str]()
    with context.messages.working("Asking Cognito") as say:
        for one in pools:
            if one.id in by_pool:  # several aliases may lead to one pool
                by_pool[one.id][0].append(one.alias)
                continue
            try:
                found_jobs, has_more = _newest(context, one, limit, say)
            except (ClientError, PoolNotFoundError) as error:
                if pool is not None:
                    raise _named(one, error) from None
                found_jobs, has_more, unreadable[one.id] = [], False, error_code(error)
            by_pool[one.id] = ([one.alias], found_jobs, has_more)
    for pool_id, code in unreadable.items():
        context.messages.say(f"{', '.join(by_pool[pool_id][0])}: the jobs of {pool_id} cannot be read ({code}).")
    if not unreadable and not any(entries for _, entries, _ in by_pool.values()):
        context.messages.say("No import jobs.")
    for aliases, entries, has_more in by_pool.values():
        if has_more:
            context.messages.say(
                f"{', '.join(aliases)}: the newest {counted(len(entries), 'job')}; there are more (--limit)."
            )
    data: JobsJson = {
        "pools": [
            {
                "id": pool_id,
                "aliases": aliases,
                "jobs": [entry.to_json() for entry in entries],
                "more": has_more,
                "error": unreadable.get(pool_id),
            }
            for pool_id, (aliases, entries, has_more) in by_pool.items()
        ]
    }
    listed_jobs = [(aliases[0], entry) for aliases, entries, _ in by_pool.values() for entry in entries]
    return Result(data, [jobs_table(listed_jobs)] if listed_jobs else [])


def jobs_table(entries: Iterable[tuple[str, ListedJob]]) -> RenderableType:
    """A line a job, each with the alias of its pool."""
    rows = [_row(alias, entry) for alias, entry in entries]
    return table("job", "pool", "status", "run", "created (UTC)", "rows", rows=rows, wrapped=("pool", "rows"),
                 spared=("created (UTC)", "rows", "pool"))  # fmt: skip


def _newest(context: Context, pool: ServedPool, limit: int, say: Callable[[str], None]) -> tuple[list[ListedJob], bool]:
    found: list[ListedJob] = []
    for number, page in enumerate(UserImports(context.aws.cognito).pages(pool.id), 1):
        found += map(listed, page)
        say(f"Asking Cognito for the jobs of {pool.alias}, page {number}")
        if len(found) > limit:
            break
    return found[:limit], len(found) > limit


def _named(pool: ServedPool, error: ClientError | PoolNotFoundError) -> Exception:
    if isinstance(error, ClientError):
        return error
    return CommandError(
        ErrorCode.POOL_UNREADABLE,
        f"The user pool {pool.id} of {pool.alias} does not exist.",
        "Remove the pool from the stack's configuration and deploy again.",
    )


def _row(alias: str, entry: ListedJob) -> tuple[str | Text, ...]:
    job = entry.job
    counts = {"imported": job.counts.imported, "skipped": job.counts.skipped, "failed": job.counts.failed}
    shown = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return (
        job.job_id,
        alias,
        sentence(job.status_text, _style(job.status)),
        entry.run_id[:SHORT_ID] or Text("not ours", style="dim"),
        f"{job.created:%Y-%m-%d %H:%M}" if job.created else "",
        f"part {entry.part}: {shown}" if entry.part > 1 and shown else shown,
    )


def _style(status: JobStatus) -> str:
    match status:
        case JobStatus.SUCCEEDED:
            return "green"
        case JobStatus.FAILED | JobStatus.EXPIRED | JobStatus.UNKNOWN:
            return "red"
        case JobStatus.STOPPED | JobStatus.STOPPING:
            return "yellow"
        case JobStatus.PENDING | JobStatus.IN_PROGRESS:
            return "cyan"
        case JobStatus.CREATED:
            return ""
        case _:
            assert_never(status)
