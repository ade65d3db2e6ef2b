"""`python -m tests.storm`: blow, count, print; exit code 1 when anything is lost, doubled or out of order."""

from __future__ import annotations

import argparse
import secrets
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.storm.field import deployed_field
from tests.storm.weather import crowd, duplicates, killings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.storm.weather import Toll


def main() -> int:
    """Run the storms."""
    options = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    options.add_argument("--copies", type=int, default=1_000, help="deliveries of one event")
    options.add_argument("--files", type=int, default=50, help="files at once")
    options.add_argument("--killed", type=int, default=200, help="files while functions are killed")
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="of the killings")
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    with deployed_field() as field:
        tolls = [duplicates(field, given.copies)]
        tolls.append(crowd(field, given.files))
        tolls.append(killings(field, given.killed, given.seed))
    Console(width=150).print(table(tolls))
    harmful = [toll.storm for toll in tolls if not toll.is_harmless]
    print(f"{len(tolls) - len(harmful)} passed, {len(harmful)} failed")
    return 1 if harmful else 0


def table(tolls: Sequence[Toll]) -> Table:
    """The figures."""
    shown = Table(
        "storm", "files", "runs", "jobs started", "notifications a file", "inversions", "most active", "lost", "killed"
    )
    for toll in tolls:
        least, median, most = toll.shown
        shown.add_row(
            toll.storm,
            *(f"{count:,}" for count in (toll.files, toll.runs, toll.jobs)),
            f"{least} / {median:g} / {most}",
            *(str(count) for count in (toll.inversions, toll.most_active, toll.lost, toll.kills)),
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
