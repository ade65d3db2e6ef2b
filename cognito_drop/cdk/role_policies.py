"""How a role's statements are laid into policies that IAM takes, however many pools they name.

Guarantees inline policies of at most 10,240 characters for a role, customer managed ones of at most 6,144, and at most
ten of these; more is a ConfigError at synthesis. IAM counts no white space. What is known only when the stack is
deployed is taken for as long as it can be.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_iam as iam

from cognito_drop.cdk.cfn import run_after
from cognito_drop.cdk.config_error import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aws_cdk import Stack
    from constructs import Construct

MOST_INLINE = 10_240
MOST_MANAGED = 6_144
MOST_POLICIES = 10

LONGEST_POOL_ID = 70
"""A region of 14 characters, an underline, and what Cognito's API takes behind it: 55 characters."""

_LATER = 1_024
"""Characters that are left to statements which are allowed when their resource is known."""
_DOCUMENT = len('{"Version":"2012-10-17","Statement":[]}')
_LONGEST = {"AWS::Partition": 10, "AWS::Region": 14, "AWS::AccountId": 12, "AWS::StackName": 128, "AWS::URLSuffix": 22}
_UNKNOWN = 255
"""Of a name or an ARN that is given when the stack is deployed."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long statements are at most when they are deployed."""

    stack: Stack
    pool_ids: Collection[str]
    _pools: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._pools.update(json.dumps(self.stack.resolve(pool_id)) for pool_id in self.pool_ids)

    def of(self, statement: iam.PolicyStatement) -> int:
        """Characters of a statement, with the comma behind it."""
        return self._of_json(self.stack.resolve(statement.to_statement_json())) + 1

    def of_resource(self, resource: str) -> int:
        """Characters of one more resource in a list, with the comma behind it."""
        return self._of_json(self.stack.resolve(resource)) + 1

    def _of_json(self, value: Any) -> int:  # noqa: ANN401  (JSON)
        match value:
            case str() | {"Ref": _} | {"Fn::Join": _} | {"Fn::GetAtt": _}:
                return self._of_text(value) + 2
            case dict() if any(name.startswith("Fn::") for name in value):
                return self._of_text(value) + 2
            case dict():
                return sum(len(name) + 4 + self._of_json(each) for name, each in value.items()) + 2
            case list():
                return sum(self._of_json(each) + 1 for each in value) + 2
            case _:
                return len(json.dumps(value))

    def _of_text(self, value: Any) -> int:  # noqa: ANN401  (JSON)
        if json.dumps(value) in self._pools:
            return LONGEST_POOL_ID if not isinstance(value, str) else len(value)
        match value:
            case str():
                return len(value)
            case {"Fn::Join": [str(separator), [*parts]]}:
                return sum(map(self._of_text, parts)) + len(separator) * len(parts)
            case {"Ref": str(name)}:
                return _LONGEST.get(name, _UNKNOWN)
            case _:
                return _UNKNOWN


def allow_role(
    scope: Construct, role: iam.Role, name: str, statements: Sequence[iam.PolicyStatement], sizes: Sizes
) -> list[iam.Policy | iam.ManagedPolicy]:
    """Make a role's policies in the scope: all inline where they fit, otherwise the longest statements in managed ones.

    `name` is the name of the role in the error for too many pools. Raises ConfigError.
    """
    inline, pieces = _laid_out(statements, sizes, name)
    managed = [
        iam.ManagedPolicy(scope, f"Policy{number}", roles=[role], statements=piece)
        for number, piece in enumerate(pieces, 2)
    ]
    policy = iam.Policy(scope, "Policy", roles=[role], statements=inline)
    for each in managed:
        run_after(policy, each)  # what moves out of the inline policy stays allowed meanwhile
    return [policy, *managed]


def _laid_out(
    statements: Sequence[iam.PolicyStatement], sizes: Sizes, name: str
) -> tuple[list[iam.PolicyStatement], list[list[iam.PolicyStatement]]]:
    inline, moved = list(statements), list[iam.PolicyStatement]()
    room = MOST_INLINE - _LATER - _DOCUMENT
    while sum(map(sizes.of, inline)) > room:
        longest = max(inline, key=sizes.of)
        inline.remove(longest)
        moved.append(longest)
    managed = _pieces(moved, sizes)
    if len(managed) > MOST_POLICIES:
        raise ConfigError(
            f"`pools` names {len(sizes.pool_ids)} pools: the role {name} would need {len(managed)} managed policies, "
            f"and IAM lets a role have {MOST_POLICIES}. Move some of the pools to another stack."
        )
    return inline, managed


def _pieces(statements: Sequence[iam.PolicyStatement], sizes: Sizes) -> list[list[iam.PolicyStatement]]:
    pieces: list[list[iam.PolicyStatement]] = []
    left = 0
    for statement in statements:
        frame = sizes.of(statement.copy(resources=["*"]))
        taken: list[str] = []
        for resource in statement.resources:
            size = sizes.of_resource(resource)
            if left < size + (0 if taken else frame):
                if taken:
                    pieces[-1].append(statement.copy(resources=taken))
                    taken = []
                pieces.append([])
                left = MOST_MANAGED - _DOCUMENT
            left -= size + (0 if taken else frame)
            taken.append(resource)
        pieces[-1].append(statement.copy(resources=taken))
    return pieces
