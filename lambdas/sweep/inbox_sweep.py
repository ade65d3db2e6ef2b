"""Finds what was dropped and not accepted: its event was lost, or its acceptance failed.

Guarantees that every version in the bucket becomes a run, once. Versions that an earlier sweep has gone through
are skipped; those of the last days are checked again, because a multipart upload is listed with the time at which
it began. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import CHECK, INBOX
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from cognito_drop.aws.drops import DropBucket
    from cognito_drop.aws.run_ledger import RunLedger
    from lambdas.use_cases.acceptance import Acceptance

_NOTE = "inbox"
_LONGEST_UPLOAD = 3 * 86_400
"""Seconds: the bucket gives up uploads that are not completed after two days, once a day."""
_GRACE = 120
"""Seconds within which an event is on its way; it says who has dropped the file, the listing does not."""


@dataclass(frozen=True, slots=True)
class InboxSweep:
    """Goes through the drop bucket."""

    bucket: str
    drops: DropBucket
    ledger: RunLedger
    acceptance: Acceptance
    now: Callable[[], float]
    """Epoch seconds."""

    def run(self) -> int:
        """Accept what was missed; return how many that were."""
        begun = self.now()
        since = self.ledger.note(_NOTE).get("seen_until", 0.0) - _LONGEST_UPLOAD
        found = {
            version.drop: version
            for prefix in (INBOX, CHECK)
            for version in self.drops.versions(self.bucket, prefix)
            if since <= version.dropped.timestamp() <= begun - _GRACE
        }
        missed = self.ledger.unknown(list(found))
        for drop in missed:
            version = found[drop]
            dropped_at = version.dropped.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            logger.warning("Missed drop accepted.", run_id=drop.run_id)
            self.acceptance.accept(drop, size=version.size, dropped_at=dropped_at, dropped_by="")
        self.ledger.keep_note(_NOTE, seen_until=begun)
        return len(missed)
