"""On narrow terminals the file, the position in the queue, and the time that is left are kept; the rest gives way."""

from __future__ import annotations

import importlib
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cognito_drop.aws.ledger_items import record_of
from cognito_drop.cli import following
from cognito_drop.cli.doctor.finding import error
from cognito_drop.cli.errors import CommandError
from cognito_drop.cli.import_jobs import ListedJob
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.core.imports.import_job import ImportJob
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.run_state import CheckedFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from cognito_drop.cli.run_view import RunView
    from cognito_drop.core.runs.run_record import RunRecord

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command
FILE = "export-of-all-employees-2026-11-24.csv"


def _run(**facts: str) -> RunRecord:
    drop = {"bucket": "b", "key": f"inbox/people/{FILE}", "version_id": "1", "dropped_at": "2026-11-24T10:00:00Z"}
    run_id = Drop(drop["bucket"], drop["key"], drop["version_id"]).run_id
    return record_of({**run_key(run_id), "run_state": "waiting", **drop, **facts})


def _shown(width: int, *pieces: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=width, record=True)
    for piece in pieces:
        console.print(piece)
    return "".join(f"{line.rstrip()}\n" for line in console.export_text().splitlines())


CAPTURES = {
    60: """\
run       pool    file                     state    outcome
b01f3b56  people  export-of-all-employees  waiting
                  -2026-11-24.csv
b01f3b56  people  export-of-all-employees  ended    imported
                  -2026-11-24.csv

job                pool                 status      run
import-AbCdEf1234  employees-of-europe  InProgress  3f9a5c1e
import-AbCdEf1234  people               InProgress  not ours
""",
    80: """\
run       pool    file                 dropped (UTC)     state    outcome   rows
b01f3b56  people  export-of-all-emplo  2026-11-24 10:00  waiting
                  yees-2026-11-24.csv
b01f3b56  people  export-of-all-emplo  2026-11-24 10:00  ended    imported
                  yees-2026-11-24.csv

job                pool               status      run       rows
import-AbCdEf1234  employees-of-euro  InProgress  3f9a5c1e  part 2: 1,200
                   pe                                       imported, 34
                                                            skipped, 5 failed
import-AbCdEf1234  people             InProgress  not ours  1,200 imported, 34
                                                            skipped, 5 failed
""",
    120: """\
run       pool    file                                    dropped (UTC)     state    outcome   rows  imported
b01f3b56  people  export-of-all-employees-2026-11-24.csv  2026-11-24 10:00  waiting
b01f3b56  people  export-of-all-employees-2026-11-24.csv  2026-11-24 10:00  ended    imported

job                pool                 status      run       created (UTC)     rows
import-AbCdEf1234  employees-of-europe  InProgress  3f9a5c1e  2026-11-24 10:00  part 2: 1,200 imported, 34 skipped, 5
                                                                                failed
import-AbCdEf1234  people               InProgress  not ours  2026-11-24 10:00  1,200 imported, 34 skipped, 5 failed
""",
}


@pytest.mark.parametrize("width", CAPTURES)
def test_tables_of_runs_and_jobs_leave_out_what_status_has_too(width: int) -> None:
    """Names of files and pools are broken, never cut."""
    runs, jobs = (importlib.import_module(f"cognito_drop.cli.commands.{name}") for name in ("runs", "jobs"))
    created = datetime(2026, 11, 24, 10, tzinfo=UTC)
    counts = {"ImportedUsers": 1200, "SkippedUsers": 34, "FailedUsers": 5}
    job = ImportJob.of({"JobId": "import-AbCdEf1234", "Status": "InProgress", "CreationDate": created, **counts})
    of_jobs = [("employees-of-europe", ListedJob(job, "3f9a5c1e" * 4, 2)), ("people", ListedJob(job, "", 0))]
    of_runs = [_run(), _run(run_state="ended", outcome="imported")]
    assert _shown(width, runs.runs_table(of_runs), "", jobs.jobs_table(of_jobs)) == CAPTURES[width]


WATCHED = {
    60: """\
b01f3b56                      waiting, position 12 in the
export-of-all-employees-2026- queue
11-24.csv

b01f3b56                 importing 0 of 90,000 rows, 25 per
export-of-all-employees-           second, about 1 h left
2026-11-24.csv
""",
    80: """\
b01f3b56                                     waiting, position 12 in the queue
export-of-all-employees-2026-11-24.csv

b01f3b56                           importing 0 of 90,000 rows, 25 per second,
export-of-all-employees-2026-11-24           about 1 h left
.csv
""",
    120: """\
b01f3b56 export-of-all-employees-2026-11-24.csv waiting, position 12 in the queue ━━━━━━━━━━━━━━━━━━━━━━━━  0:00:00

b01f3b56                               importing ━━━━━━━━━━━━━━━━━━━━━━━━ 0 of 90,000 rows, 25 per second, about 0:00:00
export-of-all-employees-2026-11-24.csv                                    1 h left
""",
}


@pytest.mark.parametrize("width", WATCHED)
def test_a_watched_run_keeps_its_file_its_position_and_the_time_left(width: int) -> None:
    """The bar gives way."""
    waiting = replace(recorded(_run()), position=12)
    file = CheckedFile("p", rows=90_000, part_rows=(90_000,))
    importing = replace(recorded(replace(_run(run_state="importing"), file=file)), rate=25.0)
    assert _watched(width, waiting) + "\n" + _watched(width, importing) == WATCHED[width]


def _watched(width: int, view: RunView) -> str:
    """What is on the screen at last."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, record=True)
    context: Any = SimpleNamespace(
        ledger=SimpleNamespace(find=lambda _: view.run),
        viewer=SimpleNamespace(view=_then_interrupted(view)),
        messages=SimpleNamespace(is_live=True, console=console),
    )
    with pytest.raises(CommandError, match="Stopped watching"):
        following.follow(context, [view.run.run_id], 0.0)
    text = console.export_text()
    drawn = re.sub(r"\d:\d\d:\d\d", "0:00:00", text[text.rindex(view.run.short_id) :])
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines() if line.strip())


def _then_interrupted(view: RunView) -> Callable[[RunRecord], RunView]:
    polls = iter([view])

    def poll(_: RunRecord) -> RunView:
        try:
            return next(polls)
        except StopIteration:
            raise KeyboardInterrupt from None

    return poll


def test_a_command_of_doctor_is_one_line_and_its_sentences_keep_their_indent() -> None:
    """Also where the terminal is narrower."""
    command = "aws cloudformation create-change-set --stack-name cognito-drop --use-previous-template"
    found = error(
        "resource_gone", f"The resource {FILE * 2} of the stack does not exist.", "Restore it:", command=command
    )
    text = doctor._lines("everything is there", [found])  # noqa: SLF001
    assert command in text
    shown = _shown(60, *(piece for piece in text if piece != command)).splitlines()
    assert all(line.startswith("  ") for line in shown[1:])
