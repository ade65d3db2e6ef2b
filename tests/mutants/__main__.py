"""Measures the strength of the tests: `python -m tests.mutants --sample 200 --seed 1`.

mutmut changes each expression of the core, the adapters, and the functions (`tool.mutmut` in pyproject.toml). The unit
and property tests that reach a changed function run against it. A change that they all accept, and that neither the
snapshot of strings nor the type checker notices (other_checks.py), survives. The composition of a function (`use_case`
of its environment) is left out: types, and the scenarios, hold it. survivors.toml has those that are no fault, each
with its reason. More than 3 % of the sample that survive without one are an error.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutants import changes
from tests.mutants.other_checks import accepted_by_other_checks
from tests.mutants.trial import CleanTestsFailedError, try_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCEPTED: Final = Path(__file__).with_name("survivors.toml")
MAY_SURVIVE: Final = 0.03

_COMPOSITION: Final = "Envǁuse_case__"


def main(argv: Sequence[str] | None = None) -> int:
    """Try the sample and return the exit code: 1 when too many survive, 2 when they could not be tried."""
    arguments = _parser().parse_args(argv)
    all_names = changes.names(arguments.jobs)
    functions = sorted({changes.function_of(name) for name in all_names})
    names = [name for name in all_names if re.search(arguments.only, name) and _COMPOSITION not in name]
    if not names:
        _say(f"No change has a name with {arguments.only!r}.")
        return 2
    sample = random.Random(arguments.seed).sample(names, min(arguments.sample, len(names)))  # noqa: S311  (no secret)
    _say(f"{len(sample)} of {len(names)} changes, seed {arguments.seed}")
    try:
        accepted_by_tests = try_changes(changes.named(sample, arguments.jobs), functions, arguments.jobs, _say)
    except CleanTestsFailedError as failed:
        _say(str(failed))
        return 2
    survived = accepted_by_other_checks(accepted_by_tests)
    accepted = _accepted()
    kinds = _kinds()
    unexplained = [
        it
        for it in survived
        if not it.is_of_log
        and (it.function, it.lines) not in accepted
        and not any(kind.search(it.lines) for kind in kinds)
    ]
    for it in unexplained:
        _say(f"\nSURVIVED {it.name}", it.lines)
    share = len(unexplained) / len(sample)
    _say(
        f"\nseed {arguments.seed}: {len(sample)} changes, {len(accepted_by_tests)} of them accepted by the tests",
        f"{len(accepted_by_tests) - len(survived)} of these change types or reviewed sentences",
        f"{len(survived)} survived, {len(unexplained)} of them without a reason ({share:.1%})",
    )
    return 1 if share > MAY_SURVIVE else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=200, help="how many changes are tried")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--only", default="", help="changes whose name this pattern finds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    return parser


def _accepted() -> set[tuple[str, str]]:
    """The changes that are no fault, by function and change."""
    table = tomllib.loads(ACCEPTED.read_text())
    return {(it["function"], it["change"].strip()) for it in table.get("survivor", ())}


def _kinds() -> list[re.Pattern[str]]:
    """The kinds of changes that are no fault in any function."""
    return [re.compile(it["change"], re.DOTALL) for it in tomllib.loads(ACCEPTED.read_text()).get("kind", ())]


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
