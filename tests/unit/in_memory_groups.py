"""The groups of one pool, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.user_groups import PoolGroups, UserGroups
from tests.unit.meanwhile import Meanwhile

if TYPE_CHECKING:
    from tests.unit.lookup_world import Clock


class InMemoryGroups(UserGroups):
    """The groups of one pool. `refuses` has errors for the next calls that add someone, None for none."""

    def __init__(self, clock: Clock, *names: str) -> None:
        self.clock = clock
        self.members: dict[str, list[str]] = {name: [] for name in names}
        self.refuses: list[Exception | None] = []
        self.privileged: set[str] = set()
        self.refuses_to_create = ""
        self.calls: list[float] = []
        """When someone was added, or was to be."""
        self.lists = 0
        self.meanwhile = Meanwhile()

    def listed(self, pool_id: str) -> PoolGroups:  # noqa: ARG002
        """Ask for all."""
        self.lists += 1
        return PoolGroups(set(self.members), frozenset(self.privileged))

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
