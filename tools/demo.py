"""The demo: deploys the real stack into the local AWS emulator, drops a file, and shows the results."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from cognito_drop.contract.object_keys import CHECK, INBOX, PAGE, results_of
from cognito_drop.core.rows import HashAlgorithm
from tools.demo_pool import OPEN, create_demo_pool
from tools.demo_screen import email_about, show_outcome, show_progress
from tools.deployment import Deployment, bootstrap, deploy
from tools.local_cloud import LocalCloud, local_cloud
from tools.run_watch import RunWatch, drop_file
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

ALIAS = "people"
SUBSCRIBER = "you@example.com"

_RESULTS: Final = PROJECT / ".localcloud" / "demo"
_ROWS_PER_SECOND = 25  # Cognito's own pace, about
_SECONDS_SHOWN = 12  # how long the demo's import should take at least to be seen
_SAMPLE_USER: Final = ("amara.okafor@example.com", "Amara-2026")
"""A user of examples/presets/auth0.ndjson, and the password whose hash is there."""


@dataclass(frozen=True, slots=True)
class DemoChoices:
    """How the demo's pool reads its files."""

    preset: str | None = None
    """The system whose exports the files are: they go into its folder."""
    mapping: Mapping[str, Any] | None = None
    """The mapping with which the pool reads its files."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Other settings of the pool."""

    @property
    def flags(self) -> tuple[str, ...]:
        """Of the emulator: a pool that takes password hashes, where the exports have some."""
        return ("--import-password-hashes", "listed") if self.preset else ()

    def pool(self, pool_id: str) -> dict[str, Any]:
        """The pool in the context of the stack."""
        hashes = {"presets": [self.preset], "password_hashes": list(HashAlgorithm)} if self.preset else {}
        mapping = {"preset": self.mapping} if self.mapping else {}
        return {"id": pool_id, **OPEN, **hashes, **mapping, **self.settings}


def demo(files: Sequence[Path], choices: DemoChoices, *, keep: bool, are_samples: bool) -> int:
    """Show the way of each file, and keep its results; return the exit code. `keep` leaves the cloud up.

    A file of the user's own that is rejected is a result like others; one of the samples is not.
    """
    console = Console(highlight=False)
    for file in files:
        if not file.is_file():
            console.print(f"The file {file} does not exist.")
            return 2
    factor = max(4, round(max(map(_rows, files)) / _ROWS_PER_SECOND / _SECONDS_SHOWN))
    console.print(
        f"[bold]cognito-drop[/bold] on the local AWS emulator. Its clock runs {factor} times as fast as yours: the "
        "times in the email and in the report are by that clock.\n"
    )
    with local_cloud("--clock-factor", str(factor), *choices.flags) as cloud:
        pool_id, deployment = set_up(cloud, console, choices)
        succeeded = [show(cloud, pool_id, deployment, file, console, preset=choices.preset) for file in files]
        if keep:
            _keep(cloud, pool_id, deployment, console, choices, files=files)
        else:
            _say_what_is_next(console, files)
    return 0 if all(succeeded) or not are_samples else 1


def show(
    cloud: LocalCloud, pool_id: str, deployment: Deployment, file: Path, console: Console, *, preset: str | None
) -> bool:
    """Drop a file, print its way and its row results, and keep these; return whether Cognito went through all of it."""
    watch = _drop(cloud, deployment, file, console, preset)
    show_progress(watch, console)
    rows = None if preset else _rows(file)
    went_through = show_outcome(console, watch.summary(), email_about(cloud.outbox, watch.run_id), rows)
    kept = _kept_results(cloud, watch, _RESULTS / file.name)
    console.print(f"Report:   {kept / PAGE}", soft_wrap=True)
    console.print(f"Results:  {', '.join(sorted(path.name for path in kept.iterdir()))} in {kept}", soft_wrap=True)
    users = _users(cloud, pool_id)
    console.print(f"The user pool {pool_id} now holds {users:,} users (counted with ListUsers).\n", soft_wrap=True)
    return went_through


def set_up(cloud: LocalCloud, console: Console, choices: DemoChoices) -> tuple[str, Deployment]:
    """Create the demo pool and deploy the stack for it; return the pool's id and the deployment."""
    _done(console, f"The local AWS emulator is running at {cloud.endpoint}")
    pool_id = create_demo_pool(cloud)
    _done(console, f"User pool {pool_id}, with the attributes custom:department and custom:employee_number")
    with console.status("cdk bootstrap"):
        bootstrap(cloud)
    _done(console, "cdk bootstrap")
    pools = {ALIAS: choices.pool(pool_id)}
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


