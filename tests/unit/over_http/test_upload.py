"""The PUT of a file to the pre-signed URL, against a server on this machine."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import tracemalloc
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from cognito_drop.aws import upload as adapter
from cognito_drop.aws.errors import TransientError
from cognito_drop.aws.import_jobs import UploadTarget
from cognito_drop.aws.upload import UploadExpiredError, UploadRefusedError, upload

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
MISSIGNED = b"<Error><Code>SignatureDoesNotMatch</Code></Error>"


@dataclass
class Bucket:
    """What the server was sent, and what it answers."""

    url: str
    status: int = 200
    answer: bytes = b""
    reads: bool = True
    breaks: bool = False
    requests: list[tuple[str, dict[str, str], int]] = field(default_factory=list)

    def target(self, path: str = "/123456789012/pool/import-1") -> UploadTarget:
        """An upload URL of this server, signed with a canary."""
        return UploadTarget(f"{self.url}{path}?X-Amz-SignedHeaders=host&X-Amz-Signature=canary")


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A server that takes uploads."""
    bucket = Bucket("")

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            size = int(self.headers["Content-Length"])
            if bucket.breaks:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            received = 0
            while bucket.reads and received < size:
                received += len(self.rfile.read(min(65_536, size - received)))
            bucket.requests.append((self.path, {key.lower(): text for key, text in self.headers.items()}, received))
            self.send_response(bucket.status)
            self.send_header("Content-Length", str(len(bucket.answer)))
            self.end_headers()
            self.wfile.write(bucket.answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        bucket.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield bucket
        server.shutdown()
        thread.join()


def _upload(bucket: Bucket, data: bytes = b"cognito:username\nmaria\n") -> None:
    upload(bucket.target(), io.BytesIO(data), len(data))


def test_a_file_is_put_whole_with_its_length_and_the_signed_header(bucket: Bucket) -> None:
    """As the guide's own curl does; the query of the URL goes along unchanged."""
    _upload(bucket)
    ((path, headers, received),) = bucket.requests
    assert path == "/123456789012/pool/import-1?X-Amz-SignedHeaders=host&X-Amz-Signature=canary"
    assert received == 23
    assert headers["content-length"] == "23"
    assert headers["x-amz-server-side-encryption"] == "aws:kms"
    assert "transfer-encoding" not in headers


def test_a_large_file_is_never_in_memory_as_a_whole(bucket: Bucket) -> None:
    """90 MB go through a few blocks."""

    class Zeros:
        left = 90_000_000

        def read(self, amount: int = -1, /) -> bytes:
            taken = min(amount, self.left)
            self.left -= taken
            return bytes(taken)

    tracemalloc.start()
    try:
        upload(bucket.target(), Zeros(), Zeros.left)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bucket.requests[0][2] == 90_000_000
    assert peak < 10_000_000


def test_an_expired_url_is_an_error_of_its_own(bucket: Bucket) -> None:
    """Only a new job gives a new one."""
    bucket.status, bucket.answer = 403, EXPIRED
    with pytest.raises(UploadExpiredError):
        _upload(bucket)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (403, MISSIGNED, UploadRefusedError),
        (404, b"", UploadRefusedError),
        (400, b"<Error><Code>EntityTooLarge</Code></Error>", UploadRefusedError),
        (400, b"<Error><Code>RequestTimeout</Code></Error>", TransientError),
        (500, b"", TransientError),
        (503, b"<Error><Code>SlowDown</Code></Error>", TransientError),
    ],
)
def test_any_other_answer_is_sorted_by_its_status_and_code(
    bucket: Bucket, status: int, answer: bytes, error: type[Exception]
) -> None:
    """Refused for good, or to be tried again; named by its number, without the URL or the answer's text."""
    bucket.status, bucket.answer = status, answer
    with pytest.raises(error, match=rf"^(Upload: )?HTTP {status}$"):
        _upload(bucket)


def test_a_refusal_in_the_middle_of_a_large_file_is_heard(bucket: Bucket) -> None:
    """S3 answers at once and closes the connection while the file is still being sent."""
    bucket.status, bucket.answer, bucket.reads = 403, EXPIRED, False
    with pytest.raises(UploadExpiredError):
        _upload(bucket, bytes(20_000_000))


def test_a_connection_that_breaks_is_transient(bucket: Bucket) -> None:
    """The same upload may work later."""
    bucket.breaks = True
    with pytest.raises(TransientError, match=r"^Upload: \w+$"):
        _upload(bucket, bytes(20_000_000))


def test_a_server_that_is_not_there_is_transient() -> None:
    """Nothing listens; the URL is not in the error."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # so that no other process listens there
        with pytest.raises(TransientError) as caught:
            _upload(Bucket(f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert str(caught.value) == "Upload: ConnectionRefusedError"
    assert caught.value.__suppress_context__


def test_a_server_that_says_nothing_is_transient(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without any progress is given up."""
    monkeypatch.setattr(adapter, "_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bucket.url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(TransientError, match=r"^Upload: TimeoutError$"):
            _upload(bucket)


@pytest.mark.parametrize(("scheme", "is_encrypted"), [("https:", True), ("HTTPS:", True), ("", True), ("http:", False)])
def test_a_file_goes_over_tls_unless_its_url_says_http(
    monkeypatch: pytest.MonkeyPatch, scheme: str, *, is_encrypted: bool
) -> None:
    """As that of the emulator does. The file has personal data, and the URL is a credential."""
    opened: list[tuple[type, str]] = []

    def connect(connection: http.client.HTTPConnection) -> None:
        opened.append((type(connection), connection.host))
        raise ConnectionRefusedError

    monkeypatch.setattr(http.client.HTTPConnection, "connect", connect)
    monkeypatch.setattr(http.client.HTTPSConnection, "connect", connect)
    with pytest.raises(TransientError):
        upload(UploadTarget(f"{scheme}//bucket.example/import-1?X-Amz-Signature=canary"), io.BytesIO(b"x"), 1)
    expected = http.client.HTTPSConnection if is_encrypted else http.client.HTTPConnection
    assert opened == [(expected, "bucket.example")]


def test_a_job_without_a_url_takes_no_file() -> None:
    """The URL is optional in Cognito's answers; only a new job has another one."""
    with pytest.raises(UploadRefusedError, match="no URL"):
        upload(UploadTarget(""), io.BytesIO(b"x"), 1)
