"""What a reader of a page has: files of users under the names of the pages, and other systems that answer curl."""

from __future__ import annotations

import gzip
import json
import shutil
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

from tests.documented.pages import blocks
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.documented.reader import Reader

HEADER: Final = "cognito:username,email,email_verified"
EXPORTS: Final = PROJECT / "examples" / "presets"
MANY: Final = 6_000
"""Users of a file whose import can be stopped."""
_ANSWERS: Final = {
    "/v1/users": "clerk.json",
    "/api/user/search": "fusionauth.json",
    "/api/v1/users": "okta.json",
    "/location": "auth0.ndjson",
}
"""Path → the sample that is served under it."""


def users(name: str, count: int = 5) -> str:
    """A file of users whose names begin with `name`; the first one's address is that of the pages."""
    others = [f"{name}-{number},{name}-{number}@example.com,true" for number in range(1, count)]
    return "\n".join([HEADER, f"{name}-ada,ada@example.com,true", *others, ""])


def lay_out(reader: Reader, folder: Path, name: str) -> None:
    """Put the files into a folder; users have names of this page."""
    files = ("users", "fixed", "retry", "export-1", "export-2")
    for file in files:
        (folder / f"{file}.csv").write_text(users(f"{name}-{file}"))
    (folder / "staff.csv").write_text(f"Login,Mail,Team\n{name}-staff,{name}-staff@example.com,Kitchen\n")
    for sample in EXPORTS.iterdir():
        shutil.copy(sample, folder / sample.name)
    shutil.copy(EXPORTS / "auth0.ndjson", folder / "users.json")
    (mapping,) = blocks("docs/migrate/mapping.md", "yaml")
    (folder / "mapping.yaml").write_text(mapping.text)
    _split_auth0(folder)
    cognito = reader.cloud.client("cognito-idp")
    described = cognito.describe_user_pool(UserPoolId=reader.pool)["UserPool"]
    header = cognito.get_csv_header(UserPoolId=reader.pool)["CSVHeader"]
    (folder / "pool.json").write_text(json.dumps({"UserPool": described, "CSVHeader": header}, default=str))


def _split_auth0(folder: Path) -> None:
    """Users without their hashes, and the hashes by id: two files, as Auth0 exports them."""
    records = [json.loads(line) for line in (EXPORTS / "auth0.ndjson").read_text().splitlines()]
    hashes = [
        {"_id": {"$oid": record["user_id"].removeprefix("auth0|")}, "passwordHash": record.pop("passwordHash")}
        for record in records
        if record.get("passwordHash") and "user_id" in record
    ]
    for file, found in (("users", records), ("hashes", hashes)):
        (folder / f"{file}.ndjson").write_text("".join(f"{json.dumps(each)}\n" for each in found))


class _OtherSystems(BaseHTTPRequestHandler):
    """Answers with the samples, as the systems that the pages export from do."""

    def do_POST(self) -> None:
        """A job is begun."""
        self._say(json.dumps({"id": "job_1", "status": "pending"}).encode())

    def do_GET(self) -> None:
        """A sample; that of a place that a job names is compressed."""
        path = self.path.partition("?")[0]
        if path not in _ANSWERS:
            return self._say(json.dumps({"id": "job_1", "status": "completed"}).encode())
        content = (EXPORTS / _ANSWERS[path]).read_bytes()
        return self._say(gzip.compress(content) if path == "/location" else content)

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""

    def _say(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def other_systems() -> Iterator[str]:
    """The address under which they answer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _OtherSystems) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
