"""The report page of a run, opened in the browser of this machine: `results --open`."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_drop.cli.downloads import download_files
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract.object_keys import PAGE

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_results import ResultFile
    from cognito_drop.core.runs.run_record import RunRecord


def open_report(context: Context, run: RunRecord, files: list[ResultFile]) -> Path:
    """Open a copy of the page, in a new folder that only this user can read. Raises CommandError.

    The browser reads the copy after the command has ended, so it stays: where it is, is said.
    """
    pages = [file for file in files if file.name == PAGE]
    if not pages:
        raise CommandError(
            ErrorCode.NO_RESULTS, f"The run {run.short_id} has no report page in {run.results}.", "It was deleted."
        )
    page = Path(tempfile.mkdtemp(prefix=f"report-{run.short_id}-")) / PAGE
    download_files(context, pages, {PAGE: page})
    page.chmod(0o600)
    if webbrowser.open(page.as_uri()):
        context.messages.say("Opened the report page.")
    else:
        context.messages.say("No browser was found on this machine. Open the report page yourself.")
    context.messages.say(f"Only you can read this copy; delete it when you no longer need it: {page}")
    return page
