"""Follows runs to their end, with what is said on the way: a bar for each on a terminal, elsewhere a line a change."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from cognito_drop.cli.aws_errors import AWS_ERRORS, command_error
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.run_text import line, name, outcome_text, phase, progress
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.run_record import SHORT_ID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from rich.progress import TaskID

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_view import RunView

    class Display(Protocol):
        """Shows how runs go on."""

        def __enter__(self) -> Display: ...
        def __exit__(self, *_: object) -> None: ...
        def expect(self, run_id: str) -> None:
            """Show a run that is not accepted yet."""

        def show(self, view: RunView) -> None:
            """Show a run as it is now."""


_ACCEPTED_WITHIN = 900.0  # seconds; an upload is a run after one or two, or if its event is lost, after the next sweep
_NOTIFIED_WITHIN = 60.0  # seconds; after its results are written, a run is not waited for longer than that
_WIDE = 100
"""Columns of a terminal that has room for a bar beside what is said of a run."""
_STEP = 10  # percent; a line is written each time an import has come so much further
_EXPECTED = "waiting to be accepted"
_MEMORY = 60.0  # seconds over which the rate is taken


def follow(context: Context, run_ids: Sequence[str], interval: float) -> list[RunView]:
    """Look at the runs every `interval` seconds until all have ended. Raises CommandError, for Ctrl-C too."""
    display = _Bars(context) if context.messages.is_live else _Lines(context)
    try:
        with display:
            return _Follower(context, display, interval).follow(run_ids)
    except KeyboardInterrupt:
        raise CommandError(
            ErrorCode.INTERRUPTED,
            f"Stopped watching; {_going_on(run_ids)}.",
            f"{_follow_again(run_ids)}, or stop one with `cognito-drop stop`.",
        ) from None
    except AWS_ERRORS as error:  # taken for an upload that failed, it would lead to another one
        said = command_error(error)
        raise CommandError(
            said.code,
            f"{said.message} Stopped watching; {_going_on(run_ids)}.",
            f"{said.hint} {_follow_again(run_ids)}.".lstrip(),
        ) from None


def _going_on(run_ids: Sequence[str]) -> str:
    return "the run continues" if len(run_ids) == 1 else "the runs continue"


def _follow_again(run_ids: Sequence[str]) -> str:
    return f"Follow again with `cognito-drop watch {' '.join(run_id[:SHORT_ID] for run_id in run_ids)}`"


@dataclass(slots=True)
class _Follower:
    context: Context
    display: Display
    interval: float
    since: dict[str, float] = field(default_factory=dict)
    """When a run was first seen to be reported and not told."""
    paces: dict[str, Pace] = field(default_factory=dict)

    def follow(self, run_ids: Sequence[str]) -> list[RunView]:
        ended: dict[str, RunView] = {}
        deadline = time.monotonic() + _ACCEPTED_WITHIN
        while True:
            for run_id in dict.fromkeys(run_ids):
                if run_id in ended:
                    continue
                view = self._poll(run_id)
                if view is None:
                    self.display.expect(run_id)
                    if time.monotonic() > deadline:
                        raise _not_accepted(run_id)
                elif self._has_ended(view):
                    ended[run_id] = view
            if len(ended) == len(set(run_ids)):
                return [ended[run_id] for run_id in dict.fromkeys(run_ids)]
            time.sleep(self.interval)

    def _poll(self, run_id: str) -> RunView | None:
        run = self.context.ledger.find(run_id)
        if run is None:
            return None
        view = self.context.viewer.view(run)
        seen = self.paces.setdefault(run_id, Pace()).seen(view.counts.done, time.monotonic())
        view = replace(view, rate=seen or view.rate)
        self.display.show(view)
        return view

    def _has_ended(self, view: RunView) -> bool:
        if view.run.state is RunState.REPORTED:
            first = self.since.setdefault(view.run.run_id, time.monotonic())
            if time.monotonic() - first < _NOTIFIED_WITHIN:
                return False
            self.context.messages.say(
                f"The results of {name(view.run)} are written. Its notification has not been sent yet; `cognito-drop "
                "doctor` may show why."
            )
        return view.run.is_over


class Pace:
    """How fast rows are being done, over the last minute of watching."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, int]] = []

    def seen(self, done: int, now: float) -> float | None:
        """Note that so many rows are done, and return the rows a second; None while that is not known."""
        if self._samples and self._samples[0][1] == self._samples[-1][1] == done:
            self._samples = []  # nothing has moved yet: the pace begins when something does
        self._samples = [sample for sample in self._samples if now - sample[0] <= _MEMORY] or self._samples[-1:]
        self._samples.append((now, done))
        (begun, before), (latest, after) = self._samples[0], self._samples[-1]
        return (after - before) / (latest - begun) if after > before else None


class _Lines:
    """A line a change."""

    def __init__(self, context: Context) -> None:
        self._messages = context.messages
        self._said: dict[str, tuple[str, int, str]] = {}

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left behind."""

    def expect(self, run_id: str) -> None:
        """Write a line, once."""
        if run_id not in self._said:
            self._said[run_id] = ("", 0, "")
            self._messages.say(f"{run_id[:SHORT_ID]}: {_EXPECTED}")

    def show(self, view: RunView) -> None:
        """Write a line when the run is somewhere else, or has come a good deal further."""
        step = 100 * view.counts.done // view.to_import // _STEP if view.to_import else 0
        *before, said = self._said.get(view.run.run_id, ("", 0, ""))
        if before != [phase(view), step]:
            now = line(view, name(view.run))
            self._said[view.run.run_id] = (phase(view), step, now)
            if now != said:  # a run that is over and one that is about to be may be described alike
                self._messages.say(now)


class _Bars:
    """A bar for each run."""

    def __init__(self, context: Context) -> None:
        console = context.messages.console
        texts = [
            TextColumn(text, style=style, markup=False, table_column=Column(overflow="fold"))
            for text, style in (
                ("{task.fields[run]}", "bold"),
                ("{task.description}", ""),
                ("{task.fields[counts]}", ""),
            )
        ]
        if console.width >= _WIDE:
            columns: list[ProgressColumn] = [*texts[:2], BarColumn(bar_width=24), texts[2], TimeElapsedColumn()]
        else:  # the texts say it, and the time that is left
            columns = [*texts]
        self._bars = Progress(*columns, console=console)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def expect(self, run_id: str) -> None:
        """Add a bar that tells nothing yet."""
        if run_id not in self._tasks:
            self._tasks[run_id] = self._bars.add_task(_EXPECTED, total=None, run=run_id[:SHORT_ID], counts="")

    def show(self, view: RunView) -> None:
        """Move the run's bar."""
        self.expect(view.run.run_id)
        self._bars.update(
            self._tasks[view.run.run_id],
            run=name(view.run),
            description=outcome_text(view.run).plain or phase(view),
            total=view.to_import or (1 if view.run.is_over else None),
            completed=view.counts.done or (1 if view.run.is_over else 0),
            counts=progress(view),
        )


def _not_accepted(run_id: str) -> CommandError:
    return CommandError(
        ErrorCode.RUN_NOT_ACCEPTED,
        f"The upload was not accepted within {_ACCEPTED_WITHIN / 60:.0f} minutes: {run_id}.",
        "`cognito-drop doctor` shows possible causes.",
    )
