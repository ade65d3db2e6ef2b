"""Finds what was dropped and not accepted: its event was lost, or its acceptance failed.

Guarantees that every version in the bucket becomes a run, once, also in a bucket with more versions than one sweep can
list: the next one goes on where it stopped. Versions that an earlier sweep has gone through are skipped; those of the
last days are checked again, because a multipart upload is listed with the time at which it began.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.drops import Place
from cognito_drop.contract.object_keys import CHECK, INBOX
from cognito_drop.contract.statuses import RunState
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cognito_drop.aws.drops import DropBucket, DroppedVersion, VersionsPage
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.sweep_notes import SweepNotes
    from cognito_drop.core.runs.drop import Drop
    from lambdas.use_cases.acceptance import Acceptance

_NOTE, _PLACE = "inbox", "inbox_place"
_PREFIXES = (INBOX, CHECK)
_STATES = frozenset(RunState)
_LONGEST_UPLOAD = 3 * 86_400
"""Seconds: the bucket gives up uploads that are not completed after two days, once a day."""
_GRACE = 120
"""Seconds within which an event is on its way; it says who has dropped the file, the listing does not."""


@dataclass(slots=True)
class InboxFindings:
    """What a sweep of the bucket has found."""

    missed: int = 0
    """Drops that were accepted."""
    odd: list[Drop] = field(default_factory=list)
    """Drops whose runs are in a state that this version does not know: no list of a state has them."""
    failures: list[Exception] = field(default_factory=list)
    is_complete: bool = False
    """Whether it came to the end of the bucket."""


@dataclass(frozen=True, slots=True)
class InboxSweep:
    """Goes through the drop bucket."""

    bucket: str
    drops: DropBucket
    ledger: RunLedger
    notes: SweepNotes
    acceptance: Acceptance
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self, *, has_time: Callable[[], bool]) -> InboxFindings:
        """Accept what was missed. A drop that cannot be accepted delays none of the others: the next sweep retries."""
        begun, place = self.now(), self._place()
        begun = min(begun, place.get("begun", begun))
        since = self.notes.numbers(_NOTE).get("seen_until", 0.0) - _LONGEST_UPLOAD
        found, has_failed = InboxFindings(), bool(place.get("has_failed"))
        for prefix, page in self._pages(place):
            self._accept(page.versions, since, found)
            has_failed = has_failed or bool(found.failures)
            if page.place and not has_time():
                here = {"prefix": prefix, "key": page.place.key, "version": page.place.version_id}
                self.notes.keep_place(_PLACE, **here, begun=begun, has_failed=has_failed)
                return found
        if place:
            self.notes.keep_place(_PLACE)
        if not has_failed:
            self.notes.keep(_NOTE, seen_until=begun)
        found.is_complete = True
        return found

    def _place(self) -> dict[str, Any]:
        """Where the last sweep has stopped; the start, where that is not as a sweep writes it."""
        place = self.notes.place(_PLACE)
        texts = [place.get(name) for name in ("prefix", "key", "version")]
        is_whole = all(isinstance(text, str) for text in texts) and isinstance(place.get("begun"), int | float)
        return place if is_whole and place["prefix"] in _PREFIXES else {}

    def _pages(self, place: dict[str, Any]) -> Iterator[tuple[str, VersionsPage]]:
        first = place.get("prefix", _PREFIXES[0])
        after = Place(place["key"], place["version"]) if place else None
        for prefix in _PREFIXES[_PREFIXES.index(first) :]:
            for page in self.drops.pages(self.bucket, prefix, after):
                yield prefix, page
            after = None

    def _accept(self, versions: list[DroppedVersion], since: float, found: InboxFindings) -> None:
        until = self.now() - _GRACE
        due = {each.drop: each for each in versions if since <= each.dropped.timestamp() <= until}
        states = self.ledger.states(drop.run_id for drop in due)
        found.odd += [drop for drop in due if states.get(drop.run_id, RunState.ENDED) not in _STATES]
        for drop, version in due.items():
            if drop.run_id in states:
                continue
            dropped_at = version.dropped.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            logger.warning("Missed drop accepted.", run_id=drop.run_id)
            try:
                self.acceptance.accept(drop, size=version.size, dropped_at=dropped_at, dropped_by="")
            except Exception as error:  # noqa: BLE001  (the other drops come first; the sweep fails with it at its end)
                log_failure("A missed drop could not be accepted.", error, run_id=drop.run_id)
                found.failures.append(error)
            else:
                found.missed += 1
