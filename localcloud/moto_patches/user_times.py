"""Users, groups, and pools are stamped in cloud time, with which an import stamps the users that it creates.

moto 5.2.5 stamps them with the time of the machine: a user who was changed after the import would have been changed
before the creation.
"""

from __future__ import annotations

from typing import Any

from moto.cognitoidp import models

from localcloud.moto_patches.object_times import cloud_time


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    patched: Any = models
    patched.utcnow = cloud_time
