"""`python -m tools.bench.memory`: the memory of the local emulator, run after run of the deployed stack.

Every file goes the whole way. History stays for as many runs as the emulator's own flag `--keep` says, and the rest of
a run for good. With fewer runs than 10,000, the memory after 10,000 is reckoned from the growth before and after the
history is full. It is kept for a fifth of the runs, and counts as full after half of them, as ten times as many lines
stay of a function, which writes a few a run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.contract.object_keys import INBOX
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.runs.drop import Drop
from localcloud.settings import Settings
from tools.created_stack import create_stack, until
from tools.local_cloud import LocalCloud, local_cloud

if TYPE_CHECKING:
    from tools.deployment import Deployment

_GOAL: Final = 10_000
_MOST: Final = 1_000  # megabytes that the emulator may have after that many runs
_BATCH: Final = 10
_WARM_UP: Final = 20  # runs after which everything that is made once has been made
_LEAST: Final = 100  # runs from which the growth can be reckoned
POOL: Final = "people"
_HEADER: Final = "cognito:username,cognito:mfa_enabled,email,email_verified,phone_number_verified"
_PACE: Final = ("--clock-factor", "100", "--import-rate", "500", "--import-pending", "1", "--request-rates", "roles")


@dataclass(frozen=True, slots=True)
class Growth:
    """Megabytes by the number of runs."""

    keep: int
    """Runs whose history stays."""
    samples: list[tuple[int, float]] = field(default_factory=list)

    def after(self, runs: int, keep: int) -> float:
        """The megabytes after so many runs of which the history of so many is kept."""
        filling = _line([it for it in self.samples if self.keep / 4 <= it[0] <= self.keep])
        full = _line([it for it in self.samples if it[0] >= self.samples[-1][0] / 2])
        history = (full.intercept - filling.intercept) / self.keep
        return filling.intercept + history * keep + full.slope * runs


def _line(samples: list[tuple[int, float]]) -> statistics.LinearRegression:
    return statistics.linear_regression(*zip(*samples, strict=True))


def main() -> int:
    """Measure and print; 1 if it is too much."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.memory", description=__doc__)
    parser.add_argument("--runs", type=int, default=_GOAL, help=f"files that are dropped (default: {_GOAL})")
    runs: int = parser.parse_args().runs
    if runs < _LEAST:
        parser.error(f"--runs must be at least {_LEAST}")
    usual = Settings().keep
    growth = Growth(usual if runs >= _GOAL else runs // 5)
    most = str(_WARM_UP + runs)
    flags = ("--keep", str(growth.keep), "--import-job-limit", most)
    with local_cloud(*_PACE, *flags) as cloud:
        pool = cloud.client("cognito-idp").create_user_pool(PoolName=POOL, AutoVerifiedAttributes=["email"])
        settings = {"id": pool["UserPool"]["Id"], "jobs_per_day": _WARM_UP + runs}
        deployment = create_stack(cloud, {"pools": json.dumps({POOL: settings}), "import_job_quota": most})
        begun = time.monotonic()
        for done in range(-_WARM_UP, runs + 1, _BATCH):
            if done >= 0:
                growth.samples.append((done, _megabytes(cloud)))
                _say(f"{done:>7,} runs {growth.samples[-1][1]:>8.1f} MB {time.monotonic() - begun:>7.0f} s")
            if done < runs:
                run_files(cloud, deployment, [f"n{_WARM_UP + number}" for number in range(done, done + _BATCH)])
    result = growth.samples[-1][1] if runs >= _GOAL else growth.after(_GOAL, usual)
    _say(f"{'Measured' if runs >= _GOAL else 'Reckoned'} after {_GOAL:,} runs with --keep {usual}: {result:.0f} MB.")
    return int(result > _MOST)


def run_files(cloud: LocalCloud, deployment: Deployment, names: list[str]) -> None:
    """Drop a small file for each name, and wait until all have ended."""
    left = [_drop(cloud, deployment, name) for name in names]
    ledger = RunLedger(cloud.ledger_client(), deployment.ledger)

    def are_over() -> bool:
        nonlocal left
        found = {drop.run_id: ledger.find(drop.run_id) for drop in left}
        left = [drop for drop in left if (run := found[drop.run_id]) is None or run.state is not RunState.ENDED]
        return not left

    until("every run has ended", are_over)


def _drop(cloud: LocalCloud, deployment: Deployment, name: str) -> Drop:
    rows = (f"{name}-{number},FALSE,{name}-{number}@example.com,TRUE,FALSE" for number in range(3))
    key = f"{INBOX}{POOL}/{name}.csv"
    body = "\n".join((_HEADER, *rows)).encode()
    answer = cloud.client("s3").put_object(Bucket=deployment.bucket, Key=key, Body=body)
    return Drop(deployment.bucket, key, answer["VersionId"])


def _megabytes(cloud: LocalCloud) -> float:
    """The resident memory of the emulator's process; functions are processes of their own, which end when idle."""
    said = subprocess.check_output(["/bin/ps", "-o", "rss=", "-p", str(cloud.process_id)], text=True)  # noqa: S603
    return int(said) * 1024 / 1e6


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
