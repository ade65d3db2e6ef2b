"""A run whose users are added to groups, and a Cognito with a clock of its own: no one waits for real."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.contract.statuses import RunState
from lambdas.add_members.member_round import MemberRound, Tools
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.report_world import ReportWorld
from tests.unit.samples import HEADER, POOL_ID, row

if TYPE_CHECKING:
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary

RATE = 10
ANY_GROUP = {"allow": ["*"]}


def member(name: str, groups: str) -> str:
    """A row with groups."""
    return f"{row(name)},{groups}"


def members_file(*rows: str) -> bytes:
    """A file of the sample pool with the column of the groups at its end."""
    return "".join(f"{line}\n" for line in (f"{HEADER},cognito:groups", *rows)).encode()


def refusal(code: str, operation: str = "AdminAddUserToGroup") -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code}}, operation)


class MembersWorld(ReportWorld):
    """One drop whose users are added to groups; see ReportWorld for who is imported."""

    def __init__(self, *groups: str, **settings: Any) -> None:  # noqa: ANN401  (settings have many types)
        super().__init__(**{"groups": ANY_GROUP, **settings})
        self.clock = Clock()
        self.groups.clock = self.clock
        self.groups.members |= {name: [] for name in groups}
        self.pace = InMemoryPace(RATE)
        self.file = self.check(members_file())

    def imported(self, *rows: str) -> None:
        """Drop a file with these rows and import it."""
        self.ledger.forget(self.drop.run_id)
        self.ledger.accept(self.drop, size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.s3.objects.clear()
        self.file = self.check(members_file(*rows))
        for number in range(1, len(self.file.part_rows) + 1):
            self.import_part(number)
        self.ledger.put(self.drop.run_id, state=RunState.REPORTING, is_closing=True)

    def add(self, seconds: float = 900) -> MembershipProgress:
        """One call of the function, which may last so long."""
        tools = Tools(
            self.groups, self.staging, self.ledger, self.pace, lambda: self.clock.now, self.clock.sleep,
            lambda: 1.0, map,
        )  # fmt: skip
        settings = self.pools["people"]
        assert settings.pool_id == POOL_ID
        return MemberRound(tools, self.drop, self.file, settings, self.clock.now + seconds).go_on().progress

    def reported(self) -> Summary:
        """Make the report."""
        return self.report()

    @property
    def results(self) -> list[tuple[int, str, str, str]]:
        """Line, group, outcome and code of every membership."""
        header, *rows = csv.reader(io.StringIO(self.files["groups.csv"].decode()))
        assert header == ["line", "group", "outcome", "code", "message"]
        return [(int(line), group, outcome, code) for line, group, outcome, code, _ in rows]
