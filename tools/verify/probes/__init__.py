"""The probes: each is a function that looks at one behavior of AWS and says what it saw."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from tools.verify.probe import probes_of
from tools.verify.probes import (
    files,
    hashes,
    later,
    listing,
    logs,
    permissions,
    rows,
    sign_in,
    starts,
    triggers,
    uploads,
)

_LEFT = probes_of(later)
LATER: Final = MappingProxyType({name: _LEFT[name] for name in ("expiry", "job-limit")})
"""The probes of the second visit."""
PROBES: Final = MappingProxyType(
    {
        **probes_of(starts),
        **probes_of(listing),
        **probes_of(rows),
        **probes_of(files),
        **probes_of(logs),
        **probes_of(uploads),
        **probes_of(hashes),
        **probes_of(sign_in),
        **probes_of(permissions),
        **probes_of(triggers),
        **{name: probe for name, probe in _LEFT.items() if name not in LATER},
    }
)
"""The probes of the first visit by name, in the order in which they run."""
