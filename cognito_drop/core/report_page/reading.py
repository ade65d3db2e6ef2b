"""Reading the summary: what is unknown there (null, or not there at all) is nothing here, never an exception.

A report has to come out of every run, also of one of which hardly anything is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Data: TypeAlias = Mapping[str, Any]


def at(data: Data, *path: str) -> Any:  # noqa: ANN401  # JSON has any type
    """The member at the end of the path, None where there is none."""
    found: Any = data
    for name in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def text(data: Data, *path: str) -> str:
    """The member as text, empty where unknown."""
    found = at(data, *path)
    return "" if found is None else str(found)


def number(data: Data, *path: str) -> int:
    """The member as a whole number, 0 where unknown."""
    found = at(data, *path)
    return int(found) if isinstance(found, int | float) else 0


def seconds(data: Data, *path: str) -> float | None:
    """The member as seconds, None where unknown."""
    found = at(data, *path)
    return float(found) if isinstance(found, int | float) else None


def mapping(data: Data, *path: str) -> Data:
    """The member as an object, empty where unknown."""
    found = at(data, *path)
    return found if isinstance(found, Mapping) else {}


def objects(data: Data, *path: str) -> list[Data]:
    """The objects of the list at the path."""
    return [item for item in _list(data, *path) if isinstance(item, Mapping)]


def texts(data: Data, *path: str) -> list[str]:
    """The texts of the list at the path."""
    return [str(item) for item in _list(data, *path)]


def _list(data: Data, *path: str) -> Sequence[Any]:
    found = at(data, *path)
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()
