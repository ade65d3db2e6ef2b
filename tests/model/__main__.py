"""Explores the model: `python -m tests.model`. Ends with an error when the protocol breaks an invariant or gets stuck,
or when a weakened variant of it does not. `--quick` explores less; `--histories 1000` adds random histories."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.model.histories import explore_histories
from tests.model.report import FULL, QUICK, is_as_it_should_be, result_of, shown, tasks


def main() -> int:
    """Explore everything, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller scopes: less than a minute")
    parser.add_argument("--histories", type=int, default=0, help="random histories besides")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes")
    arguments = parser.parse_args()
    begun, failed = time.monotonic(), 0
    planned = tasks(QUICK if arguments.quick else FULL)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for task, result in zip(planned, pool.map(result_of, planned), strict=True):
            failed += not is_as_it_should_be(task, result)
            _say(*shown(task, result), "")
    if arguments.histories:
        _say(f"Histories: {explore_histories(arguments.histories)}", "")
    verdict = f"{failed} of {len(planned)} are not as they should be" if failed else "Everything is as it should be"
    _say(f"{verdict}; {time.monotonic() - begun:.0f} s.")
    return 1 if failed else 0


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
