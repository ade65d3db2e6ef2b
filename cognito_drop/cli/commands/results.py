"""`cognito-drop results`: the result files of a run, listed or downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.rendering import table
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_results import ResultFile, refuse_unless_over, result_files
from cognito_drop.cli.run_text import active_users, memberships
from cognito_drop.cli.uploads import transfer_bar
from cognito_drop.contract.object_keys import results_of
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.command_json import ResultsJson
    from cognito_drop.core.runs.run_record import RunRecord


@operator_command("results")
@run_argument
@click.option(
    "--download", metavar="DIR", type=click.Path(path_type=Path), help="Download the files to this directory."
)
@click.option("--overwrite", is_flag=True, help="Overwrite existing files.")
def results(context: Context, *, run_id: str, download: Path | None, overwrite: bool) -> Result:
    """List or download the results of a run.

    The files are explained in docs/results.md; summary.html is the report for people.

    \b
    Examples:
      cognito-drop results 3f9a5c1e
      cognito-drop results 3f9a5c1e --download report/
    """
    ledger = context.ledger
    with context.messages.working("Finding the results"):
        run = ledger.run(run_id)
        refuse_unless_over(run)
        files = result_files(context.aws.s3, run)
        view = context.viewer.view(run)
    paths: dict[str, Path] = {}
    if download is not None:
        paths = _paths(download, files, overwrite=overwrite)
        _download(context, run, files, paths)
        context.messages.say(f"Downloaded {counted(len(files), 'file')} into {download}.")
    data: ResultsJson = {
        "run_id": run.run_id,
        "results": run.results,
        "memberships": view.memberships,
        "files": [
            {
                "name": file.name,
                "bytes": file.size,
                "uri": file.uri,
                "path": str(paths[file.name]) if file.name in paths else None,
            }
            for file in files
        ],
    }
    rows = [(file.name, f"{file.size:,}", str(paths.get(file.name, file.uri))) for file in files]
    shown = [Text(f"Groups: {said}")] if (said := memberships(view)) else []
    shown += [Text(sentence) for sentence in active_users(view)]
    return Result(data, [table("file", "bytes", "where", rows=rows, right=("bytes",), wrapped=("where",)), *shown])


def _paths(folder: Path, files: list[ResultFile], *, overwrite: bool) -> dict[str, Path]:
    """Where each file goes. Raises CommandError before anything is downloaded."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".cognito-drop"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(ErrorCode.FOLDER_NOT_WRITABLE, f"Cannot write to {folder}: {error.strerror}.") from None
    paths = {file.name: folder / file.name for file in files}
    there = [path for path in paths.values() if path.exists()]
    if there and not overwrite:
        raise CommandError(
            ErrorCode.FILE_EXISTS,
            f"{there[0]} exists already; nothing was downloaded.",
            "Choose another directory, or use --overwrite.",
        )
    return paths


def _download(context: Context, run: RunRecord, files: list[ResultFile], paths: dict[str, Path]) -> None:
    sizes = [(file.name, file.size) for file in files]
    with transfer_bar(context.messages, "Downloading", sizes) as movers:
        for file, mover in zip(files, movers, strict=True):
            key = f"{results_of(run.run_id)}{file.name}"
            context.aws.s3.download_file(run.drop.bucket, key, str(paths[file.name]), Callback=mover)
