"""What to do when Cognito does not start a job.

Cognito's sentences for this are public in one case only, so all others are guesses in one place, and a sentence that
means nothing to us is met safely: look whether a job is active, and otherwise try again for a bounded number of times
(a fresh logs role, for one, may not be assumable for some seconds).
"""

from __future__ import annotations

import enum
import re

NO_FILE = re.compile(r"no csv file was uploaded", re.IGNORECASE)
"""Seen in real answers: `No csv file was uploaded for import-9sHxosU7BP`."""

ANOTHER_JOB = re.compile(r"another .*job|job .*(active|in progress|running)|one .*job .*at a time", re.IGNORECASE)
"""A guess: what Cognito says while another job is active is not public."""

PATIENCE = 8
"""How often a job that is refused for no reason that we know is tried again."""


class Advice(enum.Enum):
    """What to do next with a job that was not started."""

    UPLOAD_AGAIN = "upload again"
    WAIT = "wait"
    GIVE_UP = "give up"


def advice_on(reason: str, *, other_is_active: bool, refusals: int) -> Advice:
    """Decide by Cognito's sentence, by what the list of jobs shows, and by how often it has refused this job."""
    if NO_FILE.search(reason):
        return Advice.UPLOAD_AGAIN if refusals < PATIENCE else Advice.GIVE_UP
    if other_is_active or ANOTHER_JOB.search(reason) or refusals < PATIENCE:
        return Advice.WAIT
    return Advice.GIVE_UP
