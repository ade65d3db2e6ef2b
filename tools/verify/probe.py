"""What a probe is. A probe belongs to a row of the table in localcloud/fidelity/, which names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.verify.observation import Seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from tools.verify.account import Account

Look = Callable[["Account"], Seen]


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at a behavior of AWS."""

    name: str
    """The name of its function, with hyphens."""
    what: str
    """The first line of its docstring."""
    look: Look


def probes_of(module: ModuleType) -> Mapping[str, Probe]:
    """The public functions of the module, in their order."""
    found = [value for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
    own = [look for look in found if look.__module__ == module.__name__]
    made = [Probe(look.__name__.replace("_", "-"), (look.__doc__ or "").splitlines()[0], look) for look in own]
    return {probe.name: probe for probe in made}
