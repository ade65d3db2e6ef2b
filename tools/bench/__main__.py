"""Prints one table: our preflight beside csv.reader, pyarrow and frictionless, over files of several sizes.

Each measurement is a process of its own, so that its peak memory is its own; ratios are to csv.reader on the same file
in the same run. The best of some repetitions counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cognito_drop.contract import limits
from tools.bench.files import Kind, built

_FOLDER = Path(".tools/bench/files")
_SAMPLE = 20_000
_LONG_ROWS = 50_000
_MEGABYTE = 1_000_000


def main() -> None:
    """Build the files that are not there yet, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[limits.MAX_ROWS, 10 * limits.MAX_ROWS], metavar="N")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions for files of up to a million rows")
    arguments = parser.parse_args()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    _say(f"{'file':<34}{'what':<14}{'s':>8}{'µs/row':>8}{'x csv':>8}{'peak MB':>9}{'accepted':>11}")
    for rows in arguments.rows:
        repeat = arguments.repeat if rows <= _MEGABYTE else 1
        for kind in (Kind.CLEAN, Kind.MESSY):
            _compare(built(_FOLDER, kind, rows), ["csv.reader", "preflight", "pyarrow"], repeat)
    _compare(built(_FOLDER, Kind.LONG, _LONG_ROWS), ["csv.reader", "preflight"], arguments.repeat)
    _compare(built(_FOLDER, Kind.CLEAN, _SAMPLE), ["csv.reader", "preflight", "frictionless"], arguments.repeat)


def _compare(path: Path, names: list[str], repeat: int) -> None:
    best: dict[str, dict[str, Any]] = {}
    for _ in range(repeat):
        for name in names:
            found = _measured(name, path)
            if name not in best or found["seconds"] < best[name]["seconds"]:
                best[name] = found
    file = f"{path.stem} ({path.stat().st_size / _MEGABYTE:,.0f} MB)"
    for name in names:
        one = best[name]
        ratio = one["seconds"] / best["csv.reader"]["seconds"]
        per_row = one["seconds"] / one["rows"] * 1e6
        _say(
            f"{file:<34}{name:<14}{one['seconds']:>8.2f}{per_row:>8.2f}{ratio:>8.2f}"
            f"{one['peak'] / _MEGABYTE:>9.0f}{one['accepted']:>11,}"
        )


def _measured(name: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.bench.contenders", name, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (our own module)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
