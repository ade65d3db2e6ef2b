"""The probes: each is a function that looks at one behavior of AWS and says what it saw."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from tools.verify.probe import probes_of
from tools.verify.probes import files, listing, logs, rows, starts, uploads

PROBES: Final = MappingProxyType(
    {
        name: probe
        for module in (starts, listing, rows, files, logs, uploads)
        for name, probe in probes_of(module).items()
    }
)
"""All probes by name, in the order in which they run."""
