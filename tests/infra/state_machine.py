"""The state machine of the template as plain data: its definition with readable names, and its graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.infra.template import Json, StackTemplate

FUNCTIONS = (
    "preflight",
    "import_queue",
    "start_import",
    "check_import",
    "collect_part",
    "stop_import",
    "add_members",
    "report_run",
)
"""Those that the states call; accept_drop and the sweep start executions from outside."""
NOTE_IDS = "note_ids"
"""The one that only a stack has in which a pool asks for it."""
UNDO_USERS = "undo_users"
"""The one that only a stack has with a pool whose imports can be undone, and its own state machine calls."""
ENDS = ("Succeed", "Fail")


def called_in(stack: StackTemplate) -> tuple[str, ...]:
    """The functions that the states of a stack call."""
    return (*FUNCTIONS, NOTE_IDS) if stack.has_function(NOTE_IDS) else FUNCTIONS


def definition(stack: StackTemplate, names: Mapping[str, str]) -> Json:
    """The definition in which each reference to a resource is replaced by the name for its logical id."""
    machine = stack.one("AWS::StepFunctions::StateMachine").properties
    parts = machine["DefinitionString"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else _name(part, names) for part in parts)
    found: Json = json.loads(text)
    return found


def readable_names(stack: StackTemplate) -> dict[str, str]:
    """A word for each resource that the definition refers to."""
    return {
        **{stack.function(folder).logical_id: f"<{folder}>" for folder in called_in(stack)},
        stack.one("AWS::SNS::Topic").logical_id: "<topic>",
        stack.one("AWS::DynamoDB::Table").logical_id: "<ledger>",
    }


def _name(reference: Json, names: Mapping[str, str]) -> str:
    logical_id = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
    return "aws" if logical_id == "AWS::Partition" else names[logical_id]


def followers(state: Json) -> Iterator[str]:
    """The names of the states that may come after one."""
    for place in (state, *state.get("Choices", []), *state.get("Catch", [])):
        if "Next" in place:
            yield place["Next"]
    if "Default" in state:
        yield state["Default"]


def reachable(machine: Json, start: str, without: str = "") -> set[str]:
    """The states that a run may come to from one, that one included, when it does not pass another."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in found and name != without:
            found.add(name)
            ahead.extend(followers(machine["States"][name]))
    return found


def ends(machine: Json) -> set[str]:
    """The states in which an execution ends."""
    return {name for name, state in machine["States"].items() if state["Type"] in ENDS or state.get("End")}


def successes(machine: Json) -> set[str]:
    """The states in which an execution ends well."""
    return {name for name in ends(machine) if machine["States"][name]["Type"] != "Fail"}


def values(choice: Json) -> dict[str, set[Any]]:
    """For each state that a choice leads to, the values that lead there."""
    found: dict[str, set[Any]] = {}
    for rule in choice["Choices"]:
        for test in rule.get("Or", [rule]):
            compared = {value for key, value in test.items() if key.endswith("Equals")}
            found.setdefault(rule["Next"], set()).update(compared)
    return found
