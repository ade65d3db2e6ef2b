"""Runs that take turns: the ledger and the import_queue in DynamoDB, executions and import jobs in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_queue import ImportQueue
from cognito_drop.aws.ledger_damage import LedgerDamage
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.ledger_keys import RUN_STATE, lock_key, run_key
from cognito_drop.core.runs.run_record import PartJob, RunRecord
from lambdas.import_queue.lock_service import LockService
from lambdas.use_cases.damaged_run import DamagedRuns
from lambdas.use_cases.import_gate import GateRules, ImportGate
from tests.ledger_table import TABLE, ledger_client
from tests.unit.fake_executions import InMemoryExecutions
from tests.unit.fakes import InMemoryBus, InMemoryImports, InMemoryTopic
from tests.unit.meanwhile import Meanwhile, with_meanwhile
from tests.unit.samples import POOL_ID, ROLE, checked, drop, pool

if TYPE_CHECKING:
    from cognito_drop.contract.statuses import RunState
    from cognito_drop.core.pools.pool_settings import PoolSettings

SCOPE = "account"
WAIT_FOR_JOB = 600
QUOTA = 20


class FakePauses(dict[str, str]):
    """Since when imports are paused, by alias."""

    def all(self) -> dict[str, str]:
        """A copy."""
        return dict(self)


class QueueWorld:
    """Runs by the letter of their file: `a` is `inbox/people/a.csv`. Needs the fixture `aws`."""

    def __init__(self) -> None:
        self.meanwhile = Meanwhile()
        """What happens before the next operation of DynamoDB's client."""
        self.client = with_meanwhile(ledger_client(), self.meanwhile)
        self.ledger = RunLedger(self.client, TABLE)
        self.import_queue = ImportQueue(self.client, TABLE)
        self.executions = InMemoryExecutions()
        self.imports = InMemoryImports(pool())
        self.bus = InMemoryBus()
        self.topic = InMemoryTopic()
        self.now = datetime(2026, 7, 1, 13, tzinfo=UTC)
        self.pools: dict[str, PoolSettings] = {}
        """What is chosen for pools, by alias; a pool without settings holds no run."""
        self.pauses = FakePauses()
        self.scans = ScanResults(self.client, TABLE)
        self.notes = SweepNotes(self.client, TABLE)
        rules = GateRules(self.pools, self.pauses, self.imports, self.ledger, self.notes, self.scans, QUOTA, self.epoch)
        self.gate = ImportGate(rules, self.import_queue, self.executions)
        damage = LedgerDamage(self.client, TABLE)
        self.damaged = DamagedRuns(damage, self.import_queue, self.imports, self.pools, lambda: self.now)
        self.locks = LockService(
            self.ledger,
            self.import_queue,
            self.executions,
            self.imports,
            self.bus,
            self.topic,
            self.gate,
            self.damaged,
            LockScope.ACCOUNT,
            WAIT_FOR_JOB,
            lambda: self.now,
        )

    def checked(self, *letters: str, second: int = 0) -> None:
        """These files were dropped in this second after noon, and are ready to be imported."""
        for letter in letters:
            self.ledger.accept(
                drop(_key(letter)), size=10, dropped_at=f"2026-07-01T12:00:{second:02}Z", dropped_by="somebody"
            )
            self.ledger.keep_file(run_id(letter), checked(1))

    def take(self, letter: str, token: str = "") -> int:
        """A run's execution waits for its lock; return its place."""
        return self.locks.take(run_id(letter), token or f"token of {letter}")

    def enqueue(self, *letters: str) -> None:
        """Runs wait, and no one serves them yet."""
        for letter in letters:
            token = f"token of {letter}"
            assert self.import_queue.enqueue(self.run(letter), SCOPE, token, self.now.isoformat())

    def run(self, letter: str) -> RunRecord:
        """A run as the ledger knows it."""
        return self.ledger.read(run_id(letter))

    def item(self, letter: str) -> dict[str, Any]:
        """Its item."""
        return dict(self.client.get_item(TableName=TABLE, Key=run_key(run_id(letter)))["Item"])

    def states(self, letters: str) -> list[RunState]:
        """The states of some runs."""
        return [self.run(letter).state for letter in letters]

    def job(self, letter: str, status: str, part: int = 1) -> str:
        """Give a run that has the lock a job in this status; return the job's id."""
        job_id = self.imports.create(POOL_ID, f"job of {letter}", ROLE, None)[0].job_id
        self.ledger.record_job(run_id(letter), part, PartJob(job_id), instead_of=None, start=0)
        self.imports.advance(job_id, status)
        return job_id

    def put(self, letter: str, state: RunState) -> None:
        """Let a run be in a state, however it has come there."""
        self.damage(letter, RUN_STATE, state)

    def damage(self, letter: str, attribute: str, value: str | int | dict[str, str]) -> None:
        """Write something into an attribute of a run's item that cannot be read."""
        self.client.update_item(
            TableName=TABLE,
            Key=run_key(run_id(letter)),
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": attribute},
            ExpressionAttributeValues={":value": value},
        )

    def lose(self, letter: str) -> None:
        """Delete a run's item."""
        self.client.delete_item(TableName=TABLE, Key=run_key(run_id(letter)))

    def epoch(self) -> float:
        """The time in seconds."""
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @property
    def holder(self) -> str | None:
        """The letter of the run that has the lock."""
        held = self.import_queue.head(SCOPE).holder
        return LETTERS[held] if held else None

    @property
    def line(self) -> str:
        """The letters of the runs that have a queue entry, in their order."""
        pages = self.client.get_paginator("query").paginate(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :entry)",
            ExpressionAttributeValues={":pk": lock_key(SCOPE)["pk"], ":entry": "entry#"},
        )
        return "".join(LETTERS[str(item["run_id"])] for page in pages for item in page["Items"])


def run_id(letter: str) -> str:
    """The id of the run of a file."""
    return drop(_key(letter)).run_id


def _key(letter: str) -> str:
    return f"inbox/people/{letter}.csv"


LETTERS = {run_id(letter): letter for letter in ascii_lowercase}
"""By the ids of their runs."""
