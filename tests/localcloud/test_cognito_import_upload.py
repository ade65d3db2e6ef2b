"""The place behind the pre-signed URL: what it takes, and how it refuses the rest in S3's words."""

from __future__ import annotations

import http.client
import re
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.cognitoidp.models import cognitoidp_backends

from localcloud.cognito_import.models import import_backends
from tests.localcloud.import_world import ENCRYPTION, ImportWorld, csv_of, good_rows, put
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse


def code_and_message(answer: TestResponse) -> tuple[int, str, str]:
    """What S3's error says."""
    body = answer.get_data(as_text=True)
    code, message = re.search("<Code>(.*)</Code>", body), re.search("<Message>(.*)</Message>", body)
    assert code
    assert message
    assert answer.content_type == "application/xml"
    assert answer.headers["x-amz-request-id"] in body
    return answer.status_code, code[1], message[1]


def test_an_upload_is_answered_as_s3_does(world: ImportWorld) -> None:
    """200 without a body, an ETag and the encryption; an id for each request."""
    answer = world.upload(world.create(world.make_pool()), b"anything")
    assert (answer.status_code, answer.data) == (200, b"")
    assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["ETag"])
    assert answer.headers["x-amz-server-side-encryption"] == "aws:kms"
    assert answer.headers["x-amz-request-id"]


@pytest.mark.parametrize("headers", [{}, {"x-amz-server-side-encryption": "AES256"}])
def test_without_the_right_encryption_header_the_signature_does_not_match(
    world: ImportWorld, headers: dict[str, str]
) -> None:
    """The header is signed: leaving it out or changing it is refused as a wrong signature."""
    job = world.create(world.make_pool())
    status, code, message = code_and_message(world.upload(job, b"x", headers))
    assert (status, code) == (403, "SignatureDoesNotMatch")
    assert message.startswith("The request signature we calculated does not match")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Expires=899", "X-Amz-Expires=8990"),
        ("X-Amz-Date=2", "X-Amz-Date=3"),
        ("s3%2Faws4_request", "ec2%2Faws4_request"),
        ("/import-", "/import-x"),
        ("&X-Amz-Expires=899", ""),
        ("amazonaws.com", "example.com"),
        ("?X-Amz", "?versionId=1&X-Amz"),
    ],
)
def test_a_changed_url_does_not_match_its_signature(world: ImportWorld, old: str, new: str) -> None:
    """Host, path and every parameter are signed."""
    url = world.create(world.make_pool())["PreSignedUrl"]
    assert old in url
    answer = put(url.replace(old, new, 1), b"x", ENCRYPTION)
    assert code_and_message(answer)[:2] == (403, "SignatureDoesNotMatch")


def test_a_url_without_a_signature_is_denied(world: ImportWorld) -> None:
    """Anonymous uploads are refused."""
    url = urlsplit(world.create(world.make_pool())["PreSignedUrl"])._replace(query="").geturl()
    assert code_and_message(put(url, b"x", ENCRYPTION)) == (403, "AccessDenied", "Access Denied")


def test_the_url_is_good_for_899_seconds(world: ImportWorld) -> None:
    """At the last moment the upload is taken, then it has expired; the answer says when."""
    job = world.create(world.make_pool())
    world.pass_time(898)
    assert world.upload(job, b"x").status_code == 200
    world.pass_time(2)
    answer = world.upload(job, b"x")
    assert code_and_message(answer) == (403, "AccessDenied", "Request has expired")
    assert "<X-Amz-Expires>899</X-Amz-Expires>" in answer.get_data(as_text=True)
    assert world.describe(job)["Status"] == "Created"


