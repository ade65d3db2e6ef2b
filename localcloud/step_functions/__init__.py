"""Step Functions: moto's interpreter, executing for real and in cloud time.

Each module closes some of moto's gaps and says which; drop one when moto closes its gaps itself.
https://docs.aws.amazon.com/step-functions/latest/dg/
"""

from __future__ import annotations

import logging

from moto.core.config import default_user_config

from localcloud.cloud import current
from localcloud.step_functions import (
    clients,
    definitions,
    ended_history,
    executions,
    interpreter,
    lambda_errors,
    operations,
    tokens,
)


def install() -> None:
    """Let state machines execute; calling it again changes nothing."""
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    # moto logs every error of a state with the state's data; the execution's history has it already.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    definitions.install()
    interpreter.install()
    clients.install()
    lambda_errors.install()
    ended_history.install()
    executions.install()
    tokens.install()
    operations.install()
    current().endings.callback(clients.forget)
    current().endings.callback(executions.stop_all)
