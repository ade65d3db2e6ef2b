"""The HTTP/1.1 server of the emulator: werkzeug's, with connections that are kept, as AWS keeps them.

Guarantees that a connection serves one request after the other until the client closes it, that an answer is one piece
of a known length, and that no connection is open after `server_close`. werkzeug 3.1 closes the connection after each
answer and waits for what the client may still send; the AWS SDKs would connect anew for every call, which costs more
than many calls.

Source: https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-reusing-connections.html
"""

from __future__ import annotations

import io
import socket
import threading
import traceback
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Final, cast

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wsgi import LimitedStream

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import WSGIEnvironment

_BLOCK: Final = 1 << 20
_WITHOUT_BODY: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class HttpServer(ThreadedWSGIServer):
    """werkzeug's server, which has a thread for each connection, and knows which are open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (werkzeug's own)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(*args, **kwargs)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  (socketserver's own)
        """Serve a connection in a thread of its own."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  (socketserver's own)
        """Close a connection whose thread ends."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Listen no more, and end what is open: a client must not reach the next cloud of this process by it."""
        super().server_close()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was faster
                    continue


class _Body(LimitedStream):
    """A request's body. One that is cut off ends, and its reader finds that it is shorter than its length."""

    def on_disconnect(self, error: Exception | None = None) -> None:
        """Leave it to the reader."""


class RequestHandler(MotoRequestHandler):
    """Answers the requests of one connection, and says nothing of those that went well."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body are one packet: a second one would wait for an acknowledgement of the first
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """Let the client send its body."""
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()
        self.wfile.flush()
        return True

    def run_wsgi(self) -> None:
        """Answer one request."""
        environ = self.make_environ()
        if "wsgi.input_terminated" not in environ:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            environ["wsgi.input"] = _Body(cast("IO[bytes]", self.rfile), length) if length else io.BytesIO()
        try:
            status, headers, body = self._answered(environ)
            self._read_rest(environ["wsgi.input"])
            self._send(status, headers, body)
        except OSError as error:  # the client has closed the connection, or a fault has
            self.close_connection = True
            self.connection_dropped(error, environ)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def _answered(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers, and body that the application answers; an error of its own is logged."""
        try:
            return _whole(self.server.app, environ)
        except OSError:
            raise
        except Exception:  # noqa: BLE001  (whatever it is, it is the answer to this request only)
            self.server.log("error", "Error on request:\n%s", traceback.format_exc())
            return _whole(InternalServerError(), environ)

    def _read_rest(self, body: Any) -> None:  # noqa: ANN401  (a stream)
        """Read what the application has left of the request: the next one begins behind it.

        A client that still sends would see a broken connection instead of the answer.
        """
        while body.read(_BLOCK):
            pass
        if isinstance(body, _Body) and not body.is_exhausted:
            self.close_connection = True

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        has_length = any(name.lower() == "content-length" for name, _ in headers)
        if not has_length and self.command != "HEAD" and int(code) not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


class LoggingRequestHandler(RequestHandler):
    """The same, with a line on stderr for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log the request as werkzeug does."""
        MotoRequestHandler.log_request(self, code, size)


def _whole(application: Any, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:  # noqa: ANN401
    """A WSGI application's answer to a request."""
    began: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        began[:] = [(status, headers)]

    pieces: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    ((status, headers),) = began
    return status, headers, body
