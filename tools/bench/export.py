"""How long an export of many users takes: the work of the command for each page is measured, the rest reckoned.

The client is boto3's own; its answers are made here. `python -m tools.bench.export --users 100000` measures less.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import resource
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.cli.export_json import USERS
from cognito_drop.cli.export_state import ExportState
from cognito_drop.cli.export_work import write_records
from cognito_drop.cli.pool_listing import PoolListing
from cognito_drop.cli.pool_users import RATE
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.lookup import PAGE, pages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_POOL = "eu-west-1_Benchmark"
_ANSWERS = (0.03, 0.06, 0.1)
"""Seconds after which Cognito may answer."""


class _Unpaced:
    """No call waits: the rate is reckoned."""

    rate = CallRate(1_000_000)

    def take(self, calls: int, *, now: float, until: float) -> Any:  # noqa: ANN401  (slots)
        del until
        return self.rate.slots(0.0, now, calls)


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.export", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    users = parser.parse_args().users
    with TemporaryDirectory() as name:
        listing, writing, size = _measured(Path(name), users)
    pages = pages_of(users)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{users:,} users, {pages:,} pages: {1000 * listing / pages:.1f} ms of work a page, {writing:.0f} s to write")
    print(f"{USERS}: {size / 1e6:,.0f} MB; memory at most {memory:,.0f} MB")
    for answer in _ANSWERS:
        seconds = pages * max(1 / RATE.per_second, answer + listing / pages) + writing
        print(f"answers after {1000 * answer:.0f} ms: {seconds / 60:.1f} minutes at {RATE.per_second} calls a second")


def _measured(folder: Path, users: int) -> tuple[float, float, int]:
    """CPU seconds of listing and of writing, and the bytes of the file."""
    client = boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",  # noqa: S106  (none)
    )
    pages, made = itertools.count(1), _Answers(users)
    client.meta.events.register("before-send.cognito-idp.ListUsers", lambda **_: made.page(next(pages)))
    searches = UserSearches(UserDirectory(client), _Unpaced(), time.time, time.sleep, random.random)
    context: Any = SimpleNamespace(messages=SimpleNamespace(working=_silent))
    with ExportState(folder / "state.sqlite") as state:
        before = time.process_time()
        PoolListing(context, _POOL, state, searches, searches).take_users(users)
        listing = time.process_time() - before - made.seconds
        before = time.process_time()
        write_records(folder, USERS, state.users())
        return listing, time.process_time() - before, (folder / USERS).stat().st_size


class _Answers:
    """Pages as Cognito sends them. `seconds` of making them are none of the command's."""

    def __init__(self, users: int) -> None:
        self._users, self.seconds = users, 0.0

    def page(self, number: int) -> AWSResponse:
        before = time.process_time()
        numbers = range((number - 1) * PAGE, min(number * PAGE, self._users))
        document: dict[str, Any] = {"Users": [_user(each) for each in numbers]}
        if number < math.ceil(self._users / PAGE):
            document["PaginationToken"] = f"page-{number + 1}"
        content = json.dumps(document).encode()
        headers = {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(content))}
        self.seconds += time.process_time() - before
        return AWSResponse("https://cognito-idp.eu-west-1.amazonaws.com/", 200, headers, _Body(content))


def _user(number: int) -> dict[str, Any]:
    name = f"user{number:07}"
    attributes = {
        "sub": str(uuid.UUID(int=number)),
        "email": f"{name}@example.com",
        "email_verified": "true",
        "given_name": "Ada",
        "family_name": f"Byron {number}",
        "custom:plan": "free",
    }
    return {
        "Username": name,
        "Attributes": [{"Name": key, "Value": value} for key, value in attributes.items()],
        "UserCreateDate": 1_770_000_000 + number / 7,
        "UserLastModifiedDate": 1_770_000_000 + number / 7,
        "Enabled": True,
        "UserStatus": "CONFIRMED",
    }


@contextmanager
def _silent(_: str) -> Iterator[Any]:
    yield lambda _: None


if __name__ == "__main__":
    main()
