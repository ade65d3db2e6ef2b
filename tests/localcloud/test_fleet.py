"""How the environments of functions end with their cloud."""

from __future__ import annotations

import time
from queue import SimpleQueue
from threading import Event, Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from localcloud.cloud import Cloud
from localcloud.functions import fleet
from localcloud.functions.environment import Environment
from localcloud.functions.fleet import Fleet
from localcloud.functions.invocation import Request
from tests.patience import PATIENCE

if TYPE_CHECKING:
    import pytest


class _Busy:
    """An environment that serves one invocation until it dies."""

    def __init__(self, *_: object) -> None:
        self.definition, self.access_key_id, self.is_alive = None, "key", True
        self.began, self.died = Event(), Event()
        self.said: list[str] = []
        _Busy.made = self

    made: _Busy

    def invoke(self, *_: object) -> SimpleNamespace:
        self.began.set()
        assert self.died.wait(PATIENCE)
        self.said.append("invocation over")
        return SimpleNamespace(error_type="Runtime.ExitError")

    def die(self) -> None:
        self.died.set()

    def close(self) -> None:
        self.said.append("closed")


def test_a_runtime_that_is_ready_before_the_first_invocation_has_an_init() -> None:
    """Its process may be faster than the thread that has started it; later invocations have none."""
    environment: Any = Environment.__new__(Environment)
    api = SimpleNamespace(is_ready=Event(), answers=SimpleQueue())
    api.is_ready.set()
    process = SimpleNamespace(exit_status=lambda: None)
    vars(environment).update(_has_been_invoked=False, _started=time.perf_counter(), _api=api, _process=process)
    for is_first in (True, False):
        vars(environment).update(_init_duration=None)
        environment._await_init()  # noqa: SLF001  (the seam)
        assert (vars(environment)["_init_duration"] is not None) is is_first


def test_a_cloud_that_ends_lets_an_invocation_find_out_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the invocation uses is closed after it, so that it does not fail on it."""
    monkeypatch.setattr(fleet, "Environment", _Busy)
    environments = Fleet(cloud := Cloud())
    definition: Any = SimpleNamespace(key=("account", "region", "name"), name="name", arn="arn")
    invocation = Thread(target=environments.invoke, args=(definition, Request(b"{}"), None), daemon=True)
    invocation.start()
    while not hasattr(_Busy, "made"):
        invocation.join(0.01)
    assert _Busy.made.began.wait(PATIENCE)
    cloud.close()
    invocation.join(PATIENCE)
    assert _Busy.made.said == ["invocation over", "closed"]
