"""Fixtures of the unit tests: no sockets, credentials of no one, no log carried from test to test."""

from __future__ import annotations

import io
import logging
import os
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
import botocore.session
import pytest
from botocore.model import StringShape
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber
from pytest_socket import disable_socket, enable_socket

from lambdas.runtime.logs import logger
from localcloud.moto_patches import repeated_work
from tests.unit.kept_ledger import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="package", autouse=True)
def _far_from_utc() -> Iterator[None]:
    """A time that was made without its zone is another one. It ends with this folder."""
    with patch.dict(os.environ, TZ="Pacific/Chatham"):
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    """Whatever opens a socket fails; moto answers boto3 before it comes to one."""
    disable_socket()
    yield
    enable_socket()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of no one, so that no test meets those of the machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.fixture(autouse=True)
def _namespace_of_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """The namespace that the stack gives every function, and that all metrics are read."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "cognito-drop")
    monkeypatch.setenv("MONITORING", "full")


@pytest.fixture(autouse=True)
def _clean_logger() -> Iterator[None]:
    """Keys that one test binds to the logger are not seen by the next."""
    yield
    logger.clear_state()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the functions write to their log, one JSON object a line."""
    written = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    # `setStream` would flush the stream before, which pytest has closed where it runs twice in one process.
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture(scope="package")
def mocked_aws() -> Iterator[None]:
    """One mock for all unit tests, as its start is slow; it answers no call until a test asks for `aws`.

    It ends with this folder: a `mock_aws` of another folder inside of it would not start empty.
    """
    repeated_work.install()
    with mock_aws():
        botocore_stubber.enabled = False
        yield


@pytest.fixture
def aws(mocked_aws: None) -> Iterator[None]:  # noqa: ARG001
    """An empty AWS account inside this process."""
    botocore_stubber.enabled = True
    yield
    botocore_stubber.enabled = False
    BackendDict.reset()
    reset_model_data()


@pytest.fixture
def s3(aws: None) -> S3Client:  # noqa: ARG001
    """A versioned bucket called `drops`."""
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="drops")
    client.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def kept(aws: None) -> Kept:  # noqa: ARG001
    """A ledger with one run that was accepted just now."""
    return Kept()


@pytest.fixture(scope="session")
def service_statuses() -> list[str]:
    """The statuses of an import job in botocore's model of Cognito."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    shape = model.shape_for("UserImportJobStatusType")
    assert isinstance(shape, StringShape)
    return list(shape.enum)
