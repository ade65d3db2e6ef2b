"""The order in which a template's resources are created.

Guaranteed: what a resource refers to, by Ref, GetAtt, Sub or DependsOn, comes before it. `deployments`
creates it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"\$\{([^!}.]+)(?:\.([^}]*))?\}")


class CircularDependencyError(ValidationError):
    """Resources that need each other."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(message=f"Circular dependency between resources: [{', '.join(path)}]")


def creation_order(resources: dict[str, Any]) -> list[str]:
    """The logical ids, each after what it needs. Raises CircularDependencyError."""
    needs = {name: needed(resource, resources) for name, resource in resources.items()}
    done: list[str] = []
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise CircularDependencyError(path)
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
    return (named | {name for name, _ in references(resource.get("Properties", {}))}) & set(resources)


def references(value: Any) -> Iterator[tuple[str, str | None]]:  # noqa: ANN401  (any JSON)
    """What a part of a template refers to: names, with the attribute where it is one of a resource."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "Ref":
                yield str(one), None
            elif name == "Fn::GetAtt":
                resource, *attribute = one.split(".", 1) if isinstance(one, str) else map(str, one)
                yield resource, ".".join(attribute)
            elif name == "Fn::Sub":
                text = one if isinstance(one, str) else one[0]
                for resource, attribute in _PLACEHOLDER.findall(text):
                    yield resource, attribute or None
                yield from references(one)
            else:
                yield from references(one)
