"""The control paths of a running localcloud: its recording and its plan of faults, for tests."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Control:
    """The control paths of the cloud at a URL."""

    url: str

    def ask(self, method: str, place: str, body: object = None) -> dict[str, Any]:
        """Make a request. Raises HTTPError when it is refused."""
        request = urllib.request.Request(  # noqa: S310  (our own server)
            f"{self.url}/_localcloud/{place}", json.dumps(body or {}).encode(), method=method
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310  (our own server)
            said: dict[str, Any] = json.load(answer)
        return said

    def plan(self, **fault: object) -> None:
        """Plan one fault, in place of all others; the correlation is the event's `run`."""
        self.ask("PUT", "faults", {"faults": [fault], "correlation": ["$.run"]})

    @property
    def struck(self) -> bool:
        """Whether every planned fault struck."""
        return all(fault["struck"] for fault in self.ask("GET", "faults")["faults"])

    def record(self, *paths: str) -> None:
        """Begin a recording."""
        self.ask("PUT", "recording", {"correlation": list(paths)})

    def entries(self, query: str = "") -> list[dict[str, Any]]:
        """What was recorded."""
        entries: list[dict[str, Any]] = self.ask("GET", f"recording{query}")["entries"]
        return entries

    def clear(self) -> None:
        """Watch nothing any more."""
        self.ask("DELETE", "faults")
        self.ask("DELETE", "recording")
