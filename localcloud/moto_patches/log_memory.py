"""The messages of log events are kept compressed.

moto 5.2.5 keeps each as a text. Those of functions and executions are JSON much alike, and take a third of the memory
beside another one of their kind.
"""

from __future__ import annotations

from typing import Any, Final

from moto.logs.models import LogEvent

from localcloud.samples import Samples, unpack

_SHORT: Final = 96
"""Characters of a message below which compression saves nothing."""
_samples: Final = Samples()


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    LogEvent.message = property(_read, _keep)


def _keep(self: Any, message: str) -> None:  # noqa: ANN401  (a LogEvent with attributes of ours)
    if len(message) < _SHORT:
        self._sample, self._kept = None, message
    else:
        self._sample, self._kept = _samples.pack(message.encode("utf-8", "surrogatepass"))


def _read(self: Any) -> str:  # noqa: ANN401  (as above)
    if self._sample is None:
        return str(self._kept)
    return unpack(self._sample, self._kept).decode("utf-8", "surrogatepass")
