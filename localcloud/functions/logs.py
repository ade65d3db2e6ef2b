"""The log stream of one execution environment, in moto's CloudWatch Logs.

Guarantees one event a line, with cloud time. A function whose role may not write has no log, as in AWS. The JSON log
format (LoggingConfig.LogFormat) is not imitated: system lines are text.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from moto.logs.models import logs_backends

from localcloud.caller import Caller
from localcloud.cloud import current
from localcloud.iam.access import AccessDeniedError, check_operation
from localcloud.iam.operations import Operation
from localcloud.kept_logs import write_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.functions.definition import Definition

_LOG_TAIL = 4096  # bytes that an invocation with LogType=Tail returns


class LogStream:
    """Where one environment's lines go, named as Lambda names it."""

    def __init__(self, definition: Definition) -> None:
        self.group = definition.log_group
        day = datetime.fromtimestamp(current().clock.now(), UTC)
        self.name = f"{day:%Y/%m/%d}/[{definition.version}]{uuid.uuid4().hex}"
        self._backend = logs_backends[definition.account_id][definition.region]
        self._lock = threading.Lock()
        self._recent: deque[str] = deque(maxlen=_LOG_TAIL)
        self._writer = Caller(definition.role, definition.name, function=definition.name)
        self._place = (definition.account_id, definition.region)

    def begin_invocation(self) -> None:
        """Forget the lines that belong to the invocation before."""
        with self._lock:
            self._recent.clear()

    def tail(self) -> str:
        """The end of what the current invocation logged."""
        with self._lock:
            return "\n".join(self._recent).encode()[-_LOG_TAIL:].decode(errors="ignore")

    def write(self, lines: Iterable[str]) -> None:
        """Append the lines."""
        now = round(current().clock.now() * 1000)
        messages = list(lines)
        if not messages:
            return
        events = [{"timestamp": now, "message": message} for message in messages]
        with self._lock:
            self._recent.extend(messages)
            if not self._may_write():
                return
            write_lines(self._place, self.group, self.name, events, is_endless=True)

    def _may_write(self) -> bool:
        group = self._backend.groups.get(self.group)
        names = ["PutLogEvents"]
        if group is None or self.name not in group.streams:
            names.insert(0, "CreateLogStream")
        if group is None:
            names.insert(0, "CreateLogGroup")
        target = {"logGroupName": self.group, "logStreamName": self.name}
        try:
            for name in names:
                check_operation(self._writer, Operation("logs", name, target, *self._place))
        except AccessDeniedError:
            return False
        return True
