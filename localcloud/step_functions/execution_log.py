"""The log of executions in CloudWatch Logs, as the state machine's loggingConfiguration asks for it.

Events go to the stream `states/<state machine>/<date>/<id>` in the form of
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html. Which event types a level includes is moto's table.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.logging import CloudWatchLoggingConfiguration, is_logging_enabled_for

from localcloud.cloud import current
from localcloud.kept_logs import write_lines

if TYPE_CHECKING:
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.backend.execution import Execution


@dataclass(slots=True)
class LoggingSession:
    """What the interpreter's event manager writes one execution's events to."""

    execution_arn: str
    configuration: CloudWatchLoggingConfiguration
    stream: str = field(init=False)

    def __post_init__(self) -> None:
        name = self.configuration.state_machine_arn.rpartition(":")[2]
        day = datetime.fromtimestamp(current().clock.now(), UTC)
        self.stream = f"states/{name}/{day:%Y-%m-%d-%H-%M}/{uuid.uuid4().hex[:8]}"

    def log_level_filter(self, history_event_type: HistoryEventType) -> bool:
        """Whether the level includes such events."""
        return bool(is_logging_enabled_for(self.configuration.log_level, history_event_type))

    def publish_history_log(self, history_log: dict[str, Any]) -> None:
        """Write one event."""
        now = round(current().clock.now() * 1000)
        place = (self.configuration.log_account_id, self.configuration.log_region)
        message = json.dumps({**history_log, "event_timestamp": str(now)}, default=str)
        events = [{"timestamp": now, "message": message}]
        write_lines(place, self.configuration.log_group_name, self.stream, events)


def logging_session(execution: Execution) -> LoggingSession | None:
    """The session that the state machine's configuration asks for, if any."""
    state_machine: Any = execution.state_machine  # moto's annotation names another class than it uses
    asked: Any = {"includeExecutionData": False, **state_machine.loggingConfiguration}
    configuration = CloudWatchLoggingConfiguration.from_logging_configuration(
        state_machine_arn=state_machine.arn,
        logging_configuration=asked,
    )
    return LoggingSession(execution.exec_arn, configuration) if configuration else None
