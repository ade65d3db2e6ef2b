"""The steps of Wait for lock for a run of whose first part too many rows fail.

Such a run waits twice: before its first job, and for the decision. A late write of the first wait may therefore meet
the second one, so what is read and what is written are two steps here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.statuses import RunState
from tests.model.calls import Done, next_state, stopped
from tests.model.state import LONG_AGO, At, Call, Context, Lock, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.protocol import Protocol

_LONGEST_WAIT = 7200  # seconds, with a clock
_WAITS = (RunState.ACCEPTED, RunState.WAITING)


class DecisionSteps:
    """What each of them does under a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol

    def look(self, run: Run, call: Call, context: Context) -> Iterator[Done]:
        """The call reads the run, and chooses what it writes."""
        assert run.decision is not None, "it has a first part"
        has_hold = run.decision.is_held or run.is_held
        if run.is_undecided and has_hold:
            is_due = context.now >= run.held_until
            if is_due and self._protocol.ends_decision_wait:
                yield Done("Wait for lock finds no decision in time", run, call._replace(at=At.GIVE_UP))
            if not is_due or run.held_until == LONG_AGO:
                yield Done("Wait for lock finds that the run waits for a decision", run, call._replace(at=At.STAY))
        elif run.is_undecided:
            yield Done("Wait for lock finds that the rest needs a decision", run, call._replace(at=At.HOLD))
        elif run.is_held and context.now < run.held_until:
            yield Done("Wait for lock finds the run held", run, call._replace(at=At.STAY))
        elif run.state in _WAITS and not run.is_closing:
            yield Done("Wait for lock finds that the run is to wait", run, call._replace(at=At.ENQUEUE))
        else:
            yield self._not_to_wait(run, call)

    def of(self, run: Run, call: Call, context: Context, is_zombie: bool) -> Iterator[Done]:
        """The call writes, on the condition of the write; where it does not hold, it goes on as the function does."""
        match call.at:
            case At.ENQUEUE:
                yield self._enqueue(run, call, has_token=not is_zombie)
            case At.HOLD:
                yield self._hold(run, call, context, has_token=not is_zombie)
            case At.STAY:
                yield self._stay(run, call, has_token=not is_zombie)
            case _:
                yield self._give_up(run, call)

    def _enqueue(self, run: Run, call: Call, *, has_token: bool) -> Done:
        if run.state not in _WAITS or run.is_closing:
            return self._not_to_wait(run, call)
        if run.awaits_decision and self._protocol.enqueues_decided:
            return Done("Wait for lock finds the run changed", run, next_state(call, At.TAKE))
        assert run.decision is not None, "it has a first part"
        waiting = run._replace(
            state=RunState.WAITING,
            has_entry=True,
            has_token=has_token,
            decision=run.decision._replace(is_held=False),
        )
        return Done("Wait for lock enqueues the run", waiting, next_state(call, At.ASLEEP))

    def _not_to_wait(self, run: Run, call: Call) -> Done:
        if run.is_closing or run.state is not RunState.IMPORTING:
            return Done("Wait for lock is refused", run, next_state(call, At.CLOSE))
        return Done("Wait for lock finds that the run holds the lock", run, next_state(call, At.BEGIN))

    def _hold(self, run: Run, call: Call, context: Context, *, has_token: bool) -> Done:
        assert run.decision is not None, "it has a first part"
        is_decided = run.decision.is_continued and self._protocol.holds_undecided
        if run.state is not RunState.IMPORTING or run.is_closing or is_decided:
            return Done("Wait for lock finds the run changed", run, next_state(call, At.TAKE))
        held = run._replace(
            state=RunState.WAITING,
            has_token=has_token,
            held_until=context.now + _LONGEST_WAIT,
            decision=run.decision._replace(is_held=True),
        )
        is_freed = context.lock is Lock.MINE and self._protocol.frees_while_undecided
        label = "Wait for lock gives the lock back: the run waits for a decision"
        return Done(label, held, next_state(call, At.ASLEEP), Lock.FREE if is_freed else None)

    def _stay(self, run: Run, call: Call, *, has_token: bool) -> Done:
        if not run.is_held:
            return Done("Wait for lock finds the run changed", run, next_state(call, At.TAKE))
        return Done(
            "Wait for lock notes what wakes the run", run._replace(has_token=has_token), next_state(call, At.ASLEEP)
        )

    def _give_up(self, run: Run, call: Call) -> Done:
        if not run.awaits_decision:
            return Done("Wait for lock finds the run changed", run, call._replace(at=At.STAY))
        over = stopped(run)._replace(is_being_woken=run.has_token)
        return Done("Wait for lock stops the run that was not continued", over, next_state(call, At.CLOSE))
