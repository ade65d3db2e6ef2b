"""The state that travels through a run's execution: plain JSON with ids, counts and reasons, never a row's value.

Every function gets the whole state and answers with the piece that is its own; the names are spelled here and in the
workflow's definition. A KeyError means that the two were not deployed together.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambdas.core.drop import Drop
from lambdas.core.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Mapping


def drop_in(state: Mapping[str, Any]) -> Drop:
    """The drop that the execution was started with."""
    return Drop(state["bucket"], state["key"], state["version_id"])


_OWN_ERRORS = frozenset({"TransientError", "RefusedError", "UnexpectedError"})


def error_in(state: Mapping[str, Any]) -> str:
    """Why the run ended early, from what the workflow has caught; empty when it did not.

    Only the functions' own errors are quoted: they are known to hold no value.
    """
    caught = state.get("error")
    if caught is None:
        return ""
    name = str(caught["Error"])
    return f"{name}: {json.loads(caught['Cause'])['errorMessage']}" if name in _OWN_ERRORS else name


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """`$.file`: what preflight says of a drop."""

    pool_id: str = ""
    rows: int = 0
    problem: Problem | None = None

    def to_json(self) -> dict[str, Any]:
        """The piece that preflight answers with."""
        return {"usable": self.problem is None, **asdict(self)}

    @classmethod
    def in_state(cls, state: Mapping[str, Any]) -> CheckedFile:
        """Read `$.file`; an empty one where preflight did not come to an answer."""
        piece = state.get("file")
        if piece is None:
            return cls()
        problem = piece["problem"]
        return cls(
            piece["pool_id"],
            piece["rows"],
            Problem(ProblemCode(problem["code"]), problem["sentence"], problem["hint"]) if problem else None,
        )


@dataclass(frozen=True, slots=True)
class JobProgress:
    """`$.job`: what start_import and check_import say of the import job."""

    job_id: str
    status: str
    """Cognito's word, or `Waiting` while Cognito does not start it."""
    wait_seconds: int
    done: int = 0

    WAITING: ClassVar = "Waiting"

    def to_json(self) -> dict[str, Any]:
        """The piece that the two functions answer with."""
        return asdict(self)

    @classmethod
    def in_state(cls, state: Mapping[str, Any]) -> JobProgress:
        """Read `$.job`."""
        piece = state["job"]
        return cls(piece["job_id"], piece["status"], piece["wait_seconds"], piece["done"])
