"""One run with a cell's faults: dropped, followed to its end, and judged by what anybody can see from outside.

What is seen is gathered here; what it means for the product's promises is said by `invariants`.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognito_drop.core.runs.drop import Drop
from tests.faults.invariants import (
    Json,
    Memberships,
    Rows,
    broken_by_jobs,
    broken_by_memberships,
    broken_by_rows,
    notifications_allowed,
)
from tests.faults.secrets import CANARY
from tests.faults.world import HASHES, PART_ROWS, ROWS, until
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.faults.cells import Cell
    from tests.faults.world import FaultWorld, Lane

_PATIENCE_WITH_SWEEP = 10.0  # wall seconds; it comes every five minutes of cloud time
_PARTS = -(-ROWS // PART_ROWS)


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

    @property
    def group(self) -> str:
        """The group that all of them are to be in; no one has made it."""
        return f"{CANARY}-{self.number}"

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
        self.problems += broken_by_jobs(jobs, _PARTS)
        self._judge_notifications(planned)
        summary = self._summary()
        if summary is not None:
            self.outcome = summary["outcome"]
            self._judge_rows(summary, jobs)
            self._judge_memberships(summary)
        self.seconds = time.monotonic() - begin

    def _drop(self) -> None:
        cognito = self.world.client("cognito-idp")
        header = [*cognito.get_csv_header(UserPoolId=self.lane.pool_id)["CSVHeader"], "cognito:groups"]
        rows = [
            {
                "cognito:username": name,
                "email": f"{name}@example.com",
                "email_verified": "TRUE",
                "nickname": CANARY,
                "password_hash": HASHES[at % 2],
            }
            for at, name in enumerate(self.usernames)
        ]
        flags = {"cognito:mfa_enabled": "FALSE", "phone_number_verified": "FALSE", "cognito:groups": self.group}
        lines = [",".join(header), *(",".join({**flags, **row}.get(column, "") for column in header) for row in rows)]
        body = "".join(f"{line}\n" for line in lines).encode()
        bucket = self.world.deployment.bucket
        version = self.world.client("s3").put_object(Bucket=bucket, Key=self.key, Body=body)["VersionId"]
        self.run_id = Drop(bucket, self.key, version).run_id

    def _await_end(self) -> None:
        ledger = self.world.ledger
        if not until(lambda: ledger.has_ended(self.run_id), PATIENCE):
            self.problems.append("I5: the run has not ended")
        elif not until(lambda: ledger.is_free(self.lane.pool_id), PATIENCE):
            self.problems.append("I5: the run has ended and its lock is not free")
        else:
            self.has_ended = True

    def _await_strikes(self, planned: list[int]) -> None:
        """Wait for what strikes the sweep; what is for the run alone has struck by now or never will."""

        def have_struck() -> bool:
            faults = self.world.control.ask("GET", "faults")["faults"]
            return all(fault["struck"] for fault in faults if fault["id"] in planned)

        patience = 0 if all(fault.of_run for fault in self.cell.faults) else _PATIENCE_WITH_SWEEP
        self.struck = until(have_struck, patience)

    def _judge_notifications(self, planned: list[int]) -> None:
        entries = self.world.control.entries(f"?correlation={self.key}")
        kinds = {number: fault.kind for number, fault in zip(planned, self.cell.faults, strict=True)}
        self.notifications_allowed = notifications_allowed(entries, kinds)
        if not until(lambda: self.world.mailbox.counts[self.run_id] > 0, PATIENCE):
            self.problems.append("I3: no notification was sent")
        self.judge_repeats()

    def judge_repeats(self) -> None:
        """Judge how often the run was notified up to now."""
        count = self.world.mailbox.counts[self.run_id]
        problem = f"I3: notified {count} times, {self.notifications_allowed} at most are allowed"
        if count > self.notifications_allowed and problem not in self.problems:
            self.problems.append(problem)

    def _judge_rows(self, summary: Json, jobs: list[Json]) -> None:
        rows = Rows(
            usernames=frozenset(self.usernames),
            in_pool=self._users_in_pool(),
            to_retry=self._users_to_retry(summary),
            counts=summary["rows"],
            details_incomplete=summary["details_incomplete"],
        )
        self.problems += broken_by_rows(rows, jobs)

    def _judge_memberships(self, summary: Json) -> None:
        shown = csv.DictReader(io.StringIO(self._result("groups.csv") or ""))
        memberships = Memberships(
            users=len(self.usernames),
            in_pool=self._users_in_pool(),
            in_group=self._users_in_group(),
            counts=summary["memberships"],
            shown=Counter(row["outcome"] for row in shown),
        )
        self.problems += broken_by_memberships(memberships)

    def _summary(self) -> Json | None:
        text = self._result("summary.json")
        if text is None:
            self.problems.append("I3: there is no report")
            return None
        summary: Json = json.loads(text)
        return summary

    def _users_to_retry(self, summary: Json) -> frozenset[str]:
        text = self._result("retry.csv") if "retry.csv" in summary["files"] else None
        return frozenset(row["cognito:username"] for row in csv.DictReader(io.StringIO(text or "")))

    def _result(self, name: str) -> str | None:
        s3, bucket = self.world.client("s3"), self.world.deployment.bucket
        key = f"results/{self.run_id}/{name}"
        if not s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents"):
            return None
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body.decode()

    def _users_in_pool(self) -> frozenset[str]:
        cognito = self.world.client("cognito-idp")
        answer = cognito.list_users(UserPoolId=self.lane.pool_id, Filter=f'username ^= "{CANARY}-{self.number}-"')
        return frozenset(user["Username"] for user in answer["Users"])

    def _users_in_group(self) -> frozenset[str]:
        cognito = self.world.client("cognito-idp")
        try:
            answer = cognito.list_users_in_group(UserPoolId=self.lane.pool_id, GroupName=self.group)
        except cognito.exceptions.ResourceNotFoundException:  # no one was to be added, so no one has made it
            return frozenset()
        return frozenset(user["Username"] for user in answer["Users"])

    def _jobs(self) -> list[Json]:
        client, found = self.world.client("cognito-idp"), list[Json]()
        token: dict[str, str] = {}
        while True:
            answer = client.list_user_import_jobs(UserPoolId=self.lane.pool_id, MaxResults=60, **token)
            found += answer.get("UserImportJobs", [])
            if "PaginationToken" not in answer:
                return found
            token = {"PaginationToken": answer["PaginationToken"]}