def _kept_results(cloud: LocalCloud, watch: RunWatch, folder: Path) -> Path:
    """Download the results of a run, in place of those of an earlier demo."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    s3, bucket, prefix = cloud.client("s3"), watch.deployment.bucket, results_of(watch.run_id)
    for key in _keys(cloud, bucket, prefix):
        s3.download_file(bucket, key, str(folder / key.removeprefix(prefix)))
    return folder.relative_to(PROJECT) if folder.is_relative_to(PROJECT) else folder


def _keys(cloud: LocalCloud, bucket: str, prefix: str) -> Iterable[str]:
    pages = cloud.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _users(cloud: LocalCloud, pool_id: str) -> int:
    pages = cloud.client("cognito-idp").get_paginator("list_users")
    return sum(len(page["Users"]) for page in pages.paginate(UserPoolId=pool_id))


def _say_what_is_next(console: Console, files: Sequence[Path]) -> None:
    opens = "open" if sys.platform == "darwin" else "xdg-open"
    folder = _RESULTS.relative_to(PROJECT)
    console.print(
        f"The results are in {folder}/. The emulator ends now, and with it the bucket and the stack that the commands "
        "in the email need.\n\n"
        "[bold]Next[/bold]\n"
        f"  {opens} {folder / files[-1].name / PAGE}   # the report, in a browser\n"
        "  make demo FILE=my.csv   # your own file\n"
        "  make demo KEEP=1        # keep the emulator running, for the command and the AWS CLI\n"
        "  docs/deploy.md          # how to deploy it to your account",
        soft_wrap=True,
    )


def drop_commands(files: Sequence[Path], choices: DemoChoices, bucket: str) -> list[str]:
    """What reads the files of this demo again, as its pool reads them. Nothing is imported: Cognito would fail a job
    whose users are all in the pool already."""
    first, last = (
        shlex.quote(str(file.relative_to(PROJECT) if file.is_relative_to(PROJECT) else file))
        for file in (files[0], files[-1])
    )
    preset = f" --preset {choices.preset}" if choices.preset else ""
    folder = f"{ALIAS}/{choices.preset}" if choices.preset else ALIAS
    return [
        f".venv/bin/cognito-drop drop {last}{preset} --dry-run --wait",
        ".venv/bin/cognito-drop runs",
        f"aws s3 cp {first} s3://{bucket}/{CHECK}{folder}/",
    ]


def _keep(
    cloud: LocalCloud,
    pool_id: str,
    deployment: Deployment,
    console: Console,
    choices: DemoChoices,
    *,
    files: Sequence[Path],
) -> None:
    console.print("[bold]The emulator keeps running[/bold] until Ctrl-C. In another shell:\n")
    print_exports(cloud, pool_id, deployment)
    console.print(
        "".join(f"\n  {command}" for command in drop_commands(files, choices, deployment.bucket)) + "\n"
        f"  aws cognito-idp list-user-import-jobs --user-pool-id {pool_id} --max-results 10\n"
        f"  aws cognito-idp list-users --user-pool-id {pool_id} --limit 3\n"
        f"  ls {cloud.outbox}\n",
        soft_wrap=True,
    )
    if choices.preset:
        console.print(f"A sign-in with an imported password:\n\n{sign_in_command(cloud, pool_id)}\n", soft_wrap=True)
    wait_for_interrupt(cloud, console)


def sign_in_command(cloud: LocalCloud, pool_id: str) -> str:
    """The command that signs in a user with a password, through an app client that is made for it."""
    client = cloud.client("cognito-idp").create_user_pool_client(
        UserPoolId=pool_id, ClientName="demo", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    name, password = _SAMPLE_USER
    return (
        f"  .venv/bin/aws cognito-idp initiate-auth --auth-flow USER_PASSWORD_AUTH --client-id {client} "
        f"--auth-parameters USERNAME={name},PASSWORD={password}"
    )


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


def wait_for_interrupt(cloud: LocalCloud, console: Console) -> None:
    """Return when the user presses Ctrl-C, and say at once what then takes some seconds. Raises LocalCloudError when
    the cloud ends before."""
    try:
        cloud.run_until_end()
    except KeyboardInterrupt:
        console.print("\nEnding the local AWS emulator …")


def _rows(file: Path) -> int:
    with file.open("rb") as lines:
        return max(0, sum(1 for line in lines if line.strip()) - 1)


def _done(console: Console, text: str) -> None:
    console.print(f"[green]✓[/green] {text}", soft_wrap=True)
