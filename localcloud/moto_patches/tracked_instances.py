"""What is deleted, replaced, or received is not kept.

moto 5.2.5 keeps a reference to every instance of its models until all is reset, for its dashboard: each message, item,
object, and log event that there ever was. Memory grew with all that had been done.
"""

from __future__ import annotations

from typing import Any

from moto.core.common_models import BaseModel


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    BaseModel.__new__ = _untracked  # type: ignore[method-assign]


def _untracked(cls: type[BaseModel], *_: Any, **__: Any) -> BaseModel:  # noqa: ANN401  (whatever a model takes)
    return object.__new__(cls)
