"""What roles have done and have been denied, since the embedded AWS was started.

Guarantees every action that was asked for in a role's name, once an action and resource, with its number. Whether an
action was allowed is decided by those that record it (`localcloud.iam`).
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Access:
    """One action of a role on a resource."""

    role_arn: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class AccessLog:
    """The accesses of one embedded AWS."""

    _allowed: Counter[Access] = field(default_factory=Counter)
    _denied: Counter[Access] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allowed(self, role_arn: str, action: str, resource: str) -> None:
        """Record that the role might do it."""
        with self._lock:
            self._allowed[Access(role_arn, action, resource)] += 1

    def denied(self, role_arn: str, action: str, resource: str) -> None:
        """Record that the role was denied it."""
        with self._lock:
            self._denied[Access(role_arn, action, resource)] += 1

    def all_allowed(self) -> dict[Access, int]:
        """How often what was allowed, in order."""
        with self._lock:
            return dict(sorted(self._allowed.items()))

    def all_denied(self) -> dict[Access, int]:
        """How often what was denied, in order."""
        with self._lock:
            return dict(sorted(self._denied.items()))
