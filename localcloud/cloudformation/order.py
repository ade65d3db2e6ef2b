"""The order in which a template's resources are created.

Guaranteed: what a resource refers to, by Ref, GetAtt, Sub or DependsOn, comes before it. `deployments`
creates it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"\$\{([^!}.]+)(?:\.[^}]*)?\}")


class CircularDependencyError(ValueError):
    """Resources that need each other."""


def creation_order(resources: dict[str, Any]) -> list[str]:
    """The logical ids, each after what it needs. Raises CircularDependencyError."""
    needs = {name: needed(resource, resources) for name, resource in resources.items()}
    done: list[str] = []
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise CircularDependencyError(f"Circular dependency between resources: [{', '.join(path)}]")
        if name not in finished:
            for other in sorted(needs[name]):
                visit(other, (*path, name))
            finished.add(name)
            done.append(name)

    for name in resources:
        visit(name, ())
    return done


def needed(resource: dict[str, Any], resources: dict[str, Any]) -> set[str]:
    """The logical ids that the resource refers to."""
    depends = resource.get("DependsOn", [])
    named = {depends} if isinstance(depends, str) else set(depends)
    return (named | set(_references(resource.get("Properties", {})))) & set(resources)


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401  (any JSON)
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "Ref":
                yield str(one)
            elif name == "Fn::GetAtt":
                yield str(one if isinstance(one, str) else one[0]).split(".")[0]
            elif name == "Fn::Sub":
                text = one if isinstance(one, str) else one[0]
                yield from _PLACEHOLDER.findall(text)
                yield from _references(one)
            else:
                yield from _references(one)
