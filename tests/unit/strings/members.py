"""Each member of a JSON value, and what changes without it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_Json: TypeAlias = Any


def by_member(
    title: str,
    value: _Json,
    said: Callable[[_Json], Mapping[str, str]],
    *,
    damaged: _Json = None,
    kept: Sequence[str] = (),
) -> Iterator[str]:
    """The lines of what is said of the value, then of each member what changes without it, and with the damaged value.
    Members that are kept are always there."""
    whole = said(value)
    yield from (f"[{title}]", *(f"{name} = {text}" for name, text in whole.items()), "")
    for path in (path for path in _paths(value) if path[0] not in kept):
        yield f"without {'.'.join(map(str, path))}: {_changes(whole, said(_without(value, path)))}"
    for name in [name for name in value if name not in kept] if damaged is not None else []:
        yield f"damaged {name}: {_changes(whole, said({**value, name: damaged}))}"
    yield ""


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if len(after) == 1:
        return "".join(f"only {name} = {text}" for name, text in after.items())
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(f"{name} = {after.get(name, 'nothing')}" for name in changed) or "no change"


def _paths(value: _Json, above: Sequence[str | int] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, found in inner:
        yield (*above, name)
        yield from _paths(found, (*above, name))


def _without(value: _Json, path: Sequence[str | int]) -> _Json:
    made = copy.deepcopy(value)
    place = made
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return made
