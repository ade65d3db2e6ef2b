"""A user pool listed whole: its settings, groups, members, and users, within Cognito's rates.

Users and members are listed with ListUsers and ListUsersInGroup, which share a quota, at one rate; neither is named by
AWS among the operations that make users active.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

import json
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.kept_state import END, take_pages
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exported_records import OF_CLIENT, OF_MFA, OF_POOL, settings
from cognito_drop.cli.live_pool import pool_unreadable
from cognito_drop.cli.pool_users import RATE, paced_searches
from cognito_drop.core.pools.call_rate import CallRate
from cognito_drop.core.pools.lookup import PAGE, pages_of
from cognito_drop.core.text.figures import counted, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cognito_drop.aws.user_searches import UserSearches
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.export_state import ExportState

    T = TypeVar("T")

_RESOURCE_RATE: Final = CallRate(2)
"""40 % of the five calls of one operation in a second that Cognito allows for a pool."""
_MOST_CLIENTS: Final = 60
_NOT_ENABLED: Final = "OperationNotEnabledException"
"""In a replica in another Region, which operations are not enabled is documented for imports only."""
SETTINGS, HEADER, STARTED, ENDED = "settings", "header", "started_at", "ended_at"
"""Notes of the state."""
_USERS, _GROUPS, _MEMBERS = "users", "groups", "members of "


@dataclass(frozen=True, slots=True)
class PoolListing:
    """One pool, and the state that takes it. Continues where an earlier call has stopped."""

    context: Context
    pool_id: str
    state: ExportState
    users: UserSearches
    others: UserSearches

    @classmethod
    def of(cls, context: Context, pool_id: str, state: ExportState) -> PoolListing:
        """With the rates of this account and this pool."""
        return cls(
            context,
            pool_id,
            state,
            paced_searches(context),
            paced_searches(context, _RESOURCE_RATE, f"settings of {pool_id}"),
        )

    def take_settings(self) -> dict[str, Any]:
        """The settings of the pool without secrets, by the members of pool.json. Raises CommandError."""
        if not (kept := self.state.note(SETTINGS)):
            with self.context.messages.working(f"Asking the pool {self.pool_id}"):
                kept = json.dumps(self._settings())
            self.state.keep_note(SETTINGS, kept)
        found: dict[str, Any] = json.loads(kept)
        if (known := found["user_pool"]["Id"]) != self.pool_id:
            raise CommandError(ErrorCode.USAGE, f"The state is of an export of {known}.", "Choose another place.")
        return found

    def take_header(self) -> list[str]:
        """The header of the pool's CSV files. Raises CommandError for a replica, which has none."""
        if not (kept := self.state.note(HEADER)):
            header = partial(self.context.aws.cognito_once.get_csv_header, UserPoolId=self.pool_id)
            try:
                kept = json.dumps(self._slowly(header)["CSVHeader"])
            except ClientError as error:
                if error_code(error) != _NOT_ENABLED:
                    raise
                raise CommandError(
                    ErrorCode.POOL_UNREADABLE,
                    f"The user pool {self.pool_id} gives no CSV header in {self.context.aws.region}: it is a replica.",
                    "Export it without --csv, or in the Region of the original.",
                ) from None
            self.state.keep_note(HEADER, kept)
        found: list[str] = json.loads(kept)
        return found

    def take_groups(self) -> None:
        """List the groups, and the members of each. One that is deleted meanwhile is left out."""
        client = UserGroups(self.context.aws.cognito_once)
        with self.context.messages.working("Listing the groups of the pool") as working:
            for _ in take_pages(
                self.state,
                _GROUPS,
                lambda token: self._slowly(partial(client.page, self.pool_id, token)),
                self.state.take_groups,
                self.state.forget_groups,
            ):
                pass
            groups = self.state.group_names()
            for number, group in enumerate(groups, 1):
                working(f"Listing the members of group {number:,} of {len(groups):,}")
                self._take_members(group)

    def take_users(self, estimate: int) -> None:
        """List the users, of whom there are about so many."""
        before, started = self.state.counts()["users"], time.monotonic()
        listed = before
        with self.context.messages.working("Listing the users of the pool") as working:
            for users in take_pages(
                self.state,
                _USERS,
                lambda token: self._paced(partial(self.users.directory.records, self.pool_id, token)),
                self.state.take_users,
                self.state.forget_users,
            ):
                listed += users
                working(_progress(listed, estimate, (time.monotonic() - started) / pages_of(listed - before)))

    def _take_members(self, group: str) -> None:
        listing = _MEMBERS + group
        try:
            for _ in take_pages(
                self.state,
                listing,
                lambda token: self._paced(partial(self.users.directory.members, self.pool_id, group, token)),
                partial(self.state.take_members, group),
                partial(self.state.forget_members, group),
            ):
                pass
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            self._pool()  # the same code says that the pool is gone, or is of another account or Region
            self.state.forget_group(group)
            self.state.keep_note(listing, END)

    def _pool(self) -> Mapping[str, Any]:
        """The pool as Cognito describes it. Raises CommandError."""
        describe = partial(self.context.aws.cognito_once.describe_user_pool, UserPoolId=self.pool_id)
        try:
            return self._slowly(describe)["UserPool"]
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise pool_unreadable(self.context, self.pool_id, error) from None
            raise

    def _settings(self) -> dict[str, Any]:
        cognito, pool, refused = self.context.aws.cognito_once, self._pool(), list[str]()
        mfa: Mapping[str, Any] = {}
        clients: list[Mapping[str, Any]] = []
        with _refusals(refused):
            mfa = self._slowly(partial(cognito.get_user_pool_mfa_config, UserPoolId=self.pool_id))
        with _refusals(refused):
            clients = list(self._clients())
        return {
            "user_pool": settings(pool, OF_POOL),
            "mfa": settings(mfa, OF_MFA),
            "app_clients": [settings(client, OF_CLIENT) for client in clients],
            "users": pool.get("EstimatedNumberOfUsers", 0),
            "refused": refused,
        }

    def _clients(self) -> Iterator[Mapping[str, Any]]:
        """The app clients; one that is deleted meanwhile is left out."""
        cognito, page = self.context.aws.cognito_once, dict[str, Any]()
        while True:
            answer = self._slowly(
                partial(cognito.list_user_pool_clients, UserPoolId=self.pool_id, MaxResults=_MOST_CLIENTS, **page)
            )
            for client in answer.get("UserPoolClients", []):
                found = partial(cognito.describe_user_pool_client, UserPoolId=self.pool_id, ClientId=client["ClientId"])
                try:
                    yield self._slowly(found)["UserPoolClient"]
                except ClientError as error:
                    if error_code(error) != "ResourceNotFoundException":
                        raise
            if not answer.get("NextToken"):
                return
            page = {"NextToken": answer["NextToken"]}

    def _paced(self, call: Callable[[], T]) -> T:
        return self.users.paced(math.inf, call)

    def _slowly(self, call: Callable[[], T]) -> T:
        return self.others.paced(math.inf, call)


@contextmanager
def _refusals(refused: list[str]) -> Iterator[None]:
    """Note the name of an operation that is not enabled here: in a replica, settings may not be given out."""
    try:
        yield
    except ClientError as error:
        if error_code(error) != _NOT_ENABLED:
            raise
        refused.append(error.operation_name)


def _progress(listed: int, estimate: int, seconds_for_call: float) -> str:
    said = f"Listed {listed:,} of about {counted(estimate, 'user')} of the pool"
    calls = -(-(estimate - listed) // PAGE)
    if calls <= 0:
        return said
    return f"{said}, about {duration(max(RATE.seconds_for(calls), calls * seconds_for_call))} left"
