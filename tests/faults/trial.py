"""One run with a cell's faults: dropped, followed to its end, and judged by what anybody can see from outside.

What is seen is gathered here; what it means for the product's promises is said by `invariants`.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.contract.event_names import CONTINUE
from cognito_drop.contract.job_names import run_and_part_of
from cognito_drop.core.runs.drop import Drop
from tests.faults.invariants import (
    Ids,
    Json,
    Memberships,
    Rows,
    broken_by_ids,
    broken_by_jobs,
    broken_by_memberships,
    broken_by_rows,
    notifications_allowed,
)
from tests.faults.secrets import CANARY
from tests.faults.world import HASHES, PART_ROWS, ROWS, Course, stop_execution, subs, until
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
    dropped: Drop = field(default_factory=lambda: Drop("", "", ""))
    """The file, once it was dropped."""
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
    def run_id(self) -> str:
        """The id of the run, once the file was dropped."""
        return self.dropped.run_id

    @property
    def key(self) -> str:
        """The dropped object's key."""
        return f"inbox/{self.lane.alias}/file-{self.number}.csv"

    @property
    def correlation(self) -> str:
        """What the recording knows the calls and invocations by that can fail."""
        return self.key

    @property
    def usernames(self) -> list[str]:
        """The users of the file."""
        return [f"{CANARY}-{self.number}-{row}" for row in range(ROWS)]

    @property
    def group(self) -> str:
        """The group that all of them are to be in; no one has made it."""
        return f"{CANARY}-{self.number}"

    @property
    def notified_as(self) -> str:
        """The id in the notifications."""
        return self.run_id

    @property
    def is_whole(self) -> bool:
        """Whether all users were imported, and their ids recorded."""
        return self.outcome == Course.WHOLE and len(self._ids() or ()) == len(self.usernames)

    def concerns(self, entry: Json) -> bool:
        """Whether what was recorded can fail in a cell."""
        return bool(entry)

    def run(self) -> None:
        """Drop the file, wait for the end, and judge."""
        begin = time.monotonic()
        planned = self.plan()
        try:
            self.drop()
            if self.world.course.waits:
                self._decide()
            self.await_end()
            self._await_strikes(planned)
        finally:
            for number in planned:
                self.world.control.ask("DELETE", f"faults/{number}")
        self.judge(planned)
        self.seconds = time.monotonic() - begin

    def plan(self) -> list[int]:
        """Plan the faults of the cell, and return their ids."""
        faults = [fault.planned_for(self.correlation) for fault in self.cell.faults]
        planned: list[int] = self.world.control.ask("POST", "faults", {"faults": faults})["ids"]
        return planned

    def judge(self, planned: list[int], other_acts: int = 0, *, is_damaged: bool = False) -> None:
        """Judge what can be seen of the run; `other_acts` are done to it besides the faults that were planned.

        The report of a run whose data `is_damaged` may have less than all, and says so.
        """
        jobs = self.jobs()
        self.problems += broken_by_jobs(jobs, _PARTS)
        self._judge_notifications(planned, other_acts)
        summary = self._summary()
        if summary is not None:
            self.outcome = summary["outcome"]
            # Without an answer of AWS to preflight, as while a permission is missing, the file is not read either.
            is_unchecked = bool(other_acts and summary["error"]) and summary["file"]["bytes"] is None
            if (summary["problem"] or is_unchecked) and not summary["rows"]["total"]:
                if self._users_in_pool():
                    self.problems.append("I4: users of a file that was not read are in the pool")
            elif not (is_damaged and summary["details_incomplete"]):
                self._judge_rows(summary, jobs)
                self._judge_memberships(summary)
                self._judge_ids(summary, has_failed=bool(other_acts))

    def drop(self) -> None:
        """Drop the file."""
        cognito = self.world.client("cognito-idp")
        header = [*cognito.get_csv_header(UserPoolId=self.lane.pool_id)["CSVHeader"], "cognito:groups"]
        rows = [
            {
                "cognito:username": name,
                "email": f"{name}@example.com",
                "email_verified": "TRUE",
                "nickname": CANARY,
                "password_hash": "" if self.world.course is Course.UNDONE else HASHES[at % 2],
            }
            for at, name in enumerate(self.usernames)
        ]
        if self.world.course.waits:
            rows[2]["email"] = rows[0]["email"]  # of the first part: Cognito does not import its user
        flags = {"cognito:mfa_enabled": "FALSE", "phone_number_verified": "FALSE", "cognito:groups": self.group}
        lines = [",".join(header), *(",".join({**flags, **row}.get(column, "") for column in header) for row in rows)]
        body = "".join(f"{line}\n" for line in lines).encode()
        bucket = self.world.deployment.bucket
        version = self.world.client("s3").put_object(Bucket=bucket, Key=self.key, Body=body)["VersionId"]
        self.dropped = Drop(bucket, self.key, version)

    def _decide(self) -> None:
        """Continue or stop the run as an operator does, when it waits for a decision; again where that fails."""
        ledger = self.world.ledger
        until(lambda: ledger.waits_for_decision(self.run_id) or ledger.has_ended(self.run_id), PATIENCE)
        if self.world.course is Course.STOPPED:
            stop_execution(self.world, self.run_id)
        elif not until(self._is_continued, PATIENCE):
            self.problems.append("I5: the run cannot be continued")

    def _is_continued(self) -> bool:
        if not self.world.ledger.waits_for_decision(self.run_id):
            return True
        # The key takes no part in it: it is for the recording, which tells by it whose call this is.
        event = {CONTINUE: {"run_id": self.run_id}, "key": self.key}
        lambdas = self.world.client("lambda")
        with suppress(ClientError):
            lambdas.invoke(FunctionName=self.world.sweep, Payload=json.dumps(event).encode())
        return False

    def await_end(self) -> None:
        """Wait for the end of the run and for its lock."""
        ledger = self.world.ledger
        if not until(lambda: ledger.has_ended(self.run_id), PATIENCE):
            self.problems.append("I5: the run has not ended")
        elif not until(lambda: not ledger.is_held_by(self.world.scope_of(self.lane), self.run_id), PATIENCE):
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

    def _judge_notifications(self, planned: list[int], other_acts: int) -> None:
        entries = self.world.control.entries(f"?correlation={self.key}")
        kinds = {number: fault.kind for number, fault in zip(planned, self.cell.faults, strict=True)}
        self.notifications_allowed = notifications_allowed(entries, kinds) + other_acts
        if not until(lambda: self.world.mailbox.counts[self.run_id] > 0, PATIENCE):
            self.problems.append("I3: no notification was sent")
        self.judge_repeats()

    def judge_repeats(self) -> None:
        """Judge how often the run was notified up to now."""
        count = self.world.mailbox.counts[self.notified_as]
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
        if summary["memberships"] is None:  # the file was not read
            self.problems += ["I4: memberships are not reported"] if self._users_in_group() else []
            return
        shown = csv.DictReader(io.StringIO(self._result("groups.csv") or ""))
        memberships = Memberships(
            users=len(self.usernames),
            in_pool=self._users_in_pool(),
            in_group=self._users_in_group(),
            counts=summary["memberships"],
            shown=Counter(row["outcome"] for row in shown),
        )
        self.problems += broken_by_memberships(memberships)

    def _judge_ids(self, summary: Json, *, has_failed: bool) -> None:
        if summary["ids"] is None:
            if self.jobs() and summary["rows"]["total"]:
                self.problems += ["I4: the ids of imported users are not reported"] if self._users_in_pool() else []
            return
        ids = Ids(
            subs=self._subs(),
            counts=summary["ids"],
            shown=self._ids(),
            details_incomplete=summary["details_incomplete"],
            has_failed=has_failed,
        )
        self.problems += broken_by_ids(ids)

    def _ids(self) -> list[tuple[str, str]] | None:
        recorded = self.world.ledger.ids(self.run_id)
        if recorded is None:
            return None
        if not recorded:  # no user was imported
            return []
        answer = self.world.client("s3").get_object(
            Bucket=self.world.deployment.bucket, Key=f"results/{self.run_id}/ids.csv", VersionId=recorded
        )
        return [(row["username"], row["sub"]) for row in csv.DictReader(io.StringIO(answer["Body"].read().decode()))]

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
        return frozenset(self._subs())

    def _subs(self) -> dict[str, str]:
        """The ids of the users of the file who are in the pool, by their names."""
        return subs(self.world, self.lane, f"{CANARY}-{self.number}-")

    def _users_in_group(self) -> frozenset[str]:
        cognito = self.world.client("cognito-idp")
        try:
            answer = cognito.list_users_in_group(UserPoolId=self.lane.pool_id, GroupName=self.group)
        except cognito.exceptions.ResourceNotFoundException:  # no one was to be added, so no one has made it
            return frozenset()
        return frozenset(user["Username"] for user in answer["Users"])

    def jobs(self) -> list[Json]:
        """The import jobs of the run, by their names: those that were created and lost count too."""
        return [job for job in self._jobs_of_pool() if (run_and_part_of(job["JobName"]) or ("",))[0] == self.run_id]

    def _jobs_of_pool(self) -> list[Json]:
        client, found = self.world.client("cognito-idp"), list[Json]()
        token: dict[str, str] = {}
        while True:
            answer = client.list_user_import_jobs(UserPoolId=self.lane.pool_id, MaxResults=60, **token)
            found += answer.get("UserImportJobs", [])
            if "PaginationToken" not in answer:
                return found
            token = {"PaginationToken": answer["PaginationToken"]}
