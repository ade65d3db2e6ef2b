"""A small reading of IAM's policy language: does a set of statements allow an action?

Read are Effect, Principal (services), Action, NotAction, Resource, NotResource and wildcards; an explicit deny wins. A
statement with a Condition is read as if it had none, but for what `has_condition` says: what its context would be is
Cognito's business.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Statement = Mapping[str, Any]


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy, of which there may be one without a list."""
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def trusting(found: Iterable[Statement], service: str) -> list[Statement]:
    """The statements that let a service assume the role."""
    return [
        statement
        for statement in found
        if statement.get("Effect") == "Allow"
        and _names_service(statement.get("Principal"), service)
        and _is_about(statement, "sts:AssumeRole", None)
    ]


def is_allowed(found: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether the action is allowed on the resource, and denied by none."""
    effects = {statement.get("Effect") for statement in found if _is_about(statement, action, resource)}
    return effects == {"Allow"}


def has_condition(found: Iterable[Statement]) -> bool:
    """Whether all of these depend on conditions."""
    return all(statement.get("Condition") for statement in found)


def _is_about(statement: Statement, action: str, resource: str | None) -> bool:
    if "NotAction" in statement:
        about_action = not _matches(statement["NotAction"], action.lower(), is_action=True)
    else:
        about_action = _matches(statement.get("Action", []), action.lower(), is_action=True)
    if resource is None or not about_action:
        return about_action
    if "NotResource" in statement:
        return not _matches(statement["NotResource"], resource)
    return _matches(statement.get("Resource", []), resource)


def _names_service(principal: object, service: str) -> bool:
    if principal == "*":
        return True
    return isinstance(principal, dict) and service in _as_list(principal.get("Service", []))


def _matches(patterns: object, value: str, *, is_action: bool = False) -> bool:
    """`*` is any text and `?` any character; case does not count in actions."""
    return any(
        re.fullmatch(_expression(pattern.lower() if is_action else pattern), value, re.DOTALL)
        for pattern in _as_list(patterns)
    )


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _as_list(value: object) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
