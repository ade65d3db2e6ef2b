"""What an operation needs to be allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource."""

    action: str
    resource: str = "*"
    """An ARN, or `*` where the action has none or none is known."""
    context: Mapping[str, str] = field(default_factory=dict)
    """The action's own condition keys, in lower case."""
