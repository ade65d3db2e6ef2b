"""Whatever may happen to a run: steps of calls, the lock given, sweeps, Cognito's own progress, and faults.

A call whose caller gives it up lives on as a zombie: it may take its remaining steps at any time, or none of them. So
one fault stands for a crash before an effect, a crash after it, an answer that is lost, and a timeout.
"""

from __future__ import annotations

import enum
from itertools import chain
from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import ExecutionStatus, JobStatus, RunState
from cognito_drop.core.pools.malware_scan import SCAN_WAIT
from cognito_drop.core.queue.queue_order import QueueEntry, QueueHead, next_to_serve
from cognito_drop.core.runs.sweep_action import Action, action_for, is_stale
from tests.model.calls import Done, ends, knowing_other, stopped, with_part
from tests.model.decision_moves import decision_faults, late_moves
from tests.model.state import (
    STARTING,
    WAIT_WRITES,
    At,
    Call,
    Context,
    Execution,
    Knows,
    Lock,
    Move,
    Run,
    Scan,
    Sweep,
    record_of,
)
from tests.model.steps import Steps
from tests.model.zombies import may_still_act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.protocol import Protocol

_LONGEST_HOLD = 3600  # seconds, with a clock
_AT_ONCE = 2  # sweeps, where they are followed one by one
_ENTRY = QueueEntry("order", "run")
_RUNNING = ExecutionStatus.RUNNING
_LATE_FAILURES = frozenset({At.CLOSE, At.LEAVE, At.REPORT, At.PUBLISH, At.MARK})
"""Steps whose failure fails the execution; that of every other leads to Release lock."""


class Actor(enum.Enum):
    """Who or what makes a move."""

    EXECUTION = "an execution"
    LOCK = "a call that serves the queue"
    COGNITO = "Cognito"
    EVENT = "the event of the drop"
    SWEEP = "a sweep"
    ZOMBIE = "a call without a caller"
    FAULT = "a fault"


