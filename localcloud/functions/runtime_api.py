"""The Lambda Runtime API of one execution environment, on its own port.

Guarantees the endpoints of https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html: invocation/next, response,
error and init/error. The environment handles the answers; extensions and response streaming are left
out.
"""

from __future__ import annotations

import queue
import re
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from localcloud.cloud import current
from localcloud.functions.invocation import MAX_RESPONSE, FunctionFailure

if TYPE_CHECKING:
    from localcloud.functions.invocation import Request

_PREFIX = "/2018-06-01/runtime"
_OUTCOME = re.compile(rf"{_PREFIX}/invocation/([^/]+)/(response|error)")
_TOO_LARGE = FunctionFailure(
    "Function.ResponseSizeTooLarge",
    f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes).",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the runtime said of a request; `request_id` is None when it failed before it asked for one."""

    request_id: str | None
    payload: bytes
    is_error: bool


class RuntimeApi:
    """What a runtime client polls. `answers` fills with what it says; `is_ready` is set at its first poll."""

    def __init__(self, function_arn: str) -> None:
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.is_ready = threading.Event()
        self._function_arn = function_arn
        self._work: queue.SimpleQueue[tuple[Request, float] | None] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def hand_out(self, request: Request, deadline: float) -> None:
        """Let the next poll receive the request; `deadline` is in epoch seconds of cloud time."""
        self._work.put((request, deadline))

    def close(self) -> None:
        """Stop listening and let a poll that is waiting go."""
        self._work.put(None)
        self._is_closed = True
        socket.create_connection(("127.0.0.1", self._server.server_port)).close()  # wakes the thread that accepts
        self._thread.join()
        self._server.server_close()

    def next_event(self) -> tuple[dict[str, str], bytes] | None:
        """Wait for work; None when there will be no more."""
        self.is_ready.set()
        work = self._work.get()
        if work is None:
            return None
        request, deadline = work
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": request.request_id,
            "Lambda-Runtime-Deadline-Ms": str(round(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._function_arn,
            "Lambda-Runtime-Trace-Id": _trace_id(),
        }
        if request.client_context:
            headers["Lambda-Runtime-Client-Context"] = request.client_context
        return headers, request.payload

    def take(self, path: str, body: bytes) -> bool:
        """Keep what the runtime posted; False for a path that does not exist."""
        if path == f"{_PREFIX}/init/error":
            self.answers.put(Answer(None, body, is_error=True))
            return True
        outcome = _OUTCOME.fullmatch(path)
        if not outcome:
            return False
        request_id, kind = outcome.groups()
        if len(body) > MAX_RESPONSE:
            self.answers.put(Answer(request_id, _TOO_LARGE.payload(), is_error=True))
        else:
            self.answers.put(Answer(request_id, body, is_error=kind == "error"))
        return True

    def _serve(self) -> None:
        while not self._is_closed:  # serve_forever would look around many times a second in every environment
            self._server.handle_request()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # AWS's client keeps its connection
            wbufsize = -1  # one packet an answer: a second one would wait for the first one's acknowledgement
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):  # the process was killed; the environment knows
                    super().handle()

            def do_GET(self) -> None:
                event = api.next_event() if self.path == f"{_PREFIX}/invocation/next" else None
                if event:
                    self._reply(HTTPStatus.OK, *event)
                else:
                    self._reply(HTTPStatus.NOT_FOUND, {}, b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                known = api.take(self.path, body)
                self._reply(HTTPStatus.ACCEPTED if known else HTTPStatus.NOT_FOUND, {}, b'{"status":"OK"}\n')

            def _reply(self, status: HTTPStatus, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is http.server's)
                """Say nothing."""

        return Handler


def _trace_id() -> str:
    """An X-Ray trace header that asks for no sampling."""
    return f"Root=1-{round(current().clock.now()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"
