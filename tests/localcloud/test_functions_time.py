"""Functions live in the cloud's time, with AWS's own runtime client and with ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.localcloud.command import Command, running

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTOR = 1000
CLOCKS = """
import time
from time import time as loaded_early
at_init = time.time()
def handler(event, context):
    begin = time.time()
    time.sleep(event.get("sleep", 0))
    return {
        "init": at_init,
        "begin": begin,
        "early": loaded_early(),
        "nanoseconds": time.time_ns(),
        "end": time.time(),
        "remaining": context.get_remaining_time_in_millis(),
    }
"""


@pytest.fixture(scope="module", params=["awslambdaric", "bootstrap"])
def cloud(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A fast command with each of the runtime clients."""
    flags = ["--clock-factor", str(FACTOR), "--runtime-client", request.param]
    with running(tmp_path_factory.mktemp("cloud"), *flags) as command:
        command.deploy("clocks", CLOCKS, Timeout=900)
        yield command


def _bounds(cloud: Command) -> tuple[float, float]:
    """Cloud time of the first and the last line of the latest invocation."""
    logs = cloud.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/lambda/clocks")["logStreams"]
    answer = logs.get_log_events(logGroupName="/aws/lambda/clocks", logStreamName=stream["logStreamName"])
    times = {event["message"].split()[0]: event["timestamp"] / 1000 for event in answer["events"]}
    return times["START"], times["REPORT"]


def test_a_function_has_the_clouds_time(cloud: Command) -> None:
    """Cold and warm, however far the cloud's clock has run ahead, all times of a function are the cloud's."""
    for number in range(2):
        time.sleep(1)
        seen = cloud.invoke("clocks").payload
        first, last = _bounds(cloud)
        assert first - time.time() > 500 * (number + 1), "the cloud should be well ahead of the machine"
        for moment in (seen["begin"], seen["early"], seen["nanoseconds"] / 1e9, seen["end"]):
            assert first - 0.001 <= moment <= last + 0.001


def test_time_passes_in_a_function_as_it_works(cloud: Command) -> None:
    """A second of work is a second in the function, not a thousand, and a second less is left of its timeout."""
    seen = cloud.invoke("clocks", {"sleep": 1}).payload
    assert 1 <= seen["end"] - seen["begin"] < FACTOR / 2
    assert 1000 * FACTOR / 4 < seen["remaining"] <= 899_000


def test_a_function_has_the_clouds_time_from_its_start(cloud: Command) -> None:
    """A module that is loaded reads the time of the cloud in which its process was started."""
    time.sleep(1)
    cloud.deploy("new-clocks", CLOCKS)
    seen = cloud.invoke("new-clocks").payload
    assert 0 <= seen["begin"] - seen["init"] < FACTOR / 2
