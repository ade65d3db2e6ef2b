"""A client of a service whose answers are scripted, for the tests of adapters."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.stub import Stubber

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def scripted_client(service: str) -> Iterator[Stubber]:
    """Answers are checked, like the requests, against the service's model; each must be asked for."""
    with Stubber(boto3.client(cast("Any", service), region_name="us-east-1")) as stub:
        yield stub
        stub.assert_no_pending_responses()
