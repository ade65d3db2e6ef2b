"""What each command writes to a terminal of a width: the real commands, with sample values in place of AWS."""

from __future__ import annotations

import importlib
import json
from contextlib import ExitStack, chdir
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import MagicMock, patch

from click.testing import CliRunner

from cognito_drop.aws.user_directory import PoolUser
from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor.finding import error, warning
from cognito_drop.cli.export_json import NOTES
from cognito_drop.cli.import_jobs import ListedJob
from cognito_drop.cli.main import main
from cognito_drop.cli.pool_comparison import Compared
from cognito_drop.cli.pool_source import PoolSource
from cognito_drop.cli.run_results import ResultFile
from cognito_drop.cli.run_search import FoundRows, RowEnd
from cognito_drop.cli.run_view import RunView, recorded
from cognito_drop.contract.statuses import HoldReason, JobStatus, Outcome, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.runs.repair import FoundRun
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason
from cognito_drop.core.undo.undo_record import UndoCounts, UndoOutcome, UndoPlan, UndoProgress, UndoRecord
from tests.summaries import FILES, partly_imported
from tests.unit.samples import checked, job

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTHS: Final = (60, 80, 120)
FILE: Final = "export-of-all-employees-2026-11-24.csv"
_ALIAS: Final = "employees-of-europe"
_BUCKET: Final = "cognito-drop-dropzonebucket6b473318-qwloto0x7zwa"
_POOL: Final = ServedPool(_ALIAS, PoolSettings("eu-central-1_AbCdEf123", groups={"staff": {}}))
_AT: Final = "2026-11-24T10:00:00+00:00"
_COMMANDS: Final = "cognito_drop.cli.commands"
_HEADER: Final = ["cognito:username", "name", "given_name", "email", "email_verified", "cognito:mfa_enabled"]
_USER_POOL: Final[dict[str, Any]] = {"Name": "people", "AutoVerifiedAttributes": ["email"], "SchemaAttributes": []}
_SOURCE: Final = PoolSource("The user pool", _USER_POOL, _HEADER)
_CSV: Final = (
    "cognito:username,email,email_verified\nada,ada at example.com,true\ngrace,grace@example.com,false\n"
    "mary,mary@example.com,true\n"
)
_STAFF: Final = "Personalnummer;Name;Vorname;E-Mail (dienstlich);Abteilung\n4711;Canary;Ann;ann@example.com;Kitchen\n"


def _run(version: str, state: RunState, **changes: Any) -> RunRecord:  # noqa: ANN401  # fields have many types
    drop = Drop(_BUCKET, f"inbox/{_ALIAS}/{FILE}", version)
    return RunRecord(drop, state, _AT, size=9_184_222, dropped_by="AROAEXAMPLE:ada@example.com", **changes)


_FILE: Final = checked(200, 89_746, rows=90_000, rejected=54, first_part=FirstPart("5%", 60))
_OVER: Final = {"file": _FILE, "ended_at": "2026-11-24T11:01:31+00:00", "pool_id": _POOL.id}
_WAITING: Final = _run("1", RunState.WAITING, file=_FILE)
_IMPORTING: Final = _run("2", RunState.IMPORTING, file=_FILE, pool_id=_POOL.id)
_PARTLY: Final = _run(
    "3", RunState.ENDED, outcome=Outcome.PARTLY_IMPORTED, rows=RowAccount(1000, 934, 5, 7, 54), **_OVER
)
_IMPORTED: Final = _run("4", RunState.ENDED, outcome=Outcome.IMPORTED, rows=RowAccount(90_000, 90_000), **_OVER)
_HELD: Final = _run(
    "5", RunState.WAITING, file=_FILE, hold=Hold(HoldReason.FIRST_PART),
    parts={1: PartJob("import-1", 1, uploaded=True, status=JobStatus.SUCCEEDED, counts=JobCounts(160, 0, 40))},
)  # fmt: skip
_RUNS: Final = {run.short_id: run for run in (_WAITING, _IMPORTING, _PARTLY, _IMPORTED, _HELD)}


def _view(run: RunRecord) -> RunView:
    view = recorded(run)
    if run is _IMPORTING:
        return replace(view, counts=JobCounts(12_000, 34, 5), rate=25.0)
    if run is _PARTLY:
        return replace(view, summary=partly_imported())
    return replace(view, position=12) if run is _WAITING else view


class _Pauses:
    def add(self, _alias: str, _since: str) -> bool:
        return True

    def remove(self, _alias: str) -> bool:
        return False

    def all(self) -> dict[str, str]:
        return {_ALIAS: _AT}


