"""`cognito-drop results`: the result files of a run, listed or downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.downloads import download_files, target_paths
from cognito_drop.cli.options import run_argument
from cognito_drop.cli.rendering import table
from cognito_drop.cli.report_page import open_report
from cognito_drop.cli.result import Result
from cognito_drop.cli.run_results import refuse_unless_over, result_files, undo_files
from cognito_drop.cli.run_text import active_users, memberships
from cognito_drop.core.results.wording import ids_sentence
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_json import ResultFileJson, ResultsJson
    from cognito_drop.cli.run_results import ResultFile
    from cognito_drop.core.undo.undo_record import UndoRecord


@operator_command("results")
@run_argument
@click.option(
    "--download", metavar="DIR", type=click.Path(path_type=Path), help="Download the files to this directory."
)
@click.option("--overwrite", is_flag=True, help="Overwrite existing files.")
@click.option("--open", "opens", is_flag=True, help="Open the report page in the browser, from a temporary folder.")
def results(context: Context, *, run_id: str, download: Path | None, overwrite: bool, opens: bool) -> Result:
    """List or download the results of a run.

    The files are explained in docs/results.md; summary.html is the report for people.

    \b
    Examples:
      cognito-drop results 3f9a5c1e
      cognito-drop results 3f9a5c1e --download report/
      cognito-drop results 3f9a5c1e --open
    """
    ledger = context.ledger
    with context.messages.working("Finding the results"):
        undo = ledger.undo(run_id) if context.deployment.undo_machine else None
        if undo:
            return _of_undo(context, undo, download, overwrite=overwrite)
        run = ledger.run(run_id)
        refuse_unless_over(run)
        files, others = result_files(context.aws.s3, run)
        view = context.viewer.view(run)
    if others:
        context.messages.say(f"Ignored {counted(others, 'other object')} in {run.results}: the run did not write them.")
    if view.gone:
        context.messages.say(view.gone_sentence)
    paths: dict[str, Path] = {}
    if download is not None:
        paths = target_paths(download, files, overwrite=overwrite)
        download_files(context, files, paths)
        context.messages.say(f"Downloaded {counted(len(files), 'file')} into {_folder(download)}.")
    else:
        context.messages.say_whole(f"The files are in {run.results}")
    opened = open_report(context, run, files) if opens else None
    data: ResultsJson = {
        "run_id": run.run_id,
        "results": run.results,
        "memberships": view.memberships,
        "ids": view.ids,
        "gone": list(view.gone),
        "opened": str(opened) if opened else None,
        "files": _files_json(files, paths),
    }
    shown = [Text(f"Groups: {said}")] if (said := memberships(view)) else []
    shown += [Text(sentence) for sentence in (*active_users(view), ids_sentence(view.ids, run.short_id)) if sentence]
    return Result(data, [_table(files, paths), *shown])


def _folder(path: Path) -> Path:
    """The directory as it was given; in full where that is dots, which the end of a sentence would make others."""
    return path if path.name.strip(".") else path.resolve()


def _of_undo(context: Context, undo: UndoRecord, download: Path | None, *, overwrite: bool) -> Result:
    """The results of an undo, which has no page and counts no rows."""
    files, _ = undo_files(context.aws.s3, undo)
    paths: dict[str, Path] = {}
    if download is not None:
        paths = target_paths(download, files, overwrite=overwrite)
        download_files(context, files, paths)
        context.messages.say(f"Downloaded {counted(len(files), 'file')} into {_folder(download)}.")
    data: ResultsJson = {
        "run_id": undo.plan.undo_id,
        "results": undo.plan.results,
        "memberships": None,
        "ids": None,
        "gone": [],
        "opened": None,
        "files": _files_json(files, paths),
    }
    return Result(data, [_table(files, paths)])


def _files_json(files: list[ResultFile], paths: Mapping[str, Path]) -> list[ResultFileJson]:
    return [
        {
            "name": file.name,
            "bytes": file.size,
            "uri": file.uri,
            "path": str(paths[file.name]) if file.name in paths else None,
        }
        for file in files
    ]


def _table(files: list[ResultFile], paths: Mapping[str, Path]) -> RenderableType:
    rows = [(file.name, f"{file.size:,}", str(paths.get(file.name, file.uri))) for file in files]
    return table("file", "bytes", "where", rows=rows, right=("bytes",), spared=("where",))
