"""What the deployed roles have used of what they are granted: the local emulator's account of it, as data and as text.

Guarantees every role of the local emulator with what it used, was denied, and was granted and never used.
Whether an unused grant has a reason is for those who ask.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.local_cloud import LocalCloud

_TIMEOUT = 600  # seconds; guards against hanging only


@dataclass(frozen=True, slots=True)
class Access:
    """An action on a resource that a role has used, or was denied."""

    action: str
    resource: str
    times: int


@dataclass(frozen=True, slots=True)
class UnusedGrant:
    """An action of a policy that was not used on some of the resources that it is granted on."""

    policy: str
    action: str
    """As the policy has it, with its wildcards."""
    resources: tuple[str, ...]
    """Those without a use."""
    used_on: tuple[str, ...]
    """Those of the same statement with one; empty for an action that was never used."""


@dataclass(frozen=True, slots=True)
class RolePermissions:
    """One role."""

    role: str
    used: tuple[Access, ...]
    denied: tuple[Access, ...]
    unused: tuple[UnusedGrant, ...]

    @property
    def never_used(self) -> list[str]:
        """Actions that are granted and were used on nothing at all, in order."""
        return sorted({grant.action for grant in self.unused if not grant.used_on})


def permissions_in(cloud: LocalCloud, prefix: str = "") -> list[RolePermissions]:
    """The roles whose names start so, by name."""
    url = f"{cloud.endpoint}/_localcloud/iam/used"
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310  (http to localhost)
        roles: list[dict[str, Any]] = json.load(answer)["roles"]
    found = [
        RolePermissions(
            role["role"],
            tuple(Access(**access) for access in role["used"]),
            tuple(Access(**access) for access in role["denied"]),
            tuple(
                UnusedGrant(grant["policy"], grant["action"], tuple(grant["resources"]), tuple(grant["used_on"]))
                for grant in role["unused"]
            ),
        )
        for role in roles
    ]
    return sorted((role for role in found if role.role.startswith(prefix)), key=lambda role: role.role)


def as_text(roles: Iterable[RolePermissions]) -> str:
    """The roles for people: what was denied, what was never used, what was used on some resources only."""
    lines: list[str] = []
    for role in roles:
        lines.append(role.role)
        lines += [f"  denied: {one.action} on {one.resource} ({one.times} x)" for one in role.denied]
        for grant in role.unused:
            what = "used on others, not on" if grant.used_on else "never used:"
            lines += [f"  {grant.action} {what} {resource}" for resource in grant.resources]
        if not role.denied and not role.unused:
            lines.append("  uses everything that it is granted")
    return "\n".join(lines)
