"""On narrow terminals the file, the position in the queue, and the time that is left are kept; the rest gives way.

What every command writes is in tests/unit/strings/kept/screens-60.txt and its neighbors; here is what moves.
"""

from __future__ import annotations

import importlib
import io
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cognito_drop.aws.ledger_items import record_of
from cognito_drop.cli import following
from cognito_drop.cli.doctor.finding import error
from cognito_drop.cli.errors import CommandError
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.ledger_keys import run_key
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
    text = doctor._lines("everything is there", [found], set())  # noqa: SLF001
    assert command in text
    shown = _shown(60, *(piece for piece in text if piece != command)).splitlines()
    assert all(line.startswith("  ") for line in shown[1:])