def test_a_job_that_was_started_takes_no_file(world: ImportWorld) -> None:
    """The file of a running or ended job cannot be replaced."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    world.start(job)
    assert code_and_message(world.upload(job, b"x")) == (403, "AccessDenied", "Access Denied")
    world.pass_time(60)
    assert world.describe(job)["Status"] == "Succeeded"


def test_a_job_of_a_deleted_pool_takes_no_file(world: ImportWorld) -> None:
    """The URL outlives the job, but not to any use."""
    pool = world.make_pool()
    job = world.create(pool)
    world.cognito.delete_user_pool(UserPoolId=pool)
    assert pool not in cognitoidp_backends["123456789012"]["us-east-1"].user_pools
    assert not import_backends["123456789012"]["us-east-1"].jobs
    assert code_and_message(world.upload(job, b"x"))[:2] == (403, "AccessDenied")


def test_an_upload_that_is_cut_off_is_no_upload(world: ImportWorld) -> None:
    """A body shorter than announced is refused, leaves nothing on the disk, and the job has no file."""
    job = world.create(world.make_pool())
    answer = put(job["PreSignedUrl"], b"half", ENCRYPTION, announced=8)
    assert code_and_message(answer)[:2] == (400, "IncompleteBody")
    assert not list((world.cloud.settings.data_dir / "imports").iterdir())
    with pytest.raises(ClientError, match="No csv file was uploaded"):
        world.start(job)


def test_a_second_upload_replaces_the_first(world: ImportWorld) -> None:
    """Until the start, the last file counts."""
    pool = world.make_pool()
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    assert world.upload(job, csv_of(world.header(pool), good_rows(7))).status_code == 200
    world.start(job)
    world.pass_time(60)
    assert world.describe(job)["ImportedUsers"] == 7


def test_everything_else_goes_to_the_next_application() -> None:
    """Other paths are not this endpoint's."""
    for path in ("/", "/bucket/key", "/123456789012/pool", "/12345/us-east-1_abc/import-0123456789"):
        assert put(f"http://localhost:5000{path}", b"x", ENCRYPTION).status_code == 418


def server_job(server: str) -> tuple[Any, str, list[str]]:
    """A Cognito client, and a new job's URL in a new pool of the server, with the pool's columns."""
    cognito = boto3.client("cognito-idp", endpoint_url=server)
    pool = cognito.create_user_pool(PoolName="upload")["UserPool"]["Id"]
    role = "arn:aws:iam::123456789012:role/unknown"
    job = cognito.create_user_import_job(UserPoolId=pool, JobName="job", CloudWatchLogsRoleArn=role)["UserImportJob"]
    return cognito, job["PreSignedUrl"], cognito.get_csv_header(UserPoolId=pool)["CSVHeader"]


def request(url: str, **parameters: Any) -> tuple[int, bytes]:  # noqa: ANN401  (those of http.client)
    """PUT as a Lambda function would do it; status and body of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", **parameters)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_url_names_the_server_itself(server: str) -> None:
    """With a server, the URL points to its own port, signed like the real one."""
    _, url, _ = server_job(server)
    assert url.startswith(f"{server}/123456789012/us-east-1_")
    assert parse_qs(urlsplit(url).query)["X-Amz-SignedHeaders"] == ["host;x-amz-server-side-encryption"]


def test_python_uploads_a_stream_with_a_length(server: str, tmp_path: Path) -> None:
    """http.client with Content-Length is taken; chunks without a length are refused as S3 refuses them."""
    _, url, header = server_job(server)
    path = tmp_path / "users.csv"
    path.write_bytes(csv_of(header, good_rows(1000)))
    with path.open("rb") as file:
        length = {"Content-Length": str(path.stat().st_size)}
        assert request(url, body=file, headers={**ENCRYPTION, **length}) == (200, b"")
    chunks = iter([b"a", b"b"])
    status, body = request(url, body=chunks, headers=dict(ENCRYPTION), encode_chunked=True)
    assert (status, b"MissingContentLength" in body) == (411, True)


@pytest.mark.parametrize("rows", [10, 20_000])
def test_curl_uploads_small_and_large_files(server: str, tmp_path: Path, rows: int) -> None:
    """The guide's curl command works, also when curl waits for `100 Continue`, as it does with over 1 MB."""
    _, url, header = server_job(server)
    path = tmp_path / "users.csv"
    path.write_bytes(csv_of(header, good_rows(rows)))
    assert (path.stat().st_size > 1_048_576) is (rows > 10)
    command = ["curl", "-sS", "-v", "-T", str(path), "-H", "x-amz-server-side-encryption:aws:kms", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert re.search(r"^< HTTP/1.1 200 ", done.stderr, re.MULTILINE)
    assert "HTTP/1.1 100 Continue" in done.stderr or rows == 10


def test_curl_sees_why_a_large_upload_is_refused(server: str, tmp_path: Path) -> None:
    """A client that is still sending gets the answer, not a broken connection."""
    _, url, header = server_job(server)
    path = tmp_path / "users.csv"
    path.write_bytes(csv_of(header, good_rows(50_000)))
    command = ["curl", "-sS", "-T", str(path), "-H", "Expect:", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert "<Code>SignatureDoesNotMatch</Code>" in done.stdout
