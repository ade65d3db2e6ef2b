"""What is explored, and how it is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.model.exploration import Result, Scope, explore
from tests.model.protocol import VARIANTS, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = (
    Scope(files=2, faults=4),
    Scope(files=3, faults=2),
    Scope(files=1, faults=4, parts=2),
    Scope(files=2, faults=3, holds=True),
    Scope(files=2, faults=3, scans=True),
    Scope(files=2, faults=2, parts=2, decides=True),
    Scope(files=1, faults=4, parts=2, holds=True, decides=True),
)
QUICK = (
    Scope(files=2, faults=2),
    Scope(files=1, faults=3),
    Scope(files=1, faults=2, parts=2),
    Scope(files=2, faults=1, holds=True),
    Scope(files=2, faults=1, scans=True),
    Scope(files=2, faults=1, parts=2, decides=True),
    Scope(files=1, faults=2, parts=2, holds=True, decides=True),
)


class Task(NamedTuple):
    """Something to explore: the whole protocol in a scope, or a weakened one by its name."""

    scope: Scope
    variant: str = ""


def tasks(scopes: tuple[Scope, ...]) -> list[Task]:
    """The scopes, then the weakened variants."""
    return [Task(scope) for scope in scopes] + [weakened(name) for name in VARIANTS]


def weakened(name: str) -> Task:
    """A variant in the scope that is enough to see it break."""
    variant = VARIANTS[name]
    parts = 2 if variant.decides else 1
    scope = Scope(
        variant.files, variant.faults, parts, holds=variant.holds, scans=variant.scans, decides=variant.decides
    )
    return Task(scope, name)


def result_of(task: Task) -> Result:
    """Explore it."""
    return explore(VARIANTS[task.variant].protocol if task.variant else Protocol(), task.scope)


def is_as_it_should_be(task: Task, result: Result) -> bool:
    """Whether the protocol holds, or the weakened one breaks what it is to break."""
    return result.broken.startswith(VARIANTS[task.variant].breaks) if task.variant else not result.broken


def shown(task: Task, result: Result) -> Iterator[str]:
    """What was found, line by line."""
    if task.variant:
        variant = VARIANTS[task.variant]
        yield f"{task.variant}: {variant.shows}"
        yield f"  {result.broken or 'NOT CAUGHT'}" + (f", after {len(result.trace)} steps:" if result.trace else "")
    else:
        yield (
            f"{task.scope}: {result.states:,} states, {result.transitions:,} transitions, "
            f"{result.run_values:,} values of a run, {result.seconds:.0f} s"
        )
        held = "violations of an invariant: none; states from which some run never ends: none"
        yield f"  {result.broken}, after {len(result.trace)} steps:" if result.broken else f"  {held}"
    yield from (f"  {number:>3}. {step}" for number, step in enumerate(result.trace, 1))
