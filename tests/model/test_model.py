"""The protocol keeps its promises in every state of the model; each weakened variant of it breaks one."""

from __future__ import annotations

import dataclasses

import pytest

from cognito_drop.contract.statuses import JobStatus, RunState
from tests.model.canonical import canonical
from tests.model.exploration import Scope, explore
from tests.model.figures import LINES
from tests.model.invariants import broken_by_itself, broken_with_lock
from tests.model.protocol import VARIANTS, Protocol
from tests.model.report import QUICK, Task, is_as_it_should_be, result_of, shown, weakened
from tests.model.state import Job, Part, Run


@pytest.mark.parametrize("scope", QUICK, ids=str)
def test_the_protocol_holds_in_every_state(scope: Scope) -> None:
    """No invariant is broken, and from each state a way without faults leads to the end."""
    result = result_of(Task(scope))
    lines = list(shown(Task(scope), result))
    LINES.extend(lines)
    assert not result.broken, "\n".join(lines)
    assert result.states > 1000, "the model does move"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_weakened_variant_is_caught(name: str) -> None:
    """With a counterexample, which breaks the invariant that the left-out piece is for."""
    variant = VARIANTS[name]
    task = weakened(name)
    result = result_of(task)
    lines = list(shown(task, result))
    LINES.append(f"{name}: {result.broken}, after {len(result.trace)} steps")
    assert is_as_it_should_be(task, result), "\n".join(lines)
    assert sum("[fault]" in step for step in result.trace) <= variant.faults
    assert result.trace


def test_every_piece_of_the_protocol_is_left_out_once() -> None:
    """A piece that no variant leaves out would not be known to be needed; one is not needed where another remains."""
    left_out = {
        field.name
        for variant in VARIANTS.values()
        for field in dataclasses.fields(Protocol)
        if not getattr(variant.protocol, field.name)
    }
    assert left_out == {field.name for field in dataclasses.fields(Protocol)}


def test_a_run_without_faults_has_one_way() -> None:
    """A drop comes to its end in a few dozen states: the model is about the protocol, not about chance."""
    result = explore(Protocol(), Scope(files=1, faults=0))
    assert not result.broken
    assert result.states == 24


_ACTIVE = Job(JobStatus.PENDING, has_file=True, was_started=True)


@pytest.mark.parametrize(
    "run",
    [
        Run(state=RunState.REPORTED, parts=(Part(recorded=_ACTIVE, started=1),)),
        Run(state=RunState.ENDED, shown=True, parts=(Part(other=_ACTIVE, started=1),)),
        Run(state=RunState.REPORTING, parts=(Part(started=2),)),
        Run(state=RunState.ENDED, shown=True, may_publish=-1),
        Run(state=RunState.ENDED, shown=False),
    ],
)
def test_what_is_forgotten_of_a_run_hides_no_broken_invariant(run: Run) -> None:
    """A run and its representative break the same ones."""
    kept = canonical(run)
    assert broken_by_itself(run) == broken_by_itself(kept)
    assert broken_with_lock(run, is_holder=False) == broken_with_lock(kept, is_holder=False)
    assert broken_by_itself(run) or broken_with_lock(run, is_holder=False)
