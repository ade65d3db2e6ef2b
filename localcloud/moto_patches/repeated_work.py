"""What is the same for every request is worked out once.

moto 5.2.5 lists its own folder and inspects the class of the responses for each request, and reads each timestamp of a
listing as a date that might have any form. That was a third of the CPU of a ListObjectVersions with 60 versions, and a
tenth of that of a GetItem.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from botocore.utils import parse_to_aware_datetime
from moto import backends
from moto.core import responses, serialize
from moto.core.utils import method_names_from_class

if TYPE_CHECKING:
    from datetime import datetime

_MOST_TIMES: Final = 10_000
_modules: Final = backends.list_of_moto_modules


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    backends.list_of_moto_modules = _modules_once
    responses.method_names_from_class = _methods_once  # type: ignore[attr-defined]  # what moto imports
    serialize.parse_to_aware_datetime = _read  # type: ignore[attr-defined]  # what moto imports


@functools.cache
def _modules_once() -> tuple[str, ...]:
    return tuple(_modules())


@functools.cache
def _methods_once(kind: type) -> list[str]:
    return method_names_from_class(kind)


def _read(value: Any) -> datetime:  # noqa: ANN401  (a text, a number or a datetime)
    return _read_once(value) if isinstance(value, str) else parse_to_aware_datetime(value)


@functools.lru_cache(_MOST_TIMES)
def _read_once(text: str) -> datetime:
    return parse_to_aware_datetime(text)
