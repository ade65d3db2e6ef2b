"""`python -m tests.chaos`: rounds for some minutes; exit code 1 when an invariant is broken."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from cognito_drop.contract.environment import LockScope
from tests.chaos.round import Chaos
from tests.faults.world import fault_world

if TYPE_CHECKING:
    from collections.abc import Sequence

LANES = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the rounds that fit into the time."""
    given = _parser().parse_args(argv)
    _say(f"seed {given.seed}")
    failed, outcomes, acts, struck = 0, Counter[str](), Counter[str](), 0
    with fault_world(LANES, lock_scope=LockScope.ACCOUNT) as world:
        chaos = Chaos.of(world)
        until, number = time.monotonic() + 60 * given.minutes, given.round
        while time.monotonic() < until:
            verdict = chaos.round(f"{given.seed} {number}", given.files)
            for problem in verdict.problems:
                _say(f"FAILED round {number}: {problem}")
            failed += bool(verdict.problems)
            outcomes, acts, struck = outcomes + verdict.outcomes, acts + verdict.acts, struck + verdict.struck
            _say(f"round {number}: {dict(verdict.outcomes)}")
            number += 1
    _say(f"runs: {dict(outcomes)}", f"acts: {dict(acts)}", f"faults that struck: {struck}")
    _say(f"seed {given.seed}: {number - given.round} rounds, {failed} failed")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="no round begins later")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32), help="chooses what is done")
    parser.add_argument("--round", type=int, default=1, help="begin with this round of the seed")
    parser.add_argument("--files", type=int, default=8, help="files of a round")
    return parser


def _say(*lines: str) -> None:
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
