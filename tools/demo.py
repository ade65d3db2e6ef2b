"""The demo: deploys the real stack into the local AWS emulator, drops a file, and shows the results."""

from __future__ import annotations

import email
import email.policy
import json
import shlex
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cognito_drop.contract.object_keys import INBOX, results_of
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.results.wording import account_of, line_numbers, most_frequent, rows_by_outcome
from tools.demo_pool import OPEN, create_demo_pool
from tools.deployment import Deployment, bootstrap, deploy
from tools.local_cloud import LocalCloud, local_cloud
from tools.run_watch import RunWatch, drop_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cognito_drop.core.results.summary_json import SummaryJson

ALIAS = "people"
SUBSCRIBER = "you@example.com"

_ROWS_PER_SECOND = 25  # Cognito's own pace, about
_SECONDS_SHOWN = 12  # how long the demo's import should take at least to be seen
_LINES_SHOWN = 5
_EMAIL_PATIENCE = 300  # seconds; guards against hanging only


class DemoError(Exception):
    """The demo did not come to what it promises."""


def demo(files: Sequence[Path], *, preset: str | None = None, keep: bool) -> int:
    """Show the way of each file; return 0 when Cognito went through all, 1 when not. `keep` leaves the cloud up.

    With a preset they are exports of that system, and go into its folder.
    """
    console = Console(highlight=False)
    for file in files:
        if not file.is_file():
            console.print(f"The file {file} does not exist.")
            return 2
    factor = max(4, round(max(map(_rows, files)) / _ROWS_PER_SECOND / _SECONDS_SHOWN))
    console.print(f"[bold]cognito-drop[/bold] on the local AWS emulator. Waits run {factor} times as fast as in AWS.\n")
    with local_cloud("--clock-factor", str(factor)) as cloud:
        pool_id, deployment = set_up(cloud, console, preset)
        succeeded = [show(cloud, pool_id, deployment, file, console, preset=preset) for file in files]
        if keep:
            _keep(cloud, pool_id, deployment, console)
    return 0 if all(succeeded) else 1


def show(
    cloud: LocalCloud, pool_id: str, deployment: Deployment, file: Path, console: Console, *, preset: str | None
) -> bool:
    """Drop a file, print its way and its row results; return whether Cognito went through all of it."""
    watch = _drop(cloud, deployment, file, console, preset)
    _show_progress(watch, None if preset else _rows(file), console)
    return _show_outcome(cloud, watch, pool_id, console)


def set_up(cloud: LocalCloud, console: Console, preset: str | None = None) -> tuple[str, Deployment]:
    """Create the demo pool and deploy the stack for it; return the pool's id and the deployment."""
    _done(console, f"The local AWS emulator is running at {cloud.endpoint}")
    pool_id = create_demo_pool(cloud)
    _done(console, f"User pool {pool_id}, with the attributes custom:department and custom:employee_number")
    with console.status("cdk bootstrap"):
        bootstrap(cloud)
    _done(console, "cdk bootstrap")
    pools = {ALIAS: {"id": pool_id, **OPEN, **({"presets": [preset]} if preset else {})}}
    context = {"pools": json.dumps(pools), "emails": SUBSCRIBER, "shortest_wait": "5"}
    with console.status("cdk deploy"):
        deployment = deploy(cloud, context)
    _done(console, "cdk deploy " + " ".join(f"-c {key}={shlex.quote(value)}" for key, value in context.items()))
    return pool_id, deployment


def _drop(cloud: LocalCloud, deployment: Deployment, file: Path, console: Console, preset: str | None) -> RunWatch:
    folder = f"{ALIAS}/{preset}" if preset else ALIAS
    watch = drop_file(cloud, deployment, file, folder)
    _done(console, f"{file.name} ({file.stat().st_size:,} bytes) → s3://{deployment.bucket}/{INBOX}{folder}/\n")
    return watch