def _context(*_chosen: object) -> Any:  # noqa: ANN401  # a context of which commands see what they read
    ledger = SimpleNamespace(
        run=_RUNS.__getitem__,
        find=lambda run_id: _RUNS[run_id[:8]],
        full_id=lambda given: _RUNS[given].run_id,
        runs=lambda *_, **__: list(_RUNS.values()),
        undo=lambda given: _UNDONE if given == _UNDO.short_id else None,
        undos=lambda **_: [_UNDONE],
        refuse_undo=lambda _: None,
    )
    deployment = SimpleNamespace(
        stack="cognito-drop", region="eu-central-1", bucket=_BUCKET, pools={_ALIAS: _POOL}, pool=lambda _: _POOL,
        undo_machine="arn:undo",
        execution_arn="arn:aws:states:eu-central-1:123456789012:execution:ImportUsersStateMachine:{}".format,
    )  # fmt: skip
    return SimpleNamespace(
        stack="cognito-drop", messages=ConsoleMessages(), ledger=ledger, deployment=deployment, aws=MagicMock(),
        undos_of=lambda run_ids: [_UNDONE] if _UNDONE.plan.run_id in set(run_ids) else [],
        viewer=SimpleNamespace(ledger=ledger, view=_view), pauses=_Pauses(), from_any_shell=str,
    )  # fmt: skip


def _found(run: RunRecord) -> FoundRows:
    view = _view(run)
    end = RowEnd(
        "rejected", "email_invalid", "email is not a valid email address.", "Use a form such as ada@example.com."
    )
    return FoundRows(view, {} if run is not _PARTLY else {12_345: end, 23_456: RowEnd(None)}, "lines", has_more=False)


def _source_of_run(*_: object) -> PoolSource:
    return replace(_SOURCE, live_pool=_POOL.id)


def _nothing(*_: object) -> None:
    """What is written to files is not on the screen."""


def _jobs(*_: object) -> tuple[list[ListedJob], bool]:
    done = job("InProgress", 1200, 34, 5, job_id="import-AbCdEf1234")
    return [ListedJob(done, _IMPORTING.run_id, 2), ListedJob(done, "", 0)], False


def _broken(*_: object, **__: object) -> dict[str, Any]:
    found = FoundRun(
        _IMPORTING.run_id, "resume", holds_lock=True, state="importing", execution="e-2", execution_status="FAILED"
    )
    return found.to_json()


_CHECKS: Final = {
    "resources": (
        "everything in the stack is as it was deployed",
        lambda _: [
            error(
                "resource_gone",
                f"The rule cognito-drop-UploadsRule-1A2B3C4D5E6F of the stack is gone, and {_BUCKET} sends to it.",
                "Restore it with a change set that deploys the same template again:",
                command="aws cloudformation create-change-set --stack-name cognito-drop --use-previous-template",
            )
        ],
    ),
    "key": ("the key is enabled", lambda _: []),
    "jobs": (
        "the pools have import jobs left",
        lambda _: [warning("few_jobs", f"{_ALIAS}: 998 of 1,000 import jobs are used.", "Delete the pool, or wait.")],
    ),
}
"""Checks of `doctor` with their findings."""
_EXPORTED: Final = ("users.ndjson", "users.csv")
_COMPARED: Final = ("ids", "verify")
"""Commands that read the file of a run again."""
_MANIFEST: Final = {
    "pool_id": _POOL.id, "notes": NOTES, "csv_left_out": {"disabled": 12, "of other identity providers": 3},
    "counts": {"users": 90_000, "disabled": 12, "external_provider": 3, "groups": 4, "memberships": 12_000},
    "files": [{"name": name, "sha256": "", "records": 90_000, "bytes": 31_234_567} for name in _EXPORTED],
}  # fmt: skip
_UNDO: Final = UndoPlan(
    _PARTLY.run_id, _BUCKET, _ALIAS, _POOL.id, "v7", 934, ImportedBy((), sends_hashes=False), UndoChoices()
)
_LEFT: Final = {UndoReason.PASSWORD_SET: 31, UndoReason.CHANGED: 2, UndoReason.GONE: 1}
_UNDONE: Final = UndoRecord(
    _UNDO, _AT, progress=UndoProgress(deleted=900, reasons=_LEFT), outcome=UndoOutcome.PARTLY_UNDONE, ended_at=_AT
)


def _undoing(*_: object) -> Any:  # noqa: ANN401  # an undo that nothing was done for yet
    return SimpleNamespace(
        found=lambda: None, preview=lambda: UndoCounts(900, _LEFT), start=lambda _: "arn", follow=lambda *_: _UNDONE
    )


