"""The names and ARNs of a run's executions."""

from __future__ import annotations

import re
from typing import Final

_RUN_ID: Final = re.compile("[0-9a-f]{32}")


def is_run_id(text: str) -> bool:
    """Whether the text has the form of a run's id."""
    return _RUN_ID.fullmatch(text) is not None


def execution_name(run_id: str, number: int) -> str:
    """The name of a run's execution: the run's id, and for those after the first their number."""
    return run_id if number == 1 else f"{run_id}-{number}"


def run_id_of(execution: str) -> str:
    """The run that an execution of this name belongs to."""
    return execution.partition("-")[0]


def number_of(execution: str) -> int:
    """The number of the execution of a run that has this name."""
    number = execution.partition("-")[2]
    return int(number) if number.isdecimal() else 1


def execution_arn(state_machine_arn: str, name: str) -> str:
    """The ARN of a state machine's execution of this name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
