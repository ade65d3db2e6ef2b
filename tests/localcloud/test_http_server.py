"""Connections as HTTP/1.1 has them: kept for the next request, and closed with the server."""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING

import pytest

from localcloud.http_server import HttpServer, RequestHandler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers with the body, leaves it unread, or fails."""
    if environ["PATH_INFO"] == "/fails":
        raise ValueError("as it is asked to")
    body = environ["wsgi.input"].read() if environ["PATH_INFO"] == "/echo" else b"unread"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body[:3], body[3:]]


@pytest.fixture
def server() -> Iterator[HttpServer]:
    """A server of the application."""
    server = HttpServer("localhost", 0, application, RequestHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connection(server: HttpServer) -> Iterator[http.client.HTTPConnection]:
    """A client's connection to it, which connects once only."""
    connection = http.client.HTTPConnection("localhost", server.port)
    connection.connect()
    connection.auto_open = False
    yield connection
    connection.close()


def test_a_connection_serves_one_request_after_the_other(connection: http.client.HTTPConnection) -> None:
    """Of a known length, also where the application does not give it; a body in chunks ends by itself."""
    for body in (b"first", b"", b"third"):
        connection.request("POST", "/echo", body)
        assert connection.getresponse().read() == body
    connection.request("POST", "/echo", iter([b"in ", b"chunks"]), encode_chunked=True)
    assert connection.getresponse().read() == b"in chunks"


def test_what_the_application_leaves_unread_is_not_the_next_request(connection: http.client.HTTPConnection) -> None:
    """A refusal need not read what it refuses."""
    for method, path in (("PUT", "/large"), ("HEAD", "/large"), ("POST", "/fails"), ("PUT", "/large")):
        connection.request(method, path, b"GET /echo HTTP/1.1\r\n\r\n" * 10_000)
        answer = connection.getresponse()
        assert answer.status == (500 if path == "/fails" else 200)
        assert (answer.read() == b"unread") == (method == "PUT")


def test_a_body_that_is_cut_off_ends_the_connection(connection: http.client.HTTPConnection) -> None:
    """Whatever the client sends next cannot be told from the rest of the body."""
    connection.putrequest("POST", "/echo")
    connection.putheader("Content-Length", "10")
    connection.endheaders(b"short")
    connection.sock.shutdown(1)
    answer = connection.getresponse()
    assert (answer.read(), answer.getheader("Connection")) == (b"short", "close")


def test_connections_end_with_the_server(server: HttpServer, connection: http.client.HTTPConnection) -> None:
    """A client must not reach the next cloud of the process by the connection of the last one."""
    connection.request("POST", "/echo", b"first")
    connection.getresponse().read()
    server.server_close()
    assert connection.sock.recv(1) == b""
