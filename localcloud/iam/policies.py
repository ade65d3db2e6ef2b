"""The policy language: what the statements of policies say to a question.

Guarantees Effect, Action, NotAction, Resource, NotResource, Condition and wildcards; an explicit deny wins. moto's own
evaluator knows no conditions, takes `.` for any character and ignores `?`. Whose policies are asked, and whom a
statement's Principal means, is left to those who ask.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import enum
import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localcloud.iam.conditions import hold
from localcloud.iam.patterns import as_list, matches, matches_arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Statement = dict[str, Any]


class Verdict(enum.Enum):
    """What policies say."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "no statement allows it"
    DENIED = "a statement denies it"


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done?"""

    action: str
    """Such as `s3:GetObject`, in any case."""
    resource: str | None
    """An ARN, or `*` for an action that has none; None where policies name no resource, as trust policies do."""
    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys in lower case."""


def verdict(statements: Iterable[Statement], question: Question) -> Verdict:
    """What the statements say together."""
    effects = {statement["Effect"] for statement in statements if _speaks_of(statement, question)}
    if "Deny" in effects:
        return Verdict.DENIED
    return Verdict.ALLOWED if "Allow" in effects else Verdict.NOT_ALLOWED


@functools.lru_cache(maxsize=512)
def statements_of(document: str) -> tuple[Statement, ...]:
    """The statements of a policy's JSON."""
    return tuple(as_list(json.loads(document).get("Statement")))


def concerns(statement: Statement, question: Question) -> bool:
    """Whether the statement is about the action and the resource, whatever its conditions are."""
    return _names_action(statement, question.action) and (
        question.resource is None or _names_resource(statement, question.resource)
    )


def _speaks_of(statement: Statement, question: Question) -> bool:
    return concerns(statement, question) and hold(
        statement.get("Condition") or {}, question.context, strict=statement["Effect"] == "Allow"
    )


def _names_action(statement: Statement, action: str) -> bool:
    def among(patterns: object) -> bool:
        return any(matches(str(pattern), action, ignore_case=True) for pattern in as_list(patterns))

    return not among(statement["NotAction"]) if "NotAction" in statement else among(statement.get("Action"))


def _names_resource(statement: Statement, resource: str) -> bool:
    def among(patterns: object) -> bool:
        return any(matches_arn(str(pattern), resource) for pattern in as_list(patterns))

    return not among(statement["NotResource"]) if "NotResource" in statement else among(statement.get("Resource"))
