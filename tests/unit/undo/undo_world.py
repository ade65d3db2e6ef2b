"""A run that has imported users, its undo, and a Cognito with a clock of its own: no one waits for real.

Every call to AWS has a number, and one of them may be the last of its function: before it takes effect, or after.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.dynamo_table import Change
from cognito_drop.aws.undo_ledger import UndoLedger
from cognito_drop.aws.undo_results import UndoResults
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_removal import UserRemoval
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.contract.ledger_keys import run_key
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.undo.decision import UndoChoices
from cognito_drop.core.undo.request import undo_of
from lambdas.undo_users.undo_round import Tools
from lambdas.undo_users.user_undo import UserUndo
from tests.ledger_table import plain_client
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.samples import COMPLETED, JOB_ID, POOL_ID, STARTED, checked, drop
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.contract.statuses import ExecutionStatus
    from cognito_drop.core.undo.undo_record import UndoPlan, UndoRecord
    from lambdas.undo_users.user_undo import UndoAnswer

CREATED = STARTED + timedelta(seconds=5)
RATE = 5
NAMES = ("ana", "ben", "eve", "zoe")
RUN = "f" * 32
"""The name of an undo's first execution."""
BRIEF = 61
"""Seconds for a call that has time for some users."""
IDS = f"results/{drop().run_id}/ids.csv"


class KilledError(BaseException):
    """The process of the function ends here."""


def refusal(code: str, operation: str = "AdminDeleteUser") -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code}}, operation)


def sub_of(name: str) -> str:
    """The `sub` of a user."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


@dataclass
class InMemoryCognito:
    """One pool."""

    clock: Clock
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By username, as ListUsers answers."""
    refuses: list[Exception | None] = field(default_factory=list)
    """Errors for the next deletions; None for one that takes place."""
    is_busy: bool = False
    """Whether it takes no deletion."""
    deleted: list[tuple[float, str]] = field(default_factory=list)
    """When who was deleted."""
    meanwhile: dict[str, Any] = field(default_factory=dict)
    """What happens to a user between the search and the deletion."""
    empty_pages: int = 0
    """Pages without a user that come before those with users."""

    def add(self, name: str, **members: Any) -> None:  # noqa: ANN401  (of UserType)
        """A user as an import makes one, but for these members."""
        self.users[name] = {
            "Username": name,
            "Attributes": [{"Name": "sub", "Value": sub_of(name)}, {"Name": "email", "Value": f"{name}@example.com"}],
            "UserStatus": "RESET_REQUIRED",
            "UserCreateDate": CREATED,
            "UserLastModifiedDate": CREATED,
            **members,
        }

    def list_users(
        self,
        *,
        UserPoolId: str,  # noqa: N803  (boto3's names)
        Filter: str,  # noqa: N803
        Limit: int,  # noqa: N803
        PaginationToken: str = "0",  # noqa: N803
    ) -> dict[str, Any]:
        """By `sub`, as AWS documents the filter."""
        assert UserPoolId == POOL_ID
        if int(PaginationToken) < self.empty_pages:
            return {"Users": [], "PaginationToken": str(int(PaginationToken) + 1)}
        sub = Filter.removeprefix('sub = "').removesuffix('"')
        found = [user for user in self.users.values() if user["Attributes"][0]["Value"] == sub][:Limit]
        for user in found:
            if change := self.meanwhile.pop(user["Username"], None):
                answer = {"Users": [dict(user)]}
                change()
                return answer
        return {"Users": found}

    def admin_delete_user(self, *, UserPoolId: str, Username: str) -> None:  # noqa: N803
        """Delete a user."""
        assert UserPoolId == POOL_ID
        if self.is_busy:
            raise refusal("TooManyRequestsException")
        if self.refuses and (error := self.refuses.pop(0)):
            raise error
        if Username not in self.users:
            raise refusal("UserNotFoundException")
        del self.users[Username]
        self.deleted.append((self.clock.now, Username))


@dataclass
class Fate:
    """Which call is the last of its function."""

    at: int = 0
    """The number of the call; 0 for none."""
    takes_effect: bool = False
    calls: list[str] = field(default_factory=list)


class Mortal:
    """A client whose process may end at a call."""

    def __init__(self, client: Any, fate: Fate) -> None:  # noqa: ANN401  (any client)
        self._client = client
        self._fate = fate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the client has)
        found = getattr(self._client, name)
        if not callable(found) or name == "get_paginator":
            return found

        def call(**request: Any) -> Any:  # noqa: ANN401
            self._fate.calls.append(name)
            is_last = len(self._fate.calls) == self._fate.at
            if is_last and not self._fate.takes_effect:
                raise KilledError
            answer = found(**request)
            if is_last:
                raise KilledError
            return answer

        return call