class Moves:
    """What may happen under a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._steps = Steps(protocol)

    def of(self, run: Run, context: Context) -> list[Move]:
        """Everything that may happen to the run next, faults included."""
        return [move for actor in Actor for move in self.by(actor, run, context)]

    def by(self, actor: Actor, run: Run, context: Context) -> list[Move]:
        """What one actor may do to the run next."""
        match actor:
            case Actor.EXECUTION:
                found = self._executions(run, context)
            case Actor.LOCK:
                found = self._lock(run, context)
            case Actor.COGNITO:
                found = self._cognito(run)
            case Actor.EVENT:
                found = chain(self._accept(run, context), self._scan(run))
            case Actor.SWEEP:
                found = self._sweep(run, context)
            case Actor.ZOMBIE:
                found = self._zombies(run, context)
            case Actor.FAULT:
                found = self._faults(run, context)
        return [move._replace(run=self._finalized(move.run)) for move in found]

    def _finalized(self, run: Run) -> Run:
        """Tidy what follows from the rest: tokens behind which no one sleeps, calls and sweeps without effect."""
        is_asleep = run.newest.call is not None and run.newest.call.at is At.ASLEEP
        has_token = run.has_token and is_asleep
        sweeps = run.sweeps
        if self._protocol.finalizes_what_it_found:
            # Another sweep has closed the run and asked for the next execution: this one's writes change nothing.
            sweeps = tuple(sweep for sweep in sweeps if sweep.number == run.executions)
        return run._replace(
            has_token=has_token,
            is_being_woken=run.is_being_woken and has_token,
            zombies=tuple(zombie for zombie in run.zombies if may_still_act(run, zombie, self._protocol)),
            sweeps=sweeps,
        )

    # A drop becomes a run. The event may come twice or late, and accept_drop die between its steps: both steps can
    # be taken at any time as long as an event may come, and by the sweep.

    def _accept(self, run: Run, context: Context) -> Iterator[Move]:
        may_come = not run.is_event_lost
        if run.state is None:
            if may_come or self._protocol.sweeps:
                accepted = run._replace(state=RunState.ACCEPTED)
                if run.scan is not None:
                    accepted = accepted._replace(
                        scan=run.scan._replace(is_awaited=True), held_until=context.now + SCAN_WAIT
                    )
                yield Move("The drop is accepted", accepted)
        elif may_come and _is_to_start(run) and not run.is_unscanned:
            yield Move("accept_drop starts the execution", self._started(run))

    # The result of a malware scan comes at any time, and again and again; the function that takes it may die between
    # its steps. The call that has started the execution notes after it that the run waits no longer.

    def _scan(self, run: Run) -> Iterator[Move]:
        scan = run.scan
        if scan is None:
            return
        if not scan.is_lost and not scan.is_known:
            yield Move("The result of the scan is recorded", run._replace(scan=scan._replace(is_known=True)))
        if not scan.is_lost and scan.is_known and run.waits_for_scan and _is_to_start(run):
            yield Move("The event of the scan starts the execution", self._started(run))
        if run.waits_for_scan and not _is_to_start(run):
            on_its_way = run._replace(scan=scan._replace(is_awaited=False))
            yield Move("The item says that the run waits for its scan no longer", on_its_way)

    def _started(self, run: Run) -> Run:
        return run._replace(newest=Execution(_RUNNING, Call(At.PREFLIGHT, finalizes=run.is_stopped)))

    def _executions(self, run: Run, context: Context) -> Iterator[Move]:
        if run.newest.call:
            for done in self._steps.of(run, run.newest.call, context, is_zombie=False):
                yield _move(done, done.run._replace(newest=_execution(done)))
        for number, execution in enumerate(run.older):
            assert execution.call is not None, "older executions are kept while they run"
            for done in self._steps.of(run, execution.call, context, is_zombie=False):
                still = (_execution(done),) if done.call else ()
                older = (*run.older[:number], *still, *run.older[number + 1 :])
                yield _move(done, done.run._replace(older=older), "An older execution: ")

    def _zombies(self, run: Run, context: Context) -> Iterator[Move]:
        for number, zombie in enumerate(run.zombies):
            rest = (*run.zombies[:number], *run.zombies[number + 1 :])
            yield Move(f"A zombie is gone ({zombie.at.value})", run._replace(zombies=rest))
            for done in self._steps.of(run, zombie, context, is_zombie=True):
                after = done.run.zombies
                kept = () if done.call is None or ends(done.call) else (done.call,)
                zombies = (*after[:number], *kept, *after[number + 1 :])
                yield _move(done, done.run._replace(zombies=zombies), "A zombie: ")

    # The lock: granted by any call that polls (a take, a release, or the sweep; the sweep may look at any time).

    def _lock(self, run: Run, context: Context) -> Iterator[Move]:
        first = _ENTRY if run.has_entry and context.is_first else None
        has_holder = context.lock is not Lock.FREE and self._protocol.asks_lock
        if next_to_serve(QueueHead("another run" if has_holder else None, first)) is not None:
            if run.state is RunState.WAITING and not run.is_closing and context.is_held:
                yield from self._gate(run, context)
            elif run.state is RunState.WAITING and not run.is_closing:
                given = run._replace(
                    state=RunState.IMPORTING, has_entry=False, lock_at=context.now, is_being_woken=True
                )
                yield Move("The lock is granted", given, Lock.MINE)
            else:
                yield Move("A queue entry is deleted", run._replace(has_entry=False))
        if run.decision is not None:
            yield from late_moves(run, run.decision, context, self._protocol)
        if run.is_being_woken:
            yield Move("The wake-up arrives", _awake(run))
            yield Move("The wake-up is lost", run._replace(is_being_woken=False), is_fault=True)

    def _gate(self, run: Run, context: Context) -> Iterator[Move]:
        """The run is held, or its file is refused; the queue goes on with the next one."""
        if self._protocol.held_leave_queue:
            yield Move("The gate holds the run", run._replace(has_entry=False, held_until=context.now + _LONGEST_HOLD))
        refused = run._replace(is_closing=True, is_being_woken=True)
        yield Move("The gate refuses the file", refused, is_fault=True)

    def _sweep(self, run: Run, context: Context) -> Iterator[Move]:
        if run.state is None or not self._protocol.sweeps:
            return
        match action_for(record_of(run), run.newest.status, context.now):
            case Action.START if self._protocol.ends_scan_wait or not run.waits_for_scan:
                yield Move("The sweep starts the execution that is missing", self._started(run))
            case Action.RESUME:
                yield Move("The sweep asks for another execution", _renewed(run, context.now))
            case Action.FINALIZE:
                yield from self._finalize(run)
            case Action.WAKE if run.has_token and self._protocol.wakes_again:
                yield Move("The sweep wakes the execution", _awake(run))
            case _:
                pass
        yield from self._sweep_queue(run, context)
        for place, sweep in enumerate(run.sweeps):
            rest = (*run.sweeps[:place], *run.sweeps[place + 1 :])
            if not sweep.closed:
                yield self._closed(run._replace(sweeps=rest), run.executions)
            elif sweep.number == run.executions and run.state is not RunState.ENDED:
                renewed = _renewed(run._replace(sweeps=rest), context.now)
                yield Move("A sweep asks for an execution that finalizes", renewed)

    def _sweep_queue(self, run: Run, context: Context) -> Iterator[Move]:
        if run.decision is not None and run.awaits_decision:
            if self._protocol.ends_decision_wait and context.now >= run.held_until:
                yield Move("The sweep stops the run that was not continued", stopped(run)._replace(is_being_woken=True))
        elif run.is_held and not run.is_undecided and not context.is_held and self._protocol.releases_held:
            yield Move("The sweep releases the held run", run._replace(has_entry=True))
        if context.lock is Lock.MINE and is_stale(record_of(run)):
            yield Move("The sweep frees a stale lock", run, Lock.FREE)

    def _finalize(self, run: Run) -> Iterator[Move]:
        """A sweep finds an execution aborted, closes the run, and then asks for another execution.

        It may die in between: the next one does all of it again. Several at once need not be followed, as closing twice
        changes nothing, and an execution is asked for on condition that the one which was found is still the newest.
        """
        if self._protocol.finalizes_what_it_found:
            if not run.sweeps:
                yield self._closed(run, run.executions)
        elif len(run.sweeps) < _AT_ONCE:
            sweep = Sweep(closed=False, number=run.executions)
            yield Move("A sweep finds the execution aborted", run._replace(sweeps=(*run.sweeps, sweep)))

    def _closed(self, run: Run, number: int) -> Move:
        sweeps = (*run.sweeps, Sweep(closed=True, number=number))
        return Move("A sweep closes the run", stopped(run)._replace(sweeps=sweeps))

    def _cognito(self, run: Run) -> Iterator[Move]:
        for number, part in enumerate(run.parts):
            for field, job in (("recorded", part.recorded), ("other", part.other)):
                if job is None:
                    continue
                if job.status is JobStatus.CREATED:
                    after, is_fault = JobStatus.EXPIRED, True
                elif job.status.is_active:
                    is_stopping = job.status is JobStatus.STOPPING
                    after, is_fault = JobStatus.STOPPED if is_stopping else JobStatus.SUCCEEDED, False
                else:
                    continue
                ended = with_part(run, number, **{field: job._replace(status=after)})
                yield Move(f"A job is {after.value} now", ended, is_fault=is_fault)

    def _faults(self, run: Run, context: Context) -> Iterator[Move]:
        call = run.newest.call
        if call is not None:
            yield self._aborted(run, call, context)
            if call.at is not At.ASLEEP:
                yield from self._lost(run, call)
        if not run.is_event_lost and (run.state is None or run.newest.status is ExecutionStatus.MISSING):
            yield Move("The event is lost", run._replace(is_event_lost=True), is_fault=True)
        if run.scan is not None:
            yield from self._scan_faults(run, run.scan)
        if run.decision is not None:
            yield from decision_faults(run, run.decision, context, self._protocol)
        if not self._protocol.accepts_once and run.state is not None and not run.is_event_lost:
            fresh = Run(
                parts=tuple(part._replace(recorded=None, uploaded=False, other=part.recorded) for part in run.parts)
            )
            kept = run
            for number in range(len(run.parts)):
                kept = knowing_other(kept, number)
            reset = fresh._replace(
                state=RunState.ACCEPTED,
                newest=kept.newest,
                zombies=kept.zombies,
                shown=run.shown,
                may_publish=run.may_publish,
            )
            yield Move("The event comes again", reset, is_fault=True)

    def _scan_faults(self, run: Run, scan: Scan) -> Iterator[Move]:
        if not scan.is_lost and (not scan.is_known or run.waits_for_scan):
            yield Move("The event of the scan is lost", run._replace(scan=scan._replace(is_lost=True)), is_fault=True)
        if run.waits_for_scan:
            stopped = run._replace(
                is_stopped=True,
                is_closing=run.is_closing or self._protocol.stops_for_good,
                scan=scan._replace(is_awaited=False, was_stopped=True),
            )
            yield Move("The run is stopped while it waits for its scan", stopped, is_fault=True)

    def _aborted(self, run: Run, call: Call, context: Context) -> Move:
        dead = _bereft(run, call)._replace(newest=Execution(ExecutionStatus.ABORTED))
        is_freed = context.lock is Lock.MINE and not self._protocol.keeps_lock_on_abort
        label = f"The execution is aborted at: {call.at.value}"
        return Move(label, _with_excuse(dead, call), Lock.FREE if is_freed else None, is_fault=True)

    def _lost(self, run: Run, call: Call) -> Iterator[Move]:
        """The caller gives a call up: it tries again, or has tried often enough."""
        orphaned = [("", _bereft(run, call))]
        if not self._protocol.lease_outlives_doubt and run.lease_until and run.lease_until == call.until:
            lifted = run._replace(lease_until=call.others_until)
            orphaned.append((", and lifts its lease with a request on its way", _bereft(lifted, call)))
        for how, alone in orphaned:
            repeated = alone._replace(newest=again(call))
            yield Move(f"A call fails{how}, and is repeated: {call.at.value}", repeated, is_fault=True)
            if call.at in _LATE_FAILURES:
                failed = _with_excuse(alone, call)._replace(newest=Execution(ExecutionStatus.FAILED))
                yield Move(f"A call fails{how}, and the execution: {call.at.value}", failed, is_fault=True)
            else:
                passed = Execution(_RUNNING, Call(At.CLOSE, part=call.part, finalizes=call.finalizes))
                given_up = alone._replace(newest=passed)
                yield Move(f"A call fails for good{how}: {call.at.value}", given_up, is_fault=True)


def _is_to_start(run: Run) -> bool:
    return run.newest.status is ExecutionStatus.MISSING and run.executions == 1


def _move(done: Done, run: Run, who: str = "") -> Move:
    return Move(who + done.label, run, done.lock, done.is_fault)


def _execution(done: Done) -> Execution:
    if done.call is not None:
        return Execution(_RUNNING, done.call)
    return Execution(ExecutionStatus.FAILED if done.has_failed else ExecutionStatus.SUCCEEDED)


def _awake(run: Run) -> Run:
    """Anyone who is woken goes to Start import; the token is spent."""
    call = run.newest.call
    assert call is not None, "an execution sleeps behind the token"
    return run._replace(newest=Execution(_RUNNING, call._replace(at=At.BEGIN, until=0.0)), has_token=False)


def _renewed(run: Run, now: float) -> Run:
    older = (*run.older, run.newest) if run.newest.call else run.older
    return run._replace(executions=run.executions + 1, renewed_at=now, has_token=False, newest=Execution(), older=older)


def _bereft(run: Run, call: Call) -> Run:
    """The call lives on without its caller."""
    return run._replace(zombies=(*run.zombies, call))


def _with_excuse(run: Run, call: Call) -> Run:
    """The crash was between publish and mark: the run may be notified once more."""
    return run._replace(may_publish=run.may_publish + 1) if call.at is At.MARK and run.shown else run


def again(call: Call) -> Execution:
    """An execution that is in the same state of the workflow, at its beginning."""
    at = At.BEGIN if call.at in STARTING else _FIRST_STEP.get(call.at, call.at)
    knows = call.knows if at in (At.CHECK, At.COLLECT) else Knows.NONE
    return Execution(_RUNNING, Call(at, part=call.part, finalizes=call.finalizes, knows=knows))


_FIRST_STEP = {At.KEEP_FILE: At.PREFLIGHT, At.LEAVE: At.CLOSE, **dict.fromkeys(WAIT_WRITES, At.TAKE)}
