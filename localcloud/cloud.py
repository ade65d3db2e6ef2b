"""What the parts of the embedded AWS share: its settings and its clock.

moto finds its backends through module globals, so the parts find the cloud in the same way: `current()`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from localcloud.clock import Clock
from localcloud.settings import Settings


@dataclass(frozen=True, slots=True)
class Cloud:
    """One embedded AWS in this process."""

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def of(cls, settings: Settings) -> Cloud:
        """The cloud that these settings describe."""
        return cls(settings, Clock(settings.clock_factor))


_current = Cloud()


def current() -> Cloud:
    """The cloud of this process; one with default settings until `use` was called."""
    return _current


def use(cloud: Cloud) -> Cloud:
    """Make `cloud` the cloud of this process and return the one before it."""
    global _current  # noqa: PLW0603  (moto's own registries are module globals; this one has a single writer)
    before, _current = _current, cloud
    return before
