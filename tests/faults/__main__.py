"""Lets every call and invocation of a run fail in every way: `python -m tests.faults --seed 1 --pairs 200`.

Prints every cell that broke a promise with its reasons. A cell is run again by its name: `--only "turn dynamodb"`.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.campaign import Campaign
from tests.faults.cells import pairs_of
from tests.faults.world import Course, fault_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.cells import Cell
    from tests.faults.trial import Trial

_SPARE_LANES = 6  # a run that does not end keeps its lane; each lane makes every sweep longer


def main(argv: Sequence[str] | None = None) -> int:
    """Run the cells and return the exit code: 1 when a promise was broken."""
    arguments = _parser().parse_args(argv)
    with fault_world(arguments.jobs + _SPARE_LANES, course=arguments.course) as world:
        campaign = Campaign(world)
        cells = _chosen(campaign.cells(), arguments)
        _say(f"{len(cells)} cells, seed {arguments.seed}")
        campaign.run(cells, arguments.jobs, lambda trial: _tell(trial, len(campaign.trials), len(cells)))
        leaks = campaign.leaks()
    failed = [trial for trial in campaign.trials if trial.problems]
    for trial in failed:
        _say(f"FAILED {trial.cell.name} (run {trial.run_id}): {'; '.join(trial.problems)}")
    for leak in leaks:
        _say(f"FAILED {leak}")
    missed = [trial.cell.name for trial in campaign.trials if not trial.struck]
    _say(f"not struck, as the run went another way: {len(missed)}", *missed)
    _say(f"outcomes: {dict(Counter(trial.outcome for trial in campaign.trials))}")
    _say(f"{campaign.seconds:.0f} seconds, {60 * len(cells) / campaign.seconds:.0f} cells a minute")
    _say(f"seed {arguments.seed}: {len(cells) - len(failed)} cells passed, {len(failed)} failed")
    return 1 if failed or leaks else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32), help="chooses samples and pairs")
    parser.add_argument("--sample", type=int, help="so many of the cells with one fault; all by default")
    parser.add_argument("--pairs", type=int, default=0, help="so many cells with two faults besides")
    parser.add_argument("--only", default="", help="cells whose name has this text")
    parser.add_argument(
        "--course", type=Course, choices=list(Course), default=Course.WHOLE, help="how runs end when nothing fails"
    )
    parser.add_argument("--jobs", type=int, default=4, help="runs at once")
    return parser


def _chosen(cells: list[Cell], arguments: argparse.Namespace) -> list[Cell]:
    chance = random.Random(arguments.seed)  # noqa: S311  (chance that can be repeated)
    pairs = pairs_of(cells, arguments.pairs, chance)
    singles = [cell for cell in cells if arguments.only in cell.name]
    if arguments.sample is not None:
        singles = chance.sample(singles, min(arguments.sample, len(singles)))
    return [*singles, *(pair for pair in pairs if arguments.only in pair.name)]


def _tell(trial: Trial, done: int, of: int) -> None:
    verdict = "; ".join(trial.problems) or "ok"
    _say(f"{done}/{of} {trial.cell.name}: {trial.outcome} after {trial.seconds:.1f} s, {verdict}")


def _say(*lines: str) -> None:
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
