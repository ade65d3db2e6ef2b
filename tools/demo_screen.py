"""What the demo shows of a file: its way through the pipeline, and what came of it, the reasons before the numbers."""

from __future__ import annotations

import email
import email.policy
import time
from typing import TYPE_CHECKING, Final

from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.results.wording import (
    account_of,
    counted_places,
    line_numbers,
    most_frequent,
    rows_by_outcome,
    several_reasons,
)
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from cognito_drop.core.results.summary_json import SummaryJson
    from tools.run_watch import RunWatch, View

_LINES_SHOWN: Final = 5
_EMAIL_PATIENCE: Final = 300  # seconds; guards against hanging only
_WORDS: Final = {
    "Preflight": "Checking the file",
    "Wait for lock": "Waiting for the import lock",
    "Start import": "Starting the import",
    "Wait for other job": "Waiting for another import",
    "Wait": "Importing",
    "Check import": "Importing",
    "Wait for log": "Reading the row results",
    "Collect": "Reading the row results",
    "Wait for job": "Reading the row results",
    "Release lock": "Reading the row results",
    "Add members": "Adding users to groups",
    "Note IDs": "Noting the users' IDs",
    "Report": "Writing the report",
    "Notify": "Sending the email",
    "Mark notified": "Sending the email",
}
"""The states of the state machine, in words for people who have never seen it."""


class DemoError(Exception):
    """The demo did not show what it should."""


def show_progress(watch: RunWatch, console: Console) -> None:
    """Follow the run to its end."""
    columns = (
        TextColumn("{task.fields[state]}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[counts]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None, state="", counts="")
        said = ""
        for view in watch.views():
            words = words_of(view)
            progress.update(
                task,
                total=view.rows or (1 if view.is_over else None),
                completed=done_of(view) or int(view.is_over),
                state=words,
                counts=counts_of(view),
            )
            if not console.is_terminal and words != said:
                said = words
                console.print("  " + ", ".join(filter(None, [said, counts_of(view)])))


def words_of(view: View) -> str:
    """What is being done."""
    return "Done" if view.is_over else _WORDS.get(view.state, view.state)


def counts_of(view: View) -> str:
    """How many rows have come to their end, and how; nothing of a file that is not read, or is refused as a whole."""
    if not view.rows:
        return ""
    counts = view.counts
    named = {"imported": counts.imported, "skipped": counts.skipped, "failed": counts.failed, "rejected": view.rejected}
    ended = "".join(f", {count:,} {name}" for name, count in named.items() if count)
    return f"{done_of(view):,} of {view.rows:,} rows{ended}"


def done_of(view: View) -> int:
    """How many rows have come to their end: at the end of the run all of them."""
    return view.rows or 0 if view.is_over else view.counts.done + view.rejected


def show_outcome(console: Console, summary: SummaryJson, message: email.message.EmailMessage, rows: int | None) -> bool:
    """Print the results; return whether Cognito, or the check, went through the whole file.

    `rows` is the number of rows of a CSV file as a person counts them.
    """
    outcome, problem = Outcome(summary["outcome"]), summary["problem"]
    console.print()
    console.print(Text.assemble((f"{summary['file']['name']}: {outcome.words}", "bold")))
    if problem:
        own = f"{counted(rows, 'row')} in the file, none imported. " if rows is not None else ""
        console.print(Text(f"{own}{problem['message']}"))
        console.print(Text(f"What to do: {problem['hint']}"))
    if summary["reasons"]:
        console.print(reasons_table(summary))
        if several := several_reasons(summary["reasons"], summary["rows"]["rejected"]):
            console.print(several)
    if summary["rows"]["total"]:
        console.print(_counts(summary))
    for warning in summary["warnings"]:
        console.print(f"  {warning['message']}", markup=False)
    body = message.get_content().split("\n--\n")[0].strip()
    headers = f"[dim]From:[/]    {message['From']}\n[dim]To:[/]      {message['To']}"
    title = Text.from_markup(f"{headers}\n[dim]Subject:[/] ")
    console.print(Panel(title + Text(f"{message['Subject']}\n\n{body}"), title="The email", title_align="left"))
    return outcome.is_success


def _counts(summary: SummaryJson) -> Table:
    table = Table("outcome", "rows")
    table.columns[1].justify = "right"
    for name, count in rows_by_outcome(account_of(summary["rows"]), is_dry_run=summary["dry_run"]).items():
        if count:
            table.add_row(name, f"{count:,}")
    table.add_section()
    table.add_row("in the file", f"{summary['rows']['total']:,}")
    return table


def reasons_table(summary: SummaryJson) -> Table:
    """Why rows were not imported, with the numbers of lines or records."""
    table = Table("rows", "what", "why", "what to do", counted_places(summary["preset"]))
    table.columns[0].justify = "right"
    for reason in most_frequent(summary["reasons"]):
        lines = line_numbers(reason, _LINES_SHOWN)
        table.add_row(f"{reason['count']:,}", reason["outcome"], reason["message"], reason["hint"], lines)
    return table


def email_about(outbox: Path, run_id: str) -> email.message.EmailMessage:
    """The email about this run, which may come a moment after the run's end."""
    deadline = time.monotonic() + _EMAIL_PATIENCE
    while time.monotonic() < deadline:
        for path in sorted(outbox.glob("*.eml"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if run_id in message.get_content():
                return message
        time.sleep(0.2)
    raise DemoError("No email arrived.")
