"""Objects and buckets are stamped in cloud time.

moto 5.2.5 stamps them with the time of the machine, which cloud time leaves behind: what looks for the newest objects
by a time of its own finds none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.s3 import models

from localcloud.cloud import current


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    patched: Any = models
    patched.utcnow = cloud_time


def cloud_time() -> datetime:
    """Cloud time, without a zone as in moto."""
    return datetime.fromtimestamp(current().clock.now(), UTC).replace(tzinfo=None)
