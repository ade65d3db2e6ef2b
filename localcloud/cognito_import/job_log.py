"""The log of an import job in the pool's log group, written line by line, appearing in batches.

Group `/aws/cognito/userpools/<poolId>/<poolName>`, stream `<jobId>/<jobName>`. Lines carry line numbers and reasons,
never a value. What a pool's group is called whose name CloudWatch does not allow is not public: a setting decides.
Whether the job's role may write is asked by the caller (`start_checks`)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from localcloud.choices import OddPoolLog
from localcloud.cognito_import import texts
from localcloud.kept_logs import write_lines
from localcloud.moto_patches.log_group_names import is_name

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool

    from localcloud.cognito_import.job import Outcome, UserImportJob

_FILLERS: Final = {OddPoolLog.DASHES: "-", OddPoolLog.UNDERSCORES: "_", OddPoolLog.NOWHERE: None}


def plain_group_name(pool: CognitoIdpUserPool) -> str:
    """The name that the log group would have, whether CloudWatch allows it or not."""
    return f"/aws/cognito/userpools/{pool.id}/{pool.name}"


def group_name(pool: CognitoIdpUserPool, odd: OddPoolLog) -> str | None:
    """The log group of the pool's imports; None for a pool that has none."""
    name, filler = plain_group_name(pool), _FILLERS[odd]
    if is_name(name) or filler is None:
        return name if is_name(name) else None
    return "".join(letter if is_name(letter) else filler for letter in name)


def stream_name(job: UserImportJob) -> str:
    """The log stream of the job."""
    return f"{job.job_id}/{job.name}"


@dataclass(slots=True)
class JobLog:
    """What is still to be written to one job's stream.

    `batch` lines appear at once, `delay` seconds of cloud time after the last of them was said.
    """

    account_id: str
    region: str
    group: str | None
    """None: nothing is written."""
    stream: str
    batch: int
    delay: float
    _open: list[dict[str, Any]] = field(default_factory=list)
    _sealed: deque[tuple[float, list[dict[str, Any]]]] = field(default_factory=deque)

    @property
    def is_written(self) -> bool:
        """Whether every line has appeared."""
        return not self._open and not self._sealed

    def say(self, message: str, at: float) -> None:
        """Add a line that was said at that cloud time."""
        self._open.append({"timestamp": round(at * 1000), "message": message})
        if len(self._open) >= self.batch:
            self.seal(at)

    def row(self, outcome: Outcome, line: int, reason: str, at: float) -> None:
        """Add the line of a row; `line` counts the header as 1."""
        self.say(texts.LOG_LINE.format(outcome=outcome.value, line=line, reason=reason), at)

    def seal(self, at: float) -> None:
        """Let the lines so far appear without waiting for a full batch."""
        if self._open:
            self._sealed.append((at + self.delay, self._open))
            self._open = []

    def write(self, now: float) -> None:
        """Write the batches whose time has come."""
        while self._sealed and self._sealed[0][0] <= now:
            _, events = self._sealed.popleft()
            if self.group is not None:
                write_lines((self.account_id, self.region), self.group, self.stream, events)

    def drop(self) -> None:
        """Forget what has not appeared: the role may not write it any more."""
        self._open = []
        self._sealed.clear()