def _show_progress(watch: RunWatch, rows: int | None, console: Console) -> None:
    """`rows` is None where only the preflight can tell how many there are."""
    columns = (
        TextColumn("{task.fields[state]:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("[green]{task.fields[imported]:,} imported[/]  [yellow]{task.fields[skipped]:,} skipped[/]  "
                   "[red]{task.fields[failed]:,} failed[/]"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=rows, state="", imported=0, skipped=0, failed=0)
        said = ""
        for view in watch.views():
            progress.update(
                task,
                completed=view.counts.done,
                state=view.state,
                imported=view.counts.imported,
                skipped=view.counts.skipped,
                failed=view.counts.failed,
            )
            if not console.is_terminal and view.state != said:
                said = view.state
                of = "" if rows is None else f" of {rows:,}"
                console.print(f"  {said}: {view.counts.done:,}{of} rows")


def _show_outcome(cloud: LocalCloud, watch: RunWatch, pool_id: str, console: Console) -> bool:
    """Print the results; return whether Cognito processed the whole file."""
    summary = watch.summary()
    console.print()
    console.print(f"[bold]{summary['file']['name']}: {Outcome(summary['outcome']).words}[/]", highlight=False)
    console.print(_counts(summary))
    if summary["reasons"]:
        console.print(_reasons(summary))
    for warning in summary["warnings"]:
        console.print(f"  {warning['message']}", markup=False)
    message = _email(cloud.outbox, watch.run_id)
    body = message.get_content().split("\n--\n")[0].strip()
    headers = f"[dim]From:[/]    {message['From']}\n[dim]To:[/]      {message['To']}"
    title = Text.from_markup(f"{headers}\n[dim]Subject:[/] ")
    console.print(Panel(title + Text(f"{message['Subject']}\n\n{body}"), title="The email", title_align="left"))
    console.print(f"Results:  {summary['results']}", soft_wrap=True)
    for key in _keys(cloud, watch):
        console.print(f"          {key}", soft_wrap=True)
    console.print(f"The user pool {pool_id} now holds {_users(cloud, pool_id):,} users (counted with ListUsers).")
    return Outcome(summary["outcome"]).is_success


def _counts(summary: SummaryJson) -> Table:
    table = Table("outcome", "rows")
    table.columns[1].justify = "right"
    for name, count in rows_by_outcome(account_of(summary["rows"]), is_dry_run=summary["dry_run"]).items():
        if count:
            table.add_row(name, f"{count:,}")
    table.add_section()
    table.add_row("in the file", f"{summary['rows']['total']:,}")
    return table


def _reasons(summary: SummaryJson) -> Table:
    table = Table("rows", "what", "why", "what to do", "lines")
    table.columns[0].justify = "right"
    for reason in most_frequent(summary["reasons"]):
        lines = line_numbers(reason, _LINES_SHOWN)
        table.add_row(f"{reason['count']:,}", reason["outcome"], reason["message"], reason["hint"], lines)
    return table


def _email(outbox: Path, run_id: str) -> email.message.EmailMessage:
    """The email about this run, which may come a moment after the run's end."""
    deadline = time.monotonic() + _EMAIL_PATIENCE
    while time.monotonic() < deadline:
        for path in sorted(outbox.glob("*.eml"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if run_id in message.get_content():
                return message
        time.sleep(0.2)
    raise DemoError("No email arrived.")


def _keys(cloud: LocalCloud, watch: RunWatch) -> Iterable[str]:
    pages = cloud.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=watch.deployment.bucket, Prefix=results_of(watch.run_id)):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _users(cloud: LocalCloud, pool_id: str) -> int:
    pages = cloud.client("cognito-idp").get_paginator("list_users")
    return sum(len(page["Users"]) for page in pages.paginate(UserPoolId=pool_id))


def _keep(cloud: LocalCloud, pool_id: str, deployment: Deployment, console: Console) -> None:
    console.print("\n[bold]The emulator keeps running[/bold] until Ctrl-C. In another shell:\n")
    print_exports(cloud, pool_id, deployment)
    console.print(
        "\n  .venv/bin/cognito-drop drop examples/messy.csv --wait"
        "\n  .venv/bin/cognito-drop runs"
        f"\n  aws s3 cp examples/users.csv s3://{deployment.bucket}/{INBOX}{ALIAS}/again.csv\n"
        f"  aws cognito-idp list-user-import-jobs --user-pool-id {pool_id} --max-results 10\n"
        f"  aws cognito-idp list-users --user-pool-id {pool_id} --limit 3\n"
        f"  ls {cloud.outbox}\n",
        soft_wrap=True,
    )
    wait_for_interrupt(cloud)


def print_exports(cloud: LocalCloud, pool_id: str, deployment: Deployment) -> None:
    """Print what leads a shell to this cloud, ready for `eval`."""
    variables = {
        **cloud.variables,
        "DROP_BUCKET": deployment.bucket,
        "USER_POOL_ID": pool_id,
        "TOPIC_ARN": deployment.topic,
        "STATE_MACHINE_ARN": deployment.state_machine,
        "OUTBOX": str(cloud.outbox),
    }
    for name, value in variables.items():
        print(f"export {name}={value}", flush=True)


def wait_for_interrupt(cloud: LocalCloud) -> None:
    """Return when the user presses Ctrl-C. Raises LocalCloudError when the cloud ends before."""
    try:
        cloud.run_until_end()
    except KeyboardInterrupt:
        return


def _rows(file: Path) -> int:
    with file.open("rb") as lines:
        return max(0, sum(1 for line in lines if line.strip()) - 1)


def _done(console: Console, text: str) -> None:
    console.print(f"[green]✓[/green] {text}", soft_wrap=True)
