"""Steps of other people's in the workflow: what they are given, what comes of them, and what they need to be allowed.

A hook is a chain of Step Functions states. It is put into a Parallel state with one branch, which gives it the run's
whole state, throws its answer away and has its failure as its own. A Parallel of CDK's cannot be asked for the
permissions of what is in it; so it is written out here, from a graph that can.

Guarantees that no name of a hook's states is one of the workflow's or of the other hook: Step Functions takes each
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_stepfunctions as sfn

from cognito_drop.cdk.config_error import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_iam as iam
    from constructs import Construct

BEFORE_IMPORT, AFTER_REPORT = "Before import", "After report"


@dataclass(frozen=True, slots=True)
class Hook:
    """A chain in the workflow."""

    state: sfn.CustomState
    """The state that holds the chain."""
    names: frozenset[str]
    """The names of the chain's own states, however deep."""
    statements: tuple[iam.PolicyStatement, ...]
    """What the chain's tasks ask to be allowed."""


def hook(scope: Construct, name: str, chain: sfn.IChainable) -> Hook:
    """Put a chain into a state of this name."""
    graph = sfn.StateGraph(chain.start_state, name)
    branch: Any = graph.to_graph_json()
    state = sfn.CustomState(
        scope, name, state_json={"Type": "Parallel", "Branches": [branch], "ResultPath": sfn.JsonPath.DISCARD}
    )
    return Hook(state, frozenset(_names(branch)), tuple(graph.policy_statements))


def check_names(scope: Construct, *hooks: Hook) -> None:
    """Raise ConfigError for a name that comes twice among the states of the scope and those of the hooks."""
    taken = {child.state_id for child in scope.node.children if isinstance(child, sfn.State)}
    for one in hooks:
        if twice := sorted(taken & one.names):
            raise ConfigError(f"The hook {one.state.state_id!r} has a state {twice[0]!r}: the name is already in use.")
        taken |= one.names


def _names(value: object) -> Iterator[str]:
    """The names of the states in a definition, and in those within it."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "States" and isinstance(member, dict):
                yield from member
            yield from _names(member)
    elif isinstance(value, list):
        for member in value:
            yield from _names(member)