_RESULTS: Final = [ResultFile(name, 1982, f"{_PARTLY.results}{name}") for name in FILES]
_TARGETS: Final[dict[str, Any]] = {
    "cognito_drop.cli.base_command.Context": _context,
    "cognito_drop.cli.console_messages._PATIENCE": 3600.0,  # what is said of slow work depends on the machine
    "cognito_drop.cli.drop_check.served_pool": lambda *_: _SOURCE,
    "cognito_drop.cli.uploads.DropZone.upload": lambda zone, _, name, __: Drop(zone.bucket, zone.key(name), "6"),
    "cognito_drop.cli.uploads.DropZone.copy": lambda zone, _, name: Drop(zone.bucket, zone.key(name), "6"),
    f"{_COMMANDS}.template.served_pool": lambda *_: _SOURCE,
    f"{_COMMANDS}.results.result_files": lambda *_: (_RESULTS, 0),
    f"{_COMMANDS}.results.download_files": _nothing,
    f"{_COMMANDS}.retry.retry_file": lambda *_, **__: _RESULTS[-1],
    f"{_COMMANDS}.find.RunSearch": lambda *_: SimpleNamespace(rows=_found),
    f"{_COMMANDS}.find.users_with": lambda *_: [
        PoolUser("ada", "email", "RESET_REQUIRED", True, datetime.fromisoformat(_AT))
    ],
    f"{_COMMANDS}.jobs._newest": _jobs,
    f"{_COMMANDS}.stop.ask_sweep": lambda *_, **__: {"stopped": True},
    f"{_COMMANDS}.stop._is_resumed": lambda *_: False,
    f"{_COMMANDS}.continue_run.ask_sweep": lambda *_, **__: {"continued": True},
    f"{_COMMANDS}.repair.ask_sweep": _broken,
    f"{_COMMANDS}.doctor.CHECKS": _CHECKS,
    f"{_COMMANDS}.doctor.sign_in_notes": lambda _: {_ALIAS: ["Users sign in with a code that is sent by email."]},
    **dict.fromkeys([f"{_COMMANDS}.{name}.source_of_run" for name in _COMPARED], _source_of_run),
    **dict.fromkeys([f"{_COMMANDS}.{name}._take_{what}" for name in _COMPARED for what in ("file", "pool")], _nothing),
    f"{_COMMANDS}.ids._write": _nothing,
    f"{_COMMANDS}.verify.PoolComparison.result": lambda _: Compared(934, 12, 34, {"custom:department": 30, "name": 9}),
    f"{_COMMANDS}.undo._plan": lambda *_: _UNDO,
    f"{_COMMANDS}.undo.Undoing": _undoing,
    f"{_COMMANDS}.export._Export.files": lambda _: _MANIFEST,
    f"{_COMMANDS}.export.write_document": lambda *_: {"sha256": ""},
    f"{_COMMANDS}.export.export_target": MagicMock(),
    f"{_COMMANDS}.export.pool_id_of": lambda *_: _POOL.id,
}
"""What stands in for AWS, by the name under which a command calls it."""
_MAPPED: Final = ("--pool-file", "pool.json", "--username", "Personalnummer", "--verified", "email", "--overwrite")
_CALLS: Final[tuple[tuple[str, ...], ...]] = (
    ("template",),
    ("map", "staff.csv", *_MAPPED),
    ("check", FILE, "--pool-file", "pool.json"),
    ("check", FILE, "--pool-file", "pool.json", "--save", "checked", "--overwrite"),
    ("drop", FILE),
    ("runs",),
    *(("status", run.short_id) for run in (_WAITING, _IMPORTING, _PARTLY, _HELD)),
    ("watch", _IMPORTED.short_id),
    ("results", _PARTLY.short_id),
    ("results", _WAITING.short_id),
    ("results", _PARTLY.short_id, "--download", f"results-of-{FILE.removesuffix('.csv')}", "--overwrite"),
    ("retry", _PARTLY.short_id, "--yes"),
    ("find", "ada@example.com", "--live"),
    ("verify", _PARTLY.short_id),
    ("ids", _PARTLY.short_id, "--save", f"ids-of-{FILE}"),
    ("undo", _PARTLY.short_id, "--yes"),
    ("status", _UNDO.short_id),
    ("export", "--to", "s3://an-archive-of-the-employees-of-europe/cognito/2026-11-24/", "--csv"),
    ("stop", _IMPORTING.short_id, "--yes"),
    ("continue", _HELD.short_id, "--yes"),
    ("repair", _IMPORTING.short_id, "--yes"),
    ("pause", _ALIAS),
    ("resume", _ALIAS),
    ("jobs",),
    ("doctor",),
    ("completion", "fish"),
)


def screens(width: int) -> Iterator[str]:
    """Each call and what it writes."""
    runner = CliRunner(env={"COLUMNS": str(width)})
    with ExitStack() as stack:
        for target, stand_in in _TARGETS.items():
            module, _, name = target.rpartition(".")
            stack.enter_context(patch.object(_named(module), name, stand_in))
        stack.enter_context(chdir(stack.enter_context(TemporaryDirectory())))
        for file, text in (FILE, _CSV), ("staff.csv", _STAFF):
            Path(file).write_text(text, encoding="utf-8")
        Path("pool.json").write_text(json.dumps({"UserPool": _USER_POOL, "CSVHeader": _HEADER}), encoding="utf-8")
        for call in _CALLS:
            yield f"$ cognito-drop {' '.join(call)}"
            yield from (*_written(runner, call), "")


def _named(name: str) -> Any:  # noqa: ANN401  # a module, or a class of one
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, member = name.rpartition(".")
        return getattr(_named(module), member)


def _written(runner: CliRunner, call: Sequence[str]) -> list[str]:
    ended = runner.invoke(main, call)
    if not isinstance(ended.exception, SystemExit):
        assert ended.exception is None, call
    assert "Unexpected error" not in ended.output, ended.output
    return [line.rstrip() for line in ended.output.splitlines()]
