"""One run with a cell's faults: dropped, followed to its end, and judged by what anybody can see from outside.

The invariants are those that the product promises for every run: at most one run of a pool between start and end of a
job (I1), at most one started job a part (I2), results and one notification (I3), an account of every row (I4), an end
and a free turn (I5). That no secret leaves (I6) is judged for all runs at once, by `secrets`.
"""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lambdas.core.drop import Drop
from tests.faults.secrets import CANARY
from tests.faults.world import PART_ROWS, ROWS, until

if TYPE_CHECKING:
    from tests.faults.cells import Cell
    from tests.faults.world import FaultWorld, Lane

_PATIENCE = 120.0  # wall seconds; over a day of cloud time while nothing works
_PATIENCE_WITH_SWEEP = 10.0  # wall seconds; it comes every five minutes of cloud time
_PARTS = -(-ROWS // PART_ROWS)
_ALIVE = ("Pending", "InProgress", "Stopping")
_STRIKES_AT_ITS_END = ("kill_after", "time_out_after", "answer_lost")
Json = dict[str, Any]


@dataclass(slots=True)
class Trial:
    """A cell in a lane. `problems` are broken promises in words, once `run` has returned."""

    world: FaultWorld
    lane: Lane
    cell: Cell
    number: int
    problems: list[str] = field(default_factory=list)
    run_id: str = ""
    outcome: str = "none"
    """The product's own word for how the run ended."""
    struck: bool = False
    """Whether every fault of the cell happened."""
    has_ended: bool = False
    """Whether the lane can be used again."""
    notifications_allowed: int = 1
    seconds: float = 0.0
    """On the wall."""

    @property
    def key(self) -> str:
        """The dropped object's key."""
        return f"inbox/{self.lane.alias}/file-{self.number}.csv"

    @property
    def usernames(self) -> list[str]:
        """The users of the file."""
        return [f"{CANARY}-{self.number}-{row}" for row in range(ROWS)]

    def run(self) -> None:
        """Drop the file, wait for the end, and judge."""
        begin = time.monotonic()
        before = {job["JobId"] for job in self._jobs()}
        planned = self.world.control.ask(
            "POST", "faults", {"faults": [fault.planned_for(self.key) for fault in self.cell.faults]}
        )["ids"]
        try:
            self._drop()
            self._await_end()
            self._await_strikes(planned)
        finally:
            for number in planned:
                self.world.control.ask("DELETE", f"faults/{number}")
        jobs = [job for job in self._jobs() if job["JobId"] not in before]
        self._judge_jobs(jobs)
        self._judge_notifications(planned)
        summary = self._summary()
        if summary is not None:
            self.outcome = summary["outcome"]
            self._judge_rows(summary, jobs)
        self.seconds = time.monotonic() - begin

    def _drop(self) -> None:
        cognito = self.world.client("cognito-idp")
        header = cognito.get_csv_header(UserPoolId=self.lane.pool_id)["CSVHeader"]
        rows = [
            {"cognito:username": name, "email": f"{name}@example.com", "email_verified": "TRUE", "nickname": CANARY}
            for name in self.usernames
        ]
        flags = {"cognito:mfa_enabled": "FALSE", "phone_number_verified": "FALSE"}
        lines = [",".join(header), *(",".join({**flags, **row}.get(column, "") for column in header) for row in rows)]
        body = "".join(f"{line}\n" for line in lines).encode()
        bucket = self.world.deployment.bucket
        version = self.world.client("s3").put_object(Bucket=bucket, Key=self.key, Body=body)["VersionId"]
        self.run_id = Drop(bucket, self.key, version).run_id

    def _await_end(self) -> None:
        ledger = self.world.ledger
        if not until(lambda: ledger.has_ended(self.run_id), _PATIENCE):
            self.problems.append("I5: the run has not ended")
        elif not until(lambda: ledger.is_free(self.lane.pool_id), _PATIENCE):
            self.problems.append("I5: the run has ended and its turn is not free")
        else:
            self.has_ended = True

    def _await_strikes(self, planned: list[int]) -> None:
        """Wait for what strikes the sweep; what is for the run alone has struck by now or never will."""

        def have_struck() -> bool:
            faults = self.world.control.ask("GET", "faults")["faults"]
            return all(fault["struck"] for fault in faults if fault["id"] in planned)

        patience = 0 if all(fault.of_run for fault in self.cell.faults) else _PATIENCE_WITH_SWEEP
        self.struck = until(have_struck, patience)

    def _judge_jobs(self, jobs: list[Json]) -> None:
        started = sorted((job for job in jobs if "StartDate" in job), key=lambda job: job["StartDate"])
        if len(started) > _PARTS:
            self.problems.append(f"I2: {len(started)} jobs were started for {_PARTS} parts")
        for one, other in pairwise(started):
            if "CompletionDate" not in one or one["CompletionDate"] > other["StartDate"]:
                self.problems.append("I1: a job was started before the one before it was done")
        if alive := [job["Status"] for job in jobs if job["Status"] in _ALIVE]:
            self.problems.append(f"I5: jobs are alive after the end: {', '.join(alive)}")

    def _judge_notifications(self, planned: list[int]) -> None:
        counts = self.world.mailbox.counts
        self.notifications_allowed = 1 + self._strikes_after_publish(planned)
        if not until(lambda: counts[self.run_id] > 0, 10):
            self.problems.append("I3: nobody was notified")
        self.judge_repeats()

    def judge_repeats(self) -> None:
        """Judge how often the run was notified up to now."""
        count = self.world.mailbox.counts[self.run_id]
        problem = f"I3: notified {count} times, {self.notifications_allowed} at most are allowed"
        if count > self.notifications_allowed and problem not in self.problems:
            self.problems.append(problem)

    def _strikes_after_publish(self, planned: list[int]) -> int:
        """How many faults struck between a publish and its mark: each may cost one more notification."""
        entries = self.world.control.entries(f"?correlation={self.key}")
        published = [entry["sequence"] for entry in entries if entry.get("operation") == "Publish"]
        if not published:
            return len(planned)
        late = set()
        for entry in entries:
            if entry["fault"] is None:
                continue
            calls = [other["sequence"] for other in entries if other["act_id"] == entry["act_id"]]
            kinds = {fault.kind for fault in self.cell.faults}
            is_at_its_end = entry["kind"] == "invocation" and bool(kinds & set(_STRIKES_AT_ITS_END))
            if (max(calls) if is_at_its_end else entry["sequence"]) >= published[0]:
                late.add(entry["fault"])
        return len(late)

    def _judge_rows(self, summary: Json, jobs: list[Json]) -> None:
        rows = summary["rows"]
        sorts = ("imported", "skipped", "failed", "rejected", "unprocessed")
        if sum(rows[name] for name in sorts) != ROWS or rows["total"] != ROWS:
            self.problems.append(f"I4: of {ROWS} rows the report has {rows}")
        there = self._users_in_pool()
        if len(there) != rows["imported"]:
            self.problems.append(f"I4: {rows['imported']} rows are reported as imported, {len(there)} are in the pool")
        seen = sum(job["ImportedUsers"] for job in jobs)
        if seen != rows["imported"]:
            self.problems.append(f"I4: Cognito counts {seen} imported users, the report {rows['imported']}")
        missing = set(self.usernames) - there
        if missing != self._users_to_retry(summary):
            self.problems.append(f"I4: {len(missing)} users are missing, the retry file has others")

    def _summary(self) -> Json | None:
        text = self._result("summary.json")
        if text is None:
            self.problems.append("I3: there is no report")
            return None
        summary: Json = json.loads(text)
        return summary

    def _users_to_retry(self, summary: Json) -> set[str]:
        text = self._result("retry.csv") if "retry.csv" in summary["files"] else None
        return {row["cognito:username"] for row in csv.DictReader(io.StringIO(text or ""))}

    def _result(self, name: str) -> str | None:
        s3, bucket = self.world.client("s3"), self.world.deployment.bucket
        key = f"results/{self.run_id}/{name}"
        if not s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents"):
            return None
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body.decode()

    def _users_in_pool(self) -> set[str]:
        cognito = self.world.client("cognito-idp")
        answer = cognito.list_users(UserPoolId=self.lane.pool_id, Filter=f'username ^= "{CANARY}-{self.number}-"')
        return {user["Username"] for user in answer["Users"]}

    def _jobs(self) -> list[Json]:
        client, found = self.world.client("cognito-idp"), list[Json]()
        token: dict[str, str] = {}
        while True:
            answer = client.list_user_import_jobs(UserPoolId=self.lane.pool_id, MaxResults=60, **token)
            found += answer["UserImportJobs"]
            if "PaginationToken" not in answer:
                return found
            token = {"PaginationToken": answer["PaginationToken"]}
