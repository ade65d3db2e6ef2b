"""The names of the import jobs in Cognito, which say the run and the part of a job, and of the jobs' log groups."""

from __future__ import annotations

import re

_NAME = re.compile(r"cognito-drop-([0-9a-f]{32})-(\d+)")


def job_name(run_id: str, part: int) -> str:
    """The name of the job of a run's part."""
    return f"cognito-drop-{run_id}-{part}"


def run_and_part_of(name: str) -> tuple[str, int] | None:
    """The run and the part that a job is of; None for a job of another origin."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2])) if found else None


def log_group_prefix(pool_id: str) -> str:
    """What the names of the log groups of a pool's jobs begin with. The pool's name follows.

    Seen in real accounts.
    """
    return f"/aws/cognito/userpools/{pool_id}/"
