"""A run that is handed from handler to handler as JSON, as the state machine does, with nothing of AWS but a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.environment import LockScope
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.imports.pacing import PollBounds
from cognito_drop.core.pools.pool_settings import PoolSettings
from lambdas.check_import import handler as check_import
from lambdas.check_import.import_check import ImportCheck
from lambdas.collect_part import handler as collect_part
from lambdas.collect_part.part_collection import PartCollection
from lambdas.import_queue import handler as lock
from lambdas.import_queue.lock_service import LockService
from lambdas.preflight import handler as preflight
from lambdas.report_run import handler as report_run
from lambdas.start_import import handler as start_import
from lambdas.start_import import part_start
from lambdas.start_import.import_start import ImportStart
from lambdas.start_import.part_start import PartStart
from lambdas.stop_import import handler as stop_import
from lambdas.stop_import.import_stop import ImportStop
from lambdas.use_cases.damaged_run import DamagedRuns
from lambdas.use_cases.import_gate import GateRules, ImportGate
from tests.ledger_table import TABLE, ledger_client
from tests.unit.fake_executions import InMemoryExecutions
from tests.unit.fakes import InMemoryLog, InMemoryTopic
from tests.unit.queue_world import FakePauses
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, ROLE, csv_file, drop, row

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from cognito_drop.contract.statuses import RunState
    from cognito_drop.core.runs.drop import Drop
    from lambdas.runtime.function import LambdaFunction

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r",
    get_remaining_time_in_millis=lambda: 600_000,
)  # fmt: skip
NOW = datetime(2026, 7, 1, 12, 1, tzinfo=UTC)
CANARY = "maria.canary"
GOOD = csv_file(row(CANARY), row("jose"), row("canary", verified="canary"), row("ana"))
PART_ROWS = 2
POOL = {
    "id": POOL_ID, "rejected_rows": "import", "known_users": "warn", "unknown_columns": "refuse",
    "part_rows": PART_ROWS, "password_hashes": ["BCRYPT"], "preset": None,
}  # fmt: skip
KEPT = PoolSettings.from_json(POOL).kept


@dataclass
class Run:
    """The state of one execution, and the functions that it calls."""

    state: dict[str, Any]
    world: ReportWorld
    log: InMemoryLog
    ledger: RunLedger
    executions: InMemoryExecutions

    def call(self, handler: Callable[..., Any], at: str) -> Any:  # noqa: ANN401  (JSON)
        """Do as a state of the workflow does: whole state in, answer at a path of its own, all of it JSON."""
        answer = json.loads(json.dumps(handler(json.loads(json.dumps(self.state)), CONTEXT)))
        self.state[at] = answer
        return answer

    def take_lock(self) -> Any:  # noqa: ANN401  (JSON)
        """Do as the state does that waits behind a token: whole state and token in, no answer kept."""
        event = {"state": json.loads(json.dumps(self.state)), "task_token": "a token"}
        return json.loads(json.dumps(lock.lambda_handler(event, CONTEXT)))  # type: ignore[arg-type]  # what is read of it

    def release_lock(self) -> Any:  # noqa: ANN401  (JSON)
        """Do as the state does that release the lock."""
        return self.call(lambda state, context: lock.lambda_handler({"state": state}, context), "turn")

    @property
    def run_state(self) -> RunState:
        """How far the run is, as the ledger says."""
        return self.ledger.read(drop().run_id).state

    def begin_import(self) -> None:
        """The straight path to the first start."""
        self.call(preflight.lambda_handler, "file")
        self.take_lock()

    def import_part(self, rows: int) -> None:
        """Start a part, look at it twice, read its log."""
        job_id = self.call(start_import.lambda_handler, "job")["job_id"]
        self.world.imports.advance(job_id, "InProgress")
        self.call(check_import.lambda_handler, "job")
        self.world.imports.advance(job_id, "Succeeded", JobCounts(imported=rows))
        self.log.written[job_id] = [
            f"[SUCCEEDED] Line Number {number} - The import succeeded. {CANARY}" for number in range(2, rows + 2)
        ]
        self.call(check_import.lambda_handler, "job")
        self.call(collect_part.lambda_handler, "part")

    def until_reported(self) -> Any:  # noqa: ANN401  (JSON)
        """The straight path, with two parts."""
        self.begin_import()
        self.import_part(2)
        self.import_part(1)
        self.release_lock()
        return self.call(report_run.lambda_handler, "report")


def begin_run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a file with a bad row, as accept_drop starts it. Needs the fixture `aws`."""
    world = ReportWorld(part_rows=PART_ROWS, password_hashes=["BCRYPT"])
    log, executions = InMemoryLog(), InMemoryExecutions()
    client = ledger_client()
    ledger, import_queue = RunLedger(client, TABLE), ImportQueue(client, TABLE)
    drop_into(ledger, world, drop())
    bounds, bus = PollBounds(10, 600), world.bus
    parts = PartStart(world.imports, world.staging, ledger, ROLE, (), bounds, NOW.timestamp)
    start = ImportStart(parts, ledger, bus, lambda: NOW)
    scans = ScanResults(client, TABLE)
    rules = GateRules({}, FakePauses(), world.imports, ledger, SweepNotes(client, TABLE), scans, 1000, NOW.timestamp)
    gate = ImportGate(rules, import_queue, executions)
    damaged = DamagedRuns(LedgerDamage(client, TABLE), import_queue, world.imports, {}, lambda: NOW)
    taking = LockService(
        ledger, import_queue, executions, world.imports, bus, InMemoryTopic(), gate, damaged, LockScope.ACCOUNT, 600,
        lambda: NOW,
    )  # fmt: skip
    for function, made in (
        (preflight, world.preflight_with(ledger)),
        (lock, taking),
        (start_import, start),
        (check_import, ImportCheck(world.imports, ledger, bounds)),
        (collect_part, PartCollection(world.imports, log, world.staging, ledger, 6, 20)),
        (stop_import, ImportStop(world.imports, ledger, 10, NOW.timestamp)),
        (report_run, world.reports_with(ledger)),
    ):
        give(monkeypatch, function.lambda_handler, made)
    monkeypatch.setattr(part_start, "upload", world.imports.upload)
    state = {"run_id": drop().run_id, "bucket": "drops", "key": drop().key, "version_id": "v1"}
    return Run(state, world, log, ledger, executions)


def give(monkeypatch: pytest.MonkeyPatch, function: LambdaFunction[Any, Any], use_case: object) -> None:
    """Give a function this use case instead of the one that its environment makes."""
    monkeypatch.setitem(vars(function), "use_case", use_case)


def drop_into(ledger: RunLedger, world: ReportWorld, dropped: Drop, data: bytes = GOOD) -> None:
    """Let a file be dropped, and be accepted."""
    world.s3.drop(dropped, data)
    ledger.accept(dropped, size=len(data), dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
