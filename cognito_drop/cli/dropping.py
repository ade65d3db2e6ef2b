"""What dropping gives back, for `drop` and `retry` alike: the drops, and with --wait the results of their runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.cli.exit_codes import worst
from cognito_drop.cli.following import follow
from cognito_drop.cli.rendering import table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_text import description, next_step
from cognito_drop.contract.execution_names import execution_name
from cognito_drop.core.text.console import execution_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.file_json import CheckedFileJson, DropJson, DropsJson
    from cognito_drop.cli.run_view import RunView
    from cognito_drop.core.rows.together import JoinedFile
    from cognito_drop.core.runs.drop import Drop


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that has become a drop."""

    file: str
    """Its path or key, as the operator knows it."""
    size: int
    drop: Drop

    @property
    def name(self) -> str:
        """As people read it: their path, or the name of a result file."""
        return self.file.rpartition("/")[2] if self.file.startswith(f"s3://{self.drop.bucket}/") else self.file

    def to_json(self, console: str | None) -> DropJson:
        """An entry of `drops` in docs/schemas/command-1.json."""
        return {
            "run_id": self.drop.run_id,
            "file": self.file,
            "bytes": self.size,
            "bucket": self.drop.bucket,
            "key": self.drop.key,
            "version_id": self.drop.version_id,
            "console": console,
        }


def drops_result(
    context: Context,
    pool: ServedPool,
    dropped: Sequence[Dropped],
    *,
    is_dry_run: bool,
    wait: bool,
    interval: float,
    joined: Sequence[JoinedFile] = (),
    checks: Sequence[CheckedFileJson] = (),
) -> Result:
    """The drops; with `wait`, their runs are followed to their end first. `joined` are the files of a single drop."""
    places = [_joined_table(joined)] if joined else []
    views = follow(context, [one.drop.run_id for one in dropped], interval) if wait else []
    links = [_console_link(context, pool, one.drop) for one in dropped]
    data: DropsJson = {
        "pool": pool.to_json(),
        "dry_run": is_dry_run,
        "drops": [one.to_json(link) for one, link in zip(dropped, links, strict=True)],
        "checks": list(checks),
        "joined": [
            {
                "file": one.name,
                "first_line": one.first_line,
                "last_line": one.last_line,
                "own_first_line": one.own_first_line,
            }
            for one in joined
        ],
        "runs": [view.to_json() for view in views],
    }
    if views:
        return Result(data, [*places, *endings(context, views)], worst(view.exit_code for view in views))
    for link in filter(None, links):
        context.messages.say_whole(f"In the console: {link}")
    context.messages.say(f"Follow with `cognito-drop watch {' '.join(one.drop.run_id[:8] for one in dropped)}`.")
    rows = [(one.drop.run_id, one.name, f"s3://{one.drop.bucket}/{one.drop.key}") for one in dropped]
    spared = ("dropped as",) if rows[1:] else ()
    return Result(data, [*places, table("run", "file", "dropped as", rows=rows, wrapped=("file",), spared=spared)])


def _console_link(context: Context, pool: ServedPool, drop: Drop) -> str | None:
    """The page of the run's first execution. A run that waits for its malware scan has none yet."""
    if pool.settings.waits_for_scan or not context.aws.is_aws:
        return None
    return execution_link(context.deployment.execution_arn(execution_name(drop.run_id, 1)))


def _joined_table(joined: Sequence[JoinedFile]) -> RenderableType:
    """Which lines of the results are whose."""
    rows = [
        (
            one.name,
            f"{one.first_line:,} to {one.last_line:,}",
            f"{one.own_first_line:,} to {one.own_first_line + one.last_line - one.first_line:,}",
        )
        for one in joined
    ]
    return table("file", "lines in the results", "lines in the file", rows=rows, wrapped=("file",))


def endings(context: Context, views: Sequence[RunView]) -> list[RenderableType]:
    """Runs that have ended, one below the other; what may be done next is said beside them."""
    pieces: list[RenderableType] = []
    for view in views:
        pieces += ["", description(view)] if pieces else [description(view)]
        if step := next_step(view):
            context.messages.say(step)
    return pieces
