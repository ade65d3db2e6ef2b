"""A run whose users are added to groups, and a Cognito with a clock of its own: no one waits for real."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.contract.statuses import RunState
from lambdas.add_members.member_round import MemberRound, Tools
from tests.unit.lookup_world import Clock, InMemoryPace
from tests.unit.meanwhile import Meanwhile
from tests.unit.report_world import ReportWorld
from tests.unit.samples import HEADER, POOL_ID, row

if TYPE_CHECKING:
    from cognito_drop.core.members.memberships import MembershipProgress
    from cognito_drop.core.results.summary import Summary

RATE = 10


def member(name: str, groups: str) -> str:
    """A row with groups."""
    return f"{row(name)},{groups}"


def members_file(*rows: str) -> bytes:
    """A file of the sample pool with the column of the groups at its end."""
    return "".join(f"{line}\n" for line in (f"{HEADER},cognito:groups", *rows)).encode()


def refusal(code: str, operation: str = "AdminAddUserToGroup") -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code}}, operation)


class InMemoryGroups(UserGroups):
    """The groups of one pool. `refuses` has errors for the next calls that add someone, None for none."""

    def __init__(self, clock: Clock, *names: str) -> None:
        self.clock = clock
        self.members: dict[str, list[str]] = {name: [] for name in names}
        self.refuses: list[Exception | None] = []
        self.refuses_to_create = ""
        self.calls: list[float] = []
        """When someone was added, or was to be."""
        self.lists = 0
        self.meanwhile = Meanwhile()

    def names(self, pool_id: str) -> set[str]:  # noqa: ARG002
        """Ask for all."""
        self.lists += 1
        return set(self.members)

    def create(self, pool_id: str, group: str) -> str:  # noqa: ARG002
        """Create one, or refuse."""
        if not self.refuses_to_create:
            self.members[group] = []
        return self.refuses_to_create

    def add(self, pool_id: str, username: str, group: str) -> str:  # noqa: ARG002
        """Add someone, or refuse."""
        self.calls.append(self.clock.now)
        self.meanwhile.reach(f"call {len(self.calls)}")
        if self.refuses and (error := self.refuses.pop(0)):
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "UserNotFoundException":
                return "UserNotFoundException"
            raise error
        self.members[group].append(username)
        return ""


class MembersWorld(ReportWorld):
    """One drop whose users are added to groups; see ReportWorld for who is imported."""

    def __init__(self, *groups: str, **settings: Any) -> None:  # noqa: ANN401  (settings have many types)
        super().__init__(**settings)
        self.clock = Clock()
        self.groups = InMemoryGroups(self.clock, *groups)
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
