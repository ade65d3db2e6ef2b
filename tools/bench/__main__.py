"""Prints one table: our preflight beside csv.reader, pyarrow and frictionless, over files of several sizes.

Each measurement is a process of its own, so that its peak memory is its own; ratios are to csv.reader on the same file
in the same run. The best of some repetitions counts.

With a commit to compare with, its preflight runs in turn with ours on the same files; a check that takes more than 1.1
times as long ends with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognito_drop.contract import limits
from tools.bench.base import checkout
from tools.bench.files import Kind, built

_BASE = "base"
_MOST = 1.1
_FOLDER = Path(".tools/bench/files")
_SAMPLE = 20_000
_LONG_ROWS = 50_000
_MEGABYTE = 1_000_000


def main() -> None:
    """Build the files that are not there yet, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[limits.MAX_ROWS, 10 * limits.MAX_ROWS], metavar="N")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions for files of up to a million rows")
    parser.add_argument("--base", metavar="COMMIT", help="compare with the preflight of this commit")
    arguments = parser.parse_args()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with checkout(arguments.base, _FOLDER.parent) as base:
        slower = _print(arguments, Bench(base))
    if slower:
        sys.exit(f"More than {_MOST} times as long as in {arguments.base}: {', '.join(slower)}")


@dataclass(frozen=True, slots=True)
class Bench:
    """How files are measured: beside which other checkout."""

    base: Path | None

    def compare(self, path: Path, names: list[str], repeat: int) -> float:
        """Print the measurements of a file; its time as a multiple of the base, or 0."""
        best: dict[str, dict[str, Any]] = {}
        names = [*names, _BASE] if self.base else names
        for _ in range(repeat):
            for name in names:
                found = _measured("preflight", path, self.base) if name == _BASE else _measured(name, path)
                if name not in best or found["seconds"] < best[name]["seconds"]:
                    best[name] = found
        _say_all(path, {name: best[name] for name in names})
        return best["preflight"]["seconds"] / best[_BASE]["seconds"] if self.base else 0.0


def _print(arguments: argparse.Namespace, bench: Bench) -> list[str]:
    """Print the table; the files whose preflight takes too long beside the base."""
    _say(f"{'file':<34}{'what':<14}{'s':>8}{'µs/row':>8}{'x csv':>8}{'peak MB':>9}{'accepted':>11}")
    ratios: dict[str, float] = {}
    for rows in arguments.rows:
        repeat = arguments.repeat if rows <= _MEGABYTE else 1
        for kind in (Kind.CLEAN, Kind.MESSY):
            path = built(_FOLDER, kind, rows)
            ratios[path.stem] = bench.compare(path, _contenders("pyarrow", bench), repeat)
    long = built(_FOLDER, Kind.LONG, _LONG_ROWS)
    ratios[long.stem] = bench.compare(long, ["csv.reader", "preflight"], arguments.repeat)
    small = built(_FOLDER, Kind.CLEAN, _SAMPLE)
    ratios[small.stem] = bench.compare(small, _contenders("frictionless", bench), arguments.repeat)
    return [f"{name} ({ratio:.2f})" for name, ratio in ratios.items() if ratio > _MOST]


def _contenders(other: str, bench: Bench) -> list[str]:
    """Other people's checks are left out where ours is compared with itself."""
    return ["csv.reader", "preflight", *([] if bench.base else [other])]


def _say_all(path: Path, best: dict[str, dict[str, Any]]) -> None:
    file = f"{path.stem} ({path.stat().st_size / _MEGABYTE:,.0f} MB)"
    for name, one in best.items():
        ratio = one["seconds"] / best["csv.reader"]["seconds"]
        per_row = one["seconds"] / one["rows"] * 1e6
        _say(
            f"{file:<34}{name:<14}{one['seconds']:>8.2f}{per_row:>8.2f}{ratio:>8.2f}"
            f"{one['peak'] / _MEGABYTE:>9.0f}{one['accepted']:>11,}"
        )


def _measured(name: str, path: Path, checkout: Path | None = None) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.bench.contenders", name, str(path.resolve())]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=checkout)  # noqa: S603  (our own module)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
