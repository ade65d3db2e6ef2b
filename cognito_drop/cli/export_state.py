"""The state of an export: what was listed until now. The files are written from it when all is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.kept_state import KeptState
from cognito_drop.cli.exported_records import group_record, user_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_cognito_idp.type_defs import GroupTypeTypeDef, UserTypeTypeDef

    from cognito_drop.cli.export_json import ExportCountsJson, ExportedMembershipJson, ExportedUserJson

_TABLES: Final = """
create table users (name text primary key, record text, enabled integer, status text);
create table groups (name text primary key, record text);
create table members (name text, user text, primary key (user, name)) without rowid;
"""
_EXTERNAL: Final = "EXTERNAL_PROVIDER"


class ExportState(KeptState):
    """Takes pages of users, groups, and members. Each is there once, however often a page is taken."""

    command = "export"
    tables = _TABLES

    def take_users(self, users: Sequence[UserTypeTypeDef]) -> None:
        """Take users; of one that comes twice the later record counts."""
        rows = ((user["Username"], user_record(user)) for user in users)
        self._store.executemany(
            "insert or replace into users values (?, ?, ?, ?)",
            [(name, json.dumps(record), record["Enabled"], record["UserStatus"]) for name, record in rows],
        )

    def take_groups(self, groups: Sequence[GroupTypeTypeDef]) -> None:
        """Take groups."""
        self._store.executemany(
            "insert or replace into groups values (?, ?)",
            [(group["GroupName"], json.dumps(group_record(group))) for group in groups],
        )

    def take_members(self, group: str, names: Sequence[str]) -> None:
        """Take members of a group."""
        self._store.executemany("insert or ignore into members values (?, ?)", [(group, name) for name in names])

    def forget_users(self) -> None:
        """Start anew with the users."""
        self._store.execute("delete from users")

    def forget_groups(self) -> None:
        """Start anew with the groups."""
        self._store.execute("delete from groups")

    def forget_members(self, group: str) -> None:
        """Start anew with the members of a group."""
        self._store.execute("delete from members where name = ?", [group])

    def forget_group(self, group: str) -> None:
        """Leave out a group that was deleted meanwhile."""
        self.forget_members(group)
        self._store.execute("delete from groups where name = ?", [group])

    def group_names(self) -> list[str]:
        """The groups, of which a pool has 10,000 at most."""
        return [name for (name,) in self._store.execute("select name from groups order by name")]

    def users(self) -> Iterator[ExportedUserJson]:
        """The users with their groups, by username."""
        names = "select json_group_array(name) from members where user = users.name"
        grouped = f"select record, ({names}) from users order by name"  # noqa: S608  (fixed texts)
        for record, groups in self._store.execute(grouped):
            user: ExportedUserJson = json.loads(record)
            user["Groups"] = sorted(json.loads(groups))
            yield user

    def groups(self) -> Iterator[object]:
        """The groups by name."""
        return (json.loads(record) for (record,) in self._store.execute("select record from groups order by name"))

    def memberships(self) -> Iterator[ExportedMembershipJson]:
        """The memberships by group and user."""
        for name, user in self._store.execute("select name, user from members order by name, user"):
            yield {"GroupName": name, "Username": user}

    def counts(self) -> ExportCountsJson:
        """How many there are of each."""
        return {
            "users": self._count("users"),
            "disabled": self._count("users where not enabled"),
            "external_provider": self._count(f"users where status = '{_EXTERNAL}'"),
            "groups": self._count("groups"),
            "memberships": self._count("members"),
            "memberships_of_unlisted_users": self._count("members where user not in (select name from users)"),
        }

    def _count(self, rows: str) -> int:
        return int(self._store.execute(f"select count(*) from {rows}").fetchone()[0])  # noqa: S608  (fixed texts)
