"""The boto3 clients with which a state machine's tasks call AWS: they act as the state machine's role.

Gaps of moto 5.2.5 closed here: every task calls with one and the same key, whatever its role; clients are made by
several threads at once. A task's own `Credentials` name another role, which is taken without asking whether the state
machine's role may assume it.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

import secrets
import string
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from moto.core.models import botocore_stubber
from moto.settings import moto_server_port
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.utils import boto_client

from localcloud.credentials import Credentials, act_as
from localcloud.step_functions import waiting

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.environment import Environment

EXECUTION_HEADER: Final = "x-localcloud-execution"
"""Names the execution that calls, which nothing else in a request does."""
_TASK_TIMEOUT: Final = 99999999  # seconds; the longest one of a state, as in moto's own clients
_LETTERS_OF_A_SESSION: Final = 32

_moto_client_for = boto_client.boto_client_for
_moto_credentials = StateTask._eval_state_credentials  # noqa: SLF001  (the seam)
_lock = threading.Lock()
_clients: dict[tuple[str, str, str], Any] = {}  # by service, region and access key
_given: dict[tuple[str, str | None], Credentials] = {}  # by role and state machine


@dataclass
class _MachineCredentials(StateCredentials):
    """moto's word for a role, and the state machine that has it."""

    state_machine: str | None = None


def install() -> None:
    """Replace the making of clients; calling it again changes nothing."""
    StateTask._eval_state_credentials = _credentials_of_task  # type: ignore[method-assign]  # noqa: SLF001
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("moto.stepfunctions.parser.")]
    for module in modules:
        if getattr(module, "boto_client_for", None) is _moto_client_for:
            module.boto_client_for = _client_for  # type: ignore[attr-defined]


def forget() -> None:
    """Forget every client and its credentials, which end with the cloud that gave them."""
    with _lock:
        _clients.clear()
        _given.clear()


def _credentials_of_task(self: StateTask, env: Environment) -> _MachineCredentials:
    context: Any = env.states.context_object
    machine = context.context_object_data["StateMachine"]["Id"]
    return _MachineCredentials(_moto_credentials(self, env).role_arn, machine)


def _client_for(region: str, service: str, state_credentials: StateCredentials) -> Any:  # noqa: ANN401  (moto's own)
    """One client a service, region and role: making one is neither cheap nor safe in several threads at once."""
    with _lock:
        credentials = _credentials(region, state_credentials)
        key = (service, region, credentials.access_key_id)
        if key not in _clients:
            endpoint = None if botocore_stubber.enabled else f"http://localhost:{moto_server_port()}"
            make: Any = boto3.client  # its annotation lists every service by name
            made = make(
                service,
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=credentials.access_key_id,
                aws_secret_access_key=credentials.secret_access_key,
                aws_session_token=credentials.session_token,
                # A task's retries and timeouts are the state machine's business.
                config=Config(
                    parameter_validation=False,
                    retries={"max_attempts": 0, "total_max_attempts": 1},
                    connect_timeout=_TASK_TIMEOUT,
                    read_timeout=_TASK_TIMEOUT,
                ),
            )
            made.meta.events.register("before-call", _name_execution)
            _clients[key] = made
        return _clients[key]


def _name_execution(params: dict[str, Any], **_: object) -> None:
    if (execution := waiting.execution_arn()) is not None:
        params["headers"][EXECUTION_HEADER] = execution


def _credentials(region: str, wanted: StateCredentials) -> Credentials:
    """The same ones for a role and state machine every time, as long as the cloud lasts."""
    machine = getattr(wanted, "state_machine", None)
    key = (wanted.role_arn, machine)
    if key not in _given:
        session = "".join(secrets.choice(string.ascii_letters) for _ in range(_LETTERS_OF_A_SESSION))
        _given[key] = act_as(wanted.role_arn, session, region, state_machine=machine)
    return _given[key]
