"""The members of the output of `--output json`; docs/schemas/command-1.json is generated from these types.

The docstring of a member is its description in the schema. A change that breaks readers raises `SchemaVersion`.
"""

from __future__ import annotations

from typing import Annotated, Final, NotRequired, TypedDict

from cognito_drop.cli.deployment_json import DoctorJson, JobsJson, PauseJson
from cognito_drop.cli.errors import ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.export_json import ExportJson
from cognito_drop.cli.file_json import CheckJson, DropsJson, MapJson, TemplateJson
from cognito_drop.cli.run_json import (
    ContinueJson,
    FindJson,
    IdsJson,
    RepairJson,
    ResultsJson,
    RunsJson,
    StatusJson,
    StopJson,
    VerifyJson,
    WatchJson,
)
from cognito_drop.cli.undo_json import UndoCommandJson
from cognito_drop.core.text.json_types import Keywords, SchemaVersion


class ErrorJson(TypedDict):
    """Why the command could not do what was asked."""

    code: Annotated[str, ErrorCode]
    """A stable code."""
    message: str
    """A sentence."""
    hint: str
    """What to do; may be empty."""


class EnvelopeJson(TypedDict):
    """One object on stdout, for results and errors alike. Members may be added without a new schema_version, so readers
    ignore members that they do not know."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    command: str
    """cognito-drop: the call named no command."""
    ok: bool
    """Whether the command did what was asked: then there is `data`, otherwise `error`. The outcome of a run is in
    `exit_code` and in `data`."""
    exit_code: Annotated[int, ExitCode]
    """The exit code of the process; docs/operate.md lists them."""
    error: NotRequired[ErrorJson]
    data: NotRequired[dict[str, object]]
    """The result of the command."""


class CompletionJson(TypedDict):
    """`completion`: the completion script of a shell."""

    shell: Annotated[str, Keywords(enum=["bash", "zsh", "fish"])]
    """The shell."""
    script: str
    """The script, to be sourced."""


DATA: Final = {
    "template": TemplateJson,
    "check": CheckJson,
    "map": MapJson,
    "drop": DropsJson,
    "retry": DropsJson,
    "runs": RunsJson,
    "status": StatusJson,
    "watch": WatchJson,
    "results": ResultsJson,
    "find": FindJson,
    "verify": VerifyJson,
    "ids": IdsJson,
    "undo": UndoCommandJson,
    "export": ExportJson,
    "stop": StopJson,
    "continue": ContinueJson,
    "repair": RepairJson,
    "pause": PauseJson,
    "resume": PauseJson,
    "jobs": JobsJson,
    "doctor": DoctorJson,
    "completion": CompletionJson,
}
"""The `data` of each command."""
