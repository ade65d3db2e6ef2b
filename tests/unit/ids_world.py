"""A run whose new ids are recorded, a pool whose users ListUsers may show late, and a clock of its own."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, cast

from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_searches import UserSearches
from cognito_drop.contract.statuses import RunState
from lambdas.note_ids.id_notes import IdNotes
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.report_world import ReportWorld
from tests.unit.samples import COMPLETED, POOL_ID, pool

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.noted_ids import NotedIds
    from cognito_drop.core.runs.run_state import IdsProgress

RATE = 12


class PoolUsers:
    """ListUsers of one pool, as boto3's client has it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.names: list[str] = []
        self.hidden: dict[str, int] = {}
        """Users who are shown after so many looks for them."""
        self.calls: list[str] = []
        self.refuses: list[BaseException] = []

    def list_users(
        self,
        *,
        Filter: str = "",  # noqa: N803  (boto3's names)
        PaginationToken: str = "0",  # noqa: N803
        Limit: int,  # noqa: N803
        **_: object,
    ) -> dict[str, Any]:
        """A page of the users, or those whom a filter finds."""
        self.calls.append(Filter or PaginationToken)
        if self.refuses:
            raise self.refuses.pop(0)
        start = int(PaginationToken)
        found = self.names[start : start + Limit]
        if Filter:
            name = re.fullmatch(r'username = "(.*)"', Filter)
            assert name
            found = [each for each in self.names if each == name[1]]
        shown = [{"Username": name, "Attributes": [{"Name": "sub", "Value": f"sub-of-{name}"}]} for name in found
                 if not self._is_hidden(name)]  # fmt: skip
        more = not Filter and start + Limit < len(self.names)
        return {"Users": shown, **({"PaginationToken": str(start + Limit)} if more else {})}

    def _is_hidden(self, name: str) -> bool:
        left = self.hidden.get(name, 0)
        self.hidden[name] = left - 1
        return left > 0


class IdsWorld(ReportWorld):
    """One drop whose ids are recorded; see ReportWorld for who is imported."""

    def __init__(self, folder: Path, **settings: Any) -> None:  # noqa: ANN401  (settings have many types)
        super().__init__(**{"ids": True, **settings})
        self.clock = Clock()
        self.users = PoolUsers(self.clock)
        self.state_file = folder / "ids.sqlite"

    def imported(self, data: bytes) -> None:
        """Drop a file and import it, up to its report."""
        self.check(data)
        file = self.ledger.checked_file(self.drop.run_id)
        for number in range(1, len(file.part_rows) + 1):
            self.import_part(number)
        self.ledger.put(self.drop.run_id, state=RunState.REPORTING, is_closing=True)

    def pool_has(self, users: int) -> None:
        """Cognito says that the pool has about so many users."""
        known = pool()
        self.imports.pools[POOL_ID] = pool(description={**known.description, "EstimatedNumberOfUsers": users})

    def note(self, seconds: float = 900) -> IdsProgress:
        """One call of the function, which may last so long."""
        searches = UserSearches(
            UserDirectory(cast("Any", self.users)), InMemoryPace(RATE), lambda: self.clock.now, self.clock.sleep,
            lambda: 1.0,
        )  # fmt: skip
        notes = IdNotes(
            self.imports, self.drops, self.staging, self.ledger, searches, lambda: self.clock.now, self.state_file
        )
        return notes.go_on(self.drop, seconds)

    def recorded(self, seconds: float = 900) -> list[IdsProgress]:
        """Calls until there is nothing more to do."""
        made = [self.note(seconds)]
        while made[-1].more:
            made.append(self.note(seconds))
        return made

    @property
    def ids(self) -> NotedIds | None:
        """What the ledger has."""
        return self.ledger.read(self.drop.run_id).ids

    @property
    def rows(self) -> list[tuple[int, str, str, str]]:
        """The rows of ids.csv."""
        header, *rows = csv.reader(io.StringIO(self.files["ids.csv"].decode()))
        assert header == ["line", "old_id", "username", "sub"]
        return [(int(line), old, name, sub) for line, old, name, sub in rows]

    def reported(self, ids_error: str = "") -> Summary:
        """The report."""
        return self.reports.of(self.drop, "", COMPLETED, ids_error=ids_error)
