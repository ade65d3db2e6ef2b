"""Fuzzes the row engine: `python -m tests.fuzz --inputs 1000000 --seed 1`. Ends with an error at the first file for
which a promise is broken; such a file is repeated by the same seed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.engine import run

_BATCH = 10_000


def main() -> None:
    """Check all inputs on all cores and say how fast that went."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    batches = [min(_BATCH, arguments.inputs - start) for start in range(0, arguments.inputs, _BATCH)]
    start, done = time.monotonic(), 0
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for count in pool.map(_batch, range(arguments.seed, arguments.seed + len(batches)), batches):
            done += count
            rate = done / (time.monotonic() - start)
            sys.stdout.write(f"{done:>12,} inputs, {rate:,.0f} a second\n")
            sys.stdout.flush()
    sys.stdout.write(f"{done:,} inputs, no crash, no hang, no broken promise.\n")


def _batch(seed: int, inputs: int) -> int:
    return sum(1 for _ in run(seed, inputs))


if __name__ == "__main__":
    main()
