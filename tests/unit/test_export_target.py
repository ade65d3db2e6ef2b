"""An export's file in S3 appears once, whatever else happens to its key meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from cognito_drop.cli.errors import CommandError
from cognito_drop.cli.export_target import ExportPrefix
from tests.unit.scripted_client import scripted_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from botocore.stub import Stubber

KEY = {"Bucket": "archive", "Key": "cognito/users.jsonl"}
PUT = {
    **KEY, "Body": b"{}\n", "ContentType": "application/octet-stream", "Metadata": {"sha256": "a1"}, "IfNoneMatch": "*",
}  # fmt: skip
ATTEMPTS = 5


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """A client of S3 whose answers are scripted."""
    with scripted_client("s3") as stub:
        yield stub


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is small enough for one request."""
    path = tmp_path / "users.jsonl"
    path.write_bytes(PUT["Body"])  # type: ignore[arg-type]  # the value of one key
    return path


def _publish(stub: Stubber, file: Path) -> list[float]:
    """Publish the file; return the pauses in seconds."""
    pauses: list[float] = []
    ExportPrefix(cast("Any", stub.client), "archive", "cognito/", pauses.append).publish(file, "a1")
    return pauses


def _refused(stub: Stubber, code: str, status: int) -> None:
    stub.add_client_error("put_object", code, http_status_code=status, expected_params=PUT)


def test_upload_that_meets_a_conflict_is_repeated(stub: Stubber, file: Path) -> None:
    """The object of an earlier export is being deleted, say: there is none to look at, and none in the way."""
    _refused(stub, "ConditionalRequestConflict", 409)
    stub.add_response("put_object", {}, PUT)
    assert len(_publish(stub, file)) == 1


def test_conflict_that_lasts_is_the_error_of_the_command(stub: Stubber, file: Path) -> None:
    """After some attempts, with S3's own code."""
    for _ in range(ATTEMPTS):
        _refused(stub, "ConditionalRequestConflict", 409)
    with pytest.raises(ClientError, match="ConditionalRequestConflict"):
        _publish(stub, file)


@pytest.mark.parametrize("conflicts", [0, 1])
def test_object_of_an_interrupted_export_is_not_uploaded_again(stub: Stubber, file: Path, conflicts: int) -> None:
    """Its answer was lost: the object is there, and is the same file; a conflict before changes nothing."""
    for _ in range(conflicts):
        _refused(stub, "ConditionalRequestConflict", 409)
    _refused(stub, "PreconditionFailed", 412)
    stub.add_response("head_object", {"Metadata": {"sha256": "a1"}}, KEY)
    _publish(stub, file)


def test_another_object_is_not_replaced(stub: Stubber, file: Path) -> None:
    """The command says what is there."""
    _refused(stub, "PreconditionFailed", 412)
    stub.add_response("head_object", {"Metadata": {}}, KEY)
    with pytest.raises(CommandError, match=r"^s3://archive/cognito/users\.jsonl exists already"):
        _publish(stub, file)


def test_upload_is_repeated_when_the_object_in_its_way_is_gone(stub: Stubber, file: Path) -> None:
    """It was deleted between the upload and the look at it."""
    _refused(stub, "PreconditionFailed", 412)
    stub.add_client_error("head_object", "404", http_status_code=404, expected_params=KEY)
    stub.add_response("put_object", {}, PUT)
    _publish(stub, file)


def test_any_other_refusal_is_the_error_of_the_command(stub: Stubber, file: Path) -> None:
    """Nothing is repeated."""
    _refused(stub, "AccessDenied", 403)
    with pytest.raises(ClientError, match="AccessDenied"):
        _publish(stub, file)


def test_large_upload_that_meets_a_conflict_begins_anew(stub: Stubber, tmp_path: Path) -> None:
    """A conflict at its completion ends a multipart upload: all parts are sent again."""
    file = tmp_path / "users.jsonl"
    file.write_bytes(bytes(9 << 20))
    for is_last in (False, True):
        stub.add_response("create_multipart_upload", {"UploadId": "1"})
        for _ in range(2):
            stub.add_response("upload_part", {"ETag": "x"})
        if is_last:
            rest = dict.fromkeys(("UploadId", "MultipartUpload", "IfNoneMatch"), ANY)
            stub.add_response("complete_multipart_upload", {}, {**KEY, **rest})
        else:
            stub.add_client_error("complete_multipart_upload", "ConditionalRequestConflict", http_status_code=409)
            stub.add_response("abort_multipart_upload", {})
    _publish(stub, file)
