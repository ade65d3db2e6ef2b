"""What is done in a round, derived from its seed: to which run, when, and what.

An act is due when its run has come to a state, not at a time, so that a round is the same on any machine as far as the
product lets it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tests.faults.cells import Cell, CellFault


class Kind(enum.StrEnum):
    """What may be done, besides the faults of calls and invocations, which kill and pause functions."""

    ABORT = "abort"
    """The run's execution is stopped."""
    DAMAGE_ITEM = "damage_item"
    """An attribute of the run's ledger item is overwritten."""
    LOSE_ITEM = "lose_item"
    """The run's ledger item is deleted."""
    DAMAGE_STAGING = "damage_staging"
    """One of the run's staging objects is deleted, cut, or overwritten."""
    DENY = "deny"
    """A function may not call a service any more, until the next act."""
    LEAP = "leap"
    """Time passes in which nothing is done."""
    PAUSE = "pause"
    """Imports into all pools are paused until the next act, or until all whose acts are to come wait."""
    REPEAT = "repeat"
    """The event of the upload comes again, a hundred times."""

    @property
    def is_damage(self) -> bool:
        """Whether what the stack knows of the run is damaged."""
        return self in (Kind.DAMAGE_ITEM, Kind.LOSE_ITEM, Kind.DAMAGE_STAGING)


STATES: Final = ("accepted", "waiting", "importing", "reporting", "reported")
"""Of a run, in their order."""
DAMAGE: Final = {"file": "{", "parts": "none", "run_state": "of a newer version", "executions": "x", "scope": "{"}
"""What is written into an attribute."""
SERVICES: Final = ("dynamodb", "s3", "cognito-idp", "states", "ssm", "events", "logs")
LEAPS: Final = (60, 600, 4_000, 90_000)
"""Seconds: more than a poll, a sweep, the life of an upload URL, and the life of a job."""
STAGING_DAMAGE: Final = ("delete", "cut", "overwrite")
_FAULTS_OF_A_RUN: Final = (0, 0, 1, 1, 2, 3)
_ACTS_OF_A_RUN: Final = (0, 1, 1, 2)


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a run that has come to a state."""

    state: str
    kind: Kind
    what: str = ""
    """The attribute, the service, the seconds, or the kind of damage."""
    caller: str = ""
    """The function that is denied something."""
    chance: float = 0.0
    """Which of the objects, from 0 to 1."""

    @property
    def name(self) -> str:
        """`deny start_import dynamodb at importing`."""
        return " ".join(part for part in (self.kind.value, self.caller, self.what, "at", self.state) if part)


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one file."""

    lane: int
    faults: tuple[CellFault, ...]
    acts: tuple[Act, ...]


def fates(dice: random.Random, files: int, lanes: int, cells: Sequence[Cell], callers: Sequence[str]) -> list[Fate]:
    """What happens to so many files."""
    return [_fate(dice, lanes, cells, callers) for _ in range(files)]


def _fate(dice: random.Random, lanes: int, cells: Sequence[Cell], callers: Sequence[str]) -> Fate:
    chosen = dice.sample(cells, dice.choice(_FAULTS_OF_A_RUN))
    acts = [_act(dice, callers) for _ in range(dice.choice(_ACTS_OF_A_RUN))]
    acts.sort(key=lambda act: STATES.index(act.state))
    return Fate(dice.randrange(lanes), tuple(fault for cell in chosen for fault in cell.faults), tuple(acts))


def _act(dice: random.Random, callers: Sequence[str]) -> Act:
    state, kind = dice.choice(STATES), dice.choice(list(Kind))
    what = {
        Kind.DAMAGE_ITEM: dice.choice(list(DAMAGE)),
        Kind.DAMAGE_STAGING: dice.choice(STAGING_DAMAGE),
        Kind.DENY: dice.choice(SERVICES),
        Kind.LEAP: str(dice.choice(LEAPS)),
    }
    caller = dice.choice(callers)
    return Act(state, kind, what.get(kind, ""), caller if kind is Kind.DENY else "", dice.random())