class UndoWorld:
    """A run with its ids recorded. Needs the fixture `aws`."""

    def __init__(self, *names: str, fate: Fate | None = None, **settings: Any) -> None:  # noqa: ANN401
        self.fate = fate or Fate()
        self.clock = Clock()
        self.pace = InMemoryPace(RATE)
        self.cognito = InMemoryCognito(self.clock)
        self.s3 = InMemoryS3()
        self.ledger = WatchedLedger()
        self.drop = drop()
        self.ledger.accept(self.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.pools = {"people": PoolSettings(POOL_ID, **{"ids": True, "undo": True, **settings})}
        self.names = names
        for name in names:
            self.cognito.add(name)
        self.import_run()

    def import_run(self, algorithms: tuple[str, ...] = ()) -> None:
        """The run has imported its users, and recorded their ids."""
        rows = [("line", "old_id", "username", "sub")]
        rows += [(str(line), "", name, sub_of(name)) for line, name in enumerate(self.names, 2)]
        self.s3.drop(Drop("drops", IDS, "v1"), "".join(f"{','.join(row)}\n" for row in rows).encode())
        file = checked(len(self.names), part_algorithms=algorithms)
        part = {
            "job_id": JOB_ID, "attempt": 1, "uploaded": True, "refusals": 0, "status": "Succeeded",
            "started_at": STARTED.isoformat(), "completed_at": COMPLETED.isoformat(),
            "imported": len(self.names), "skipped": 0, "failed": 0, "gap": "",
        }  # fmt: skip
        self.set(
            run_state=RunState.ENDED, file=json.dumps(file.to_json()), pool_id=POOL_ID, parts={"1": part},
            ids={"recorded": len(self.names), "missing": 0, "version_id": "v1"},
        )  # fmt: skip

    def set(self, **attributes: Any) -> None:  # noqa: ANN401  (of many types)
        """Let the run's item have these attributes."""
        self.ledger.items.update(run_key(self.drop.run_id), Change(sets=attributes))

    @property
    def undo(self) -> UserUndo:
        """The function in a fresh process."""
        dynamodb: Any = Mortal(plain_client(), self.fate)
        cognito: Any = Mortal(self.cognito, self.fate)
        searches = UserSearches(
            UserDirectory(cognito), InMemoryPace(12), lambda: self.clock.now, self.clock.sleep, lambda: 1.0
        )
        tools = Tools(
            UserRemoval(cognito), UndoResults(Mortal(self.s3, self.fate)),  # type: ignore[arg-type]
            UndoLedger(dynamodb, self.ledger.name), self.pace, searches, map,
        )  # fmt: skip
        runs: RunLedger = self.ledger
        pools: Any = self.pools
        return UserUndo(runs, pools, "drops", timedelta(days=400), tools)

    def call(self, execution: str = "one", error: str = "", seconds: float = 900, **given: Any) -> UndoAnswer:  # noqa: ANN401
        """One call of the function."""
        return self.undo.go_on({"run_id": self.drop.run_id, **given}, execution, error, seconds)

    def ended(self, execution: str, status: ExecutionStatus) -> UndoAnswer:
        """The call for an execution that has ended with this status."""
        return self.undo.execution_ended({"run_id": self.drop.run_id}, execution, status)

    def run(self, **given: Any) -> UndoAnswer:  # noqa: ANN401
        """The state machine: call after call, again after the end of a process."""
        while True:
            try:
                answer = self.call(**given)
            except KilledError:
                continue
            if not answer.more:
                return answer

    def record(self, **choices: bool) -> UndoRecord:
        """The undo as the ledger has it."""
        found = UndoLedger(plain_client(), self.ledger.name).find(self.plan(**choices).undo_id)
        assert found
        return found

    def plan(self, **choices: bool) -> UndoPlan:
        """What the undo is of."""
        return undo_of(self.ledger.read(self.drop.run_id), self.pools, UndoChoices(**choices))

    def table(self, name: str, **choices: bool) -> list[dict[str, str]]:
        """The rows of a result file; none where there is no such file."""
        key = f"results/{self.plan(**choices).undo_id}/{name}"
        if key not in self.s3.objects:
            return []
        return list(csv.DictReader(io.StringIO(self.s3.body(key).decode())))

    def results(self, **choices: bool) -> dict[str, str]:
        """What was done with each user: `deleted`, or why not."""
        deleted = [(row["username"], "deleted") for row in self.table("deleted.csv", **choices)]
        left = [(row["username"], row["code"]) for row in self.table("left.csv", **choices)]
        assert len(dict(deleted + left)) == len(deleted + left), "a user has two results"
        return dict(deleted + left)

    def summary(self, **choices: bool) -> dict[str, Any]:
        """The summary."""
        found: dict[str, Any] = json.loads(self.s3.body(f"results/{self.plan(**choices).undo_id}/summary.json"))
        return found
