"""Moves the import jobs of a server on without a request.

Readers bring the jobs to the cloud's time themselves; the ticker spreads the work and lets log lines appear. Only a
server starts one: under `mock_aws` no thread is left behind.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from localcloud.cloud import current
from localcloud.cognito_import.models import guard, import_backends

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.cognito_import.models import ImportBackend

_PERIOD: Final = 0.2  # wall seconds between two ticks
_ROWS_AT_ONCE: Final = 2_000  # what readers wait for at most before it is their lock
_YIELD: Final = 0.001  # wall seconds in which a waiting reader gets the lock

log = logging.getLogger(__name__)


def start_ticker() -> None:
    """Move the jobs of the current cloud on in a thread that ends with the cloud."""
    cloud = current()
    thread = threading.Thread(target=_run, args=(cloud,), name="cognito-import-ticker", daemon=True)
    thread.start()
    cloud.endings.callback(thread.join)


def _run(cloud: Cloud) -> None:
    while not cloud.clock.wait(cloud.ending, _PERIOD * cloud.clock.factor):
        for account in list(import_backends.values()):
            for backend in list(account.values()):
                _tick(backend, cloud.ending)


def _tick(backend: ImportBackend, ending: threading.Event) -> None:
    try:
        while _advance(backend) and not ending.wait(_YIELD):
            pass
    except Exception:  # the thread must outlive a job that breaks it; readers of that job meet the same error
        log.exception("The import jobs of %s could not be moved on.", backend.region_name)


def _advance(backend: ImportBackend) -> bool:
    with guard:
        return backend.advance(_ROWS_AT_ONCE)
