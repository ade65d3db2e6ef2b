"""WSGI middleware through which every request comes: records the calls of functions and state machines, and fails some.

Guarantees that a fault which says "before" leaves no effect, and one that says "after" leaves the whole effect. Calls
of the operator, and all calls without a recording or a plan, go on untouched.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from moto.stepfunctions.responses import get_backend as get_step_functions
from moto.utilities.arns import parse_arn

from localcloud import credentials
from localcloud.api_model.requests import read_body
from localcloud.cloud import current
from localcloud.cognito_import.presigned_url import UploadPlace
from localcloud.fault_endpoints.answers import internal_error, throttled
from localcloud.fault_endpoints.requests import asked
from localcloud.faults.kinds import CallFault
from localcloud.service_errors import answer
from localcloud.step_functions.clients import EXECUTION_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from localcloud.faults.acts import Act, Asked, Mortal
    from localcloud.faults.plan import CallStrike
    from localcloud.faults.recording import Entry

_EXECUTION_KEY = "HTTP_" + EXECUTION_HEADER.upper().replace("-", "_")


_WITH_EFFECT: Final = (CallFault.FAIL_AFTER, CallFault.KILL_AFTER, CallFault.TIME_OUT_AFTER)
_REFUSALS: Final = {CallFault.FAIL_BEFORE: internal_error, CallFault.THROTTLE: throttled}


class WatchedCalls:
    """Watches the requests that go on to `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it. A lost answer is a ConnectionError, which the server takes as such."""
        watch = current().watch
        if not watch.is_on:
            return self._next_app(environ, start_response)
        call = _Call.of(environ)
        if call is None:
            return self._next_app(environ, start_response)
        strike = watch.plan.strike_call(call.act, call.asked)
        if strike is None:
            return self._passed_on(call, environ, start_response)
        if call.entry:
            call.entry.fault = strike.number
        if strike.kind in _REFUSALS:
            error = _REFUSALS[strike.kind](call.asked.service)
            call.answered(error.status)
            return answer(error, call.asked.service, environ, start_response)
        raise self._lost(strike, call.act, environ)

    def _lost(self, strike: CallStrike, act: Act, environ: WSGIEnvironment) -> ConnectionAbortedError:
        """End a call without an answer."""
        if strike.is_first and strike.kind in _WITH_EFFECT:
            self._have_effect(environ)
        else:
            read_body(environ)
        match strike.kind:
            case CallFault.KILL_BEFORE | CallFault.KILL_AFTER:
                _process_of(act).die()
            case CallFault.TIME_OUT_BEFORE | CallFault.TIME_OUT_AFTER:
                _process_of(act).time_out()
            case _:
                pass
        connection: socket.socket | None = environ.get("werkzeug.socket")
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)  # the server itself would wait for another request on it
        return ConnectionAbortedError("A fault strikes this call.")

    def _passed_on(self, call: _Call, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: object) -> object:
            call.answered(int(status[:3]))
            return start_response(status, headers, *exc_info)  # type: ignore[arg-type]  # whatever the application gave

        answered = self._next_app(environ, start)  # type: ignore[arg-type]  # of the same shape
        return _remembering_urls(answered, environ) if call.asked.service == "cognito-idp" else answered

    def _have_effect(self, environ: WSGIEnvironment) -> None:
        """Serve the request to its end, and drop the answer."""
        answered = self._next_app(environ, lambda *_: lambda _: None)
        try:
            for _ in answered:
                pass
        finally:
            if hasattr(answered, "close"):
                answered.close()


@dataclass(frozen=True, slots=True)
class _Call:
    """One attempt of a call, and where it is recorded."""

    act: Act
    asked: Asked
    entry: Entry | None

    @classmethod
    def of(cls, environ: WSGIEnvironment) -> _Call | None:
        """The call that a request makes, None when it is no function's and no state machine's; it is recorded."""
        what = asked(environ)
        act = _act_of(environ) if what else None
        if what is None or act is None:
            return None
        recording = current().watch.recording
        return cls(act, what, recording.call(act, what, current().clock.now()) if recording else None)

    def answered(self, status: int) -> None:
        """Record the answer."""
        if self.entry:
            self.entry.status = status


def _act_of(environ: WSGIEnvironment) -> Act | None:
    """The invocation or execution that calls; None when it is the operator."""
    watch = current().watch
    place = UploadPlace.of(environ.get("PATH_INFO", ""))
    key = watch.uploader(place.job_id) if place else credentials.access_key_of(environ)
    act = watch.act_with(key) if key else None
    execution = environ.get(_EXECUTION_KEY)
    if act or execution is None:
        return act
    caller = credentials.caller_of(environ)
    if caller is None or caller.state_machine is None:
        return None
    machine = parse_arn(caller.state_machine)
    given = get_step_functions(machine.account, machine.region).describe_execution(execution).execution_input
    return watch.act_of_execution(machine.resource_id, execution, json.dumps(given))


def _process_of(act: Act) -> Mortal:
    if act.process is None:
        raise RuntimeError(f"{act.name} has no process that could be ended.")
    return act.process


def _remembering_urls(answered: Iterable[bytes], environ: WSGIEnvironment) -> Iterable[bytes]:
    """Remember who learns the upload URLs in Cognito's answer."""
    body = b"".join(answered)
    key = credentials.access_key_of(environ)
    if key is not None and b'"PreSignedUrl"' in body:
        said = json.loads(body)
        for job in [said["UserImportJob"]] if "UserImportJob" in said else said.get("UserImportJobs", []):
            current().watch.url_given(job["JobId"], key)
    return [body]
