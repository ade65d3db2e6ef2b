"""The paths under which a recording and a plan of faults are set, read and cleared while the cloud runs.

| request | what it does |
|---|---|
| `PUT /_localcloud/recording` | begins a recording, anew if there is one |
| `GET /_localcloud/recording` | `{"entries": [...]}` as of now; `?correlation=TEXT` chooses |
| `DELETE /_localcloud/recording` | ends and forgets it |
| `PUT /_localcloud/faults` | a plan in place of the one before: `{"faults": [...]}`, as `kinds.Fault` reads them |
| `POST /_localcloud/faults` | more faults for the plan; both answer `{"ids": [...]}` |
| `GET /_localcloud/faults` | `{"faults": [...]}`, each with its `id` and whether it `struck` |
| `DELETE /_localcloud/faults`, `…/faults/ID` | forgets the plan, or one fault |
| `POST /_localcloud/scans` | publishes a malware scan of `{"bucket", "key", "version_id", "status"}` |
| `POST /_localcloud/clock` | lets `{"seconds"}` of cloud time pass at once, as soon as no function runs |

Bodies of PUT and POST may have `correlation`: a list of paths, as `correlation.Path` reads them. AWS has none of this.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from localcloud.api_model.requests import read_body
from localcloud.cloud import current
from localcloud.delivery import malware_scans
from localcloud.faults.correlation import Path
from localcloud.faults.kinds import Fault, FaultError
from localcloud.faults.plan import Plan
from localcloud.faults.recording import Recording
from localcloud.functions.fleet import current_fleet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from localcloud.faults.watch import Watch

_ROOT = "/_localcloud/"  # no bucket can have this name
_LONGEST_LEAP = 366 * 86_400
_OF_IAM = f"{_ROOT}iam/"
_Answer = tuple[HTTPStatus, dict[str, Any]]


class ControlEndpoint:
    """Serves the paths above and leaves the rest to `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(_ROOT) or path.startswith(_OF_IAM):
            return self._next_app(environ, start_response)
        try:
            status, said = _served(path.removeprefix(_ROOT), environ)
        except ValueError as error:
            status, said = HTTPStatus.BAD_REQUEST, {"message": str(error)}
        body = json.dumps(said).encode()
        head = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", head)
        return [body]


def _served(place: str, environ: WSGIEnvironment) -> _Answer:
    kind, _, number = place.partition("/")
    serve = _SERVES.get((environ["REQUEST_METHOD"], kind))
    if serve is None or (number and serve is not _remove_faults):
        return HTTPStatus.NOT_FOUND, {"message": f"There is nothing to {environ['REQUEST_METHOD']} at {place}."}
    return serve(current().watch, environ)


def _set_faults(watch: Watch, environ: WSGIEnvironment) -> _Answer:
    plan = Plan()
    ids = plan.add(_faults(_given(environ, watch)))
    watch.plan = plan
    return HTTPStatus.OK, {"ids": ids}


def _add_faults(watch: Watch, environ: WSGIEnvironment) -> _Answer:
    return HTTPStatus.OK, {"ids": watch.plan.add(_faults(_given(environ, watch)))}


def _get_faults(watch: Watch, _environ: WSGIEnvironment) -> _Answer:
    return HTTPStatus.OK, {"faults": watch.plan.to_json()}


def _remove_faults(watch: Watch, environ: WSGIEnvironment) -> _Answer:
    number = environ["PATH_INFO"].removeprefix(f"{_ROOT}faults").removeprefix("/")
    if not number:
        watch.plan = Plan()
    elif not number.isdecimal() or not watch.plan.remove(int(number)):
        return HTTPStatus.NOT_FOUND, {"message": f"There is no fault {number}."}
    return HTTPStatus.OK, {}


def _publish_scan(_watch: Watch, environ: WSGIEnvironment) -> _Answer:
    given = json.loads(read_body(environ) or b"{}")
    return HTTPStatus.OK, {"id": malware_scans.publish(given)}


def _leap(_watch: Watch, environ: WSGIEnvironment) -> _Answer:
    seconds = json.loads(read_body(environ) or b"{}").get("seconds")
    if not isinstance(seconds, int | float) or not 0 < seconds < _LONGEST_LEAP:
        raise FaultError(f"The seconds are a number below {_LONGEST_LEAP}, not {seconds!r}.")
    current_fleet().leap(seconds)
    return HTTPStatus.OK, {"now": current().clock.now()}


def _begin_recording(watch: Watch, environ: WSGIEnvironment) -> _Answer:
    _given(environ, watch)
    watch.recording = Recording()
    return HTTPStatus.OK, {}


def _get_recording(watch: Watch, environ: WSGIEnvironment) -> _Answer:
    if watch.recording is None:
        return HTTPStatus.NOT_FOUND, {"message": "Nothing is recorded."}
    wanted = parse_qs(environ.get("QUERY_STRING", "")).get("correlation", [None])[0]
    return HTTPStatus.OK, {"entries": watch.recording.to_json(wanted)}


def _end_recording(watch: Watch, _environ: WSGIEnvironment) -> _Answer:
    watch.recording = None
    return HTTPStatus.OK, {}


_SERVES: dict[tuple[str, str], Callable[[Watch, WSGIEnvironment], _Answer]] = {
    ("PUT", "faults"): _set_faults,
    ("POST", "faults"): _add_faults,
    ("GET", "faults"): _get_faults,
    ("DELETE", "faults"): _remove_faults,
    ("POST", "scans"): _publish_scan,
    ("POST", "clock"): _leap,
    ("PUT", "recording"): _begin_recording,
    ("GET", "recording"): _get_recording,
    ("DELETE", "recording"): _end_recording,
}


def _given(environ: WSGIEnvironment, watch: Watch) -> dict[str, Any]:
    """The request's body; the paths in it are taken over. Raises ValueError."""
    given = json.loads(read_body(environ) or b"{}")
    if not isinstance(given, dict):
        raise FaultError("The body is a JSON object.")
    if "correlation" in given:
        watch.paths = tuple(Path.of(text) for text in given["correlation"])
    return given


def _faults(given: dict[str, Any]) -> list[Fault]:
    faults = given.get("faults", [])
    if not isinstance(faults, list):
        raise FaultError("The faults are a list of objects.")
    return [Fault.of(fault) for fault in faults]
