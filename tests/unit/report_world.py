"""A run from its drop to its report: the real preflight, a Cognito that follows the usernames, the real report."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_record import PartJob
from lambdas.preflight.file_preflight import FilePreflight
from lambdas.report_run.run_report import RunReport
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.fakes import InMemoryBus, InMemoryImports, InMemorySignIn
from tests.unit.in_memory_groups import InMemoryGroups
from tests.unit.lookup_world import Clock, lookup_in
from tests.unit.queue_world import FakePauses
from tests.unit.samples import COMPLETED, POOL_ID, STARTED, csv_file, drop, job, pool, row
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile

OUTCOMES = ("imported", "skipped", "failed", "rejected", "unprocessed", "unknown")
MIXED = csv_file(row("maria"), row("skip-jose"), row("canary", verified="canary"), row("fail-ana"))
"""A file of which each row fares differently."""
MIXED_ROWS = {"total": 4, "imported": 1, "skipped": 1, "failed": 1, "rejected": 1, "unprocessed": 0}
CHECK = "the-check"
"""The call that checks the file."""
_WORDS = {"skip": "SKIPPED", "fail": "FAILED", "lost": ""}
TEXTS = {
    "SUCCEEDED": "The import succeeded.",
    "SKIPPED": "The user already exists.",
    "FAILED": "Invalid email address format.",
}


class ReportWorld:
    """One drop. Users whose names begin with skip, fail or lost fare so; all others are imported."""

    def __init__(self, dropped: Drop | None = None, **settings: Any) -> None:  # noqa: ANN401  (settings have many types)
        self.drop = dropped or drop()
        self.imports = InMemoryImports(pool())
        self.s3 = InMemoryS3()
        self.ledger = WatchedLedger()
        self.ledger.accept(self.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.staging = Staging(self.s3.client)
        self.drops = DropBucket(self.s3.client)
        self.bus = InMemoryBus()
        self.groups = InMemoryGroups(Clock())
        self.sign_in = InMemorySignIn()
        self.pools = {"people": PoolSettings(POOL_ID, **settings)}
        self.preflight = self.preflight_with(self.ledger)
        self.reports = self.reports_with(self.ledger)

    def preflight_with(self, ledger: RunLedger) -> FilePreflight:
        """The preflight, with another ledger."""
        return FilePreflight(
            self.imports,
            self.drops,
            self.staging,
            ledger,
            self.ledger.scans,
            self.pools,
            self.ledger.gate_rules(self.pools, FakePauses(), self.imports, ledger),
            CallRate(10),
            lookup_in(self.imports),
            self.groups,
            self.sign_in,
        )

    def reports_with(self, ledger: RunLedger) -> RunReport:
        """The reports, with another ledger."""
        return RunReport(self.imports, self.drops, self.staging, ledger, self.bus, timedelta(days=400))

    def check(self, data: bytes) -> CheckedFile:
        """Drop the file and check it; what is to be imported gets its lock."""
        self.s3.drop(self.drop, data)
        file = self.preflight.check_once(self.drop, CHECK)
        if file.to_json()["importable"]:
            self.ledger.put(self.drop.run_id, state=RunState.IMPORTING)
        return file

    @property
    def kept(self) -> Staging:
        """What the check of the file has kept."""
        return self.staging.of_check(CHECK)

    def kept_key(self, name: str) -> str:
        """Where the run has kept something: what the check of its file has is apart."""
        return f"staging/{self.drop.run_id}/{'' if name.startswith('part-') else f'{CHECK}/'}{name}"

    def import_part(self, number: int, status: str = "Succeeded", most: int = 500_000, **changes: Any) -> None:  # noqa: ANN401
        """Cognito imports a part, at most so many rows of it; the log is read."""
        lines = self.s3.body(f"staging/{self.drop.run_id}/part-{number:04}.csv").decode().splitlines()
        name_at = lines[0].split(",").index("cognito:username")
        words = [_WORDS.get(line.split(",")[name_at][:4], "SUCCEEDED") for line in lines[1:]]
        outcomes = PartOutcomes(len(words))
        for line, word in enumerate(words[:most], 2):
            outcomes.take(f"[{word}] Line Number {line} - {TEXTS.get(word, '')}")
        done = [word or "SUCCEEDED" for word in words[:most]]
        counts = (done.count("SUCCEEDED"), done.count("SKIPPED"), done.count("FAILED"))
        job_id = f"import-part{number}"
        made = job(status, *counts, job_id=job_id, started=STARTED, completed=COMPLETED, **changes)
        outcomes.conclude(made.counts, is_over=made.status.has_ended)
        self.staging.keep_outcomes(self.drop, number, outcomes)
        self.imports.add(POOL_ID, made)
        self.ledger.record_job(self.drop.run_id, number, PartJob(job_id, uploaded=True), instead_of=None, start=0)
        self.ledger.record_end(self.drop.run_id, number, made, DetailGap.LOG_SHORT if "" in words[:most] else None)

    def run(self, data: bytes) -> Summary:
        """Check, import every part, report."""
        file = self.check(data)
        for number in range(1, len(file.part_rows) + 1) if not file.is_dry_run else ():
            self.import_part(number)
        return self.report()

    def report(self, error: str = "") -> Summary:
        """Make the report."""
        return self.reports.of(self.drop, error, COMPLETED)

    def ask_for_executions(self, number: int) -> None:
        """So many executions of the run were asked for."""
        self.ledger.put(self.drop.run_id, executions=number)

    @property
    def files(self) -> dict[str, bytes]:
        """The results by name."""
        start = f"results/{self.drop.run_id}/"
        return {name: self.s3.body(start + name) for name in self.s3.under(start)}

    def table(self, outcome: str) -> list[tuple[int, str, str]]:
        """The rows of a result file."""
        rows = csv.DictReader(io.StringIO(self.files[f"{outcome}.csv"].decode()))
        return [(int(each["line"]), each["code"], each["message"]) for each in rows]

    @property
    def outcome_of_lines(self) -> dict[int, str]:
        """Lines of the dropped file by the result file that has them. No line is in two."""
        found: dict[int, str] = {}
        for outcome in OUTCOMES:
            if f"{outcome}.csv" in self.files:
                lines = [line for line, _, _ in self.table(outcome)]
                assert lines == sorted(lines), "the order of the file is kept"
                assert not found.keys() & set(lines)
                found |= dict.fromkeys(lines, outcome)
        return found


def mixed_world() -> ReportWorld:
    """The mixed file is imported, and not reported yet."""
    world = ReportWorld()
    world.check(MIXED)
    world.import_part(1)
    return world
