"""What roles have done and have been denied, since the emulator was started.

Guarantees for each action that was asked for in a role's name the resources it was last asked for on, each with its
number. Whether an action was allowed is decided by those that record it (`localcloud.iam`).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field

_Accesses = defaultdict[tuple[str, str], dict[str, int]]
"""By role and action: how often on each resource, the one last asked for at the end."""


@dataclass(frozen=True, slots=True, order=True)
class Access:
    """One action of a role on a resource."""

    role_arn: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class AccessLog:
    """The accesses of one emulator."""

    keep: int
    """Resources of a role's action that are remembered."""
    _allowed: _Accesses = field(default_factory=lambda: defaultdict(dict))
    _denied: _Accesses = field(default_factory=lambda: defaultdict(dict))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allowed(self, role_arn: str, action: str, resource: str) -> None:
        """Record that the role might do it."""
        self._count(self._allowed, role_arn, action, resource)

    def denied(self, role_arn: str, action: str, resource: str) -> None:
        """Record that the role was denied it."""
        self._count(self._denied, role_arn, action, resource)

    def all_allowed(self) -> dict[Access, int]:
        """How often what was allowed, in order."""
        return self._sorted(self._allowed)

    def all_denied(self) -> dict[Access, int]:
        """How often what was denied, in order."""
        return self._sorted(self._denied)

    def _count(self, accesses: _Accesses, role_arn: str, action: str, resource: str) -> None:
        with self._lock:
            times = accesses[role_arn, action]
            times[resource] = times.pop(resource, 0) + 1
            if len(times) > self.keep:
                del times[next(iter(times))]

    def _sorted(self, accesses: _Accesses) -> dict[Access, int]:
        with self._lock:
            return {
                Access(role_arn, action, resource): number
                for (role_arn, action), times in sorted(accesses.items())
                for resource, number in sorted(times.items())
            }
