"""Measures the strength of the tests: `python -m tests.mutants --sample 200 --seed 1`.

mutmut changes each expression of the core, the adapters, and the functions (`tool.mutmut` in pyproject.toml). The unit
and property tests that reach a changed function run against it. A change that they all accept, and that neither the
snapshot of strings nor the type checker notices (other_checks.py), survives. The composition of a function (`use_case`
of its environment) is left out: types, and the scenarios, hold it. survivors.toml has those that are no fault, each
with its reason. More than 3 % of the sample that survive without one are an error.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutants.other_checks import noticed_by_other_checks
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ACCEPTED: Final = Path(__file__).with_name("survivors.toml")
MUTATED: Final = PROJECT / "mutants"
MAY_SURVIVE: Final = 0.03

_COMPOSITION: Final = "Envǁuse_case__"
_SURVIVED: Final = 0
_NO_TESTS: Final = 33


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test has noticed."""

    name: str
    change: str
    """The lines that it takes away and adds, without their indent."""

    @property
    def function(self) -> str:
        """The name without the number, which another change of the function moves."""
        return self.name.rpartition("__mutmut_")[0]


def main(argv: Sequence[str] | None = None) -> int:
    """Try the sample and return the exit code: 1 when too many survive."""
    arguments = _parser().parse_args(argv)
    _mutmut("-c", "from tests.mutants.generation import generate; generate()")
    names = sorted(name for name in _verdicts() if arguments.only in name and _COMPOSITION not in name)
    if not names:
        _say(f"No change has a name with {arguments.only!r}.")
        return 2
    sample = random.Random(arguments.seed).sample(names, min(arguments.sample, len(names)))  # noqa: S311  (no secret)
    _say(f"{len(sample)} of {len(names)} changes, seed {arguments.seed}")
    _mutmut("-m", "mutmut", "run", "--max-children", str(arguments.jobs), *sample)
    verdicts = _verdicts()
    accepted_by_tests = [name for name in sample if verdicts[name] in (_SURVIVED, _NO_TESTS)]
    survived = [_survivor(name) for name in accepted_by_tests if not noticed_by_other_checks(name)]
    accepted = _accepted()
    kinds = _kinds()
    unexplained = [
        it
        for it in survived
        if (it.function, it.change) not in accepted and not any(kind.search(it.change) for kind in kinds)
    ]
    for it in unexplained:
        _say(f"\nSURVIVED {it.name}", it.change)
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
    parser.add_argument("--only", default="", help="changes whose name has this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    return parser


def _mutmut(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=PROJECT, check=True)


def _verdicts() -> dict[str, int | None]:
    """The exit code of pytest for each change; `None` where it was not tried."""
    found: dict[str, int | None] = {}
    for file in MUTATED.rglob("*.meta"):
        found |= json.loads(file.read_text())["exit_code_by_key"]
    return found


def _survivor(name: str) -> Survivor:
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=PROJECT, check=True, capture_output=True, text=True
    ).stdout
    return Survivor(name, "\n".join(_changed(shown.splitlines())))


def _changed(diff: Iterable[str]) -> list[str]:
    lines = [line for line in diff if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    return [f"{line[0]} {line[1:].strip()}" for line in lines]


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
