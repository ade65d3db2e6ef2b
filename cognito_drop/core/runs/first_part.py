"""The first part of a file, a small import job of its own: by its result the rest goes on, or waits for a decision.

Failed are the rows that Cognito neither imported nor skipped. A skipped row is no fault of the file: its user is in the
pool already. Rows that the job does not account for count as failed: nothing shows that they were imported.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html

A first part that Cognito did not go through ends the import, as any part does. Where the rows of a file have password
hashes of several algorithms, the first part has rows of the first one, and decides for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognito_drop.core.runs.part_order import went_through
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from cognito_drop.core.runs.first_part_rule import FirstPart
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.runs.run_state import CheckedFile


@dataclass(frozen=True, slots=True)
class FirstPartResult:
    """The result of a first part."""

    rows: int
    imported: int
    skipped: int
    rest: int
    """Rows of the parts after it."""
    rule: FirstPart
    file: CheckedFile

    @property
    def failed(self) -> int:
        """The rows that Cognito neither imported nor skipped."""
        return max(0, self.rows - self.imported - self.skipped)

    @property
    def stops(self) -> bool:
        """Whether too many rows failed for the rest to go on by itself."""
        return self.rule.stops(self.failed, self.rows)

    @property
    def sentence(self) -> str:
        """`40 of the 200 rows of the first part failed, more than 5%`."""
        part = f"of the {counted(self.rows, 'row')} of the first part failed"
        return f"{self.failed:,} {part}, more than {self.rule.stop_above}"


def to_decide(record: RunRecord) -> FirstPartResult | None:
    """The result for which the rest of a file must not be imported until an operator continues the run.

    None where the rest may be imported, or is being imported, and where the first part is not through.
    """
    file, job = record.file, record.parts.get(1)
    if file is None or file.first_part is None or not file.part_rows[1:] or record.continued_at:
        return None
    rows = file.part_rows[0]
    is_alone = record.parts.keys() == {1}
    if job is None or not is_alone or job.status is None or not went_through(job.status, job.counts, rows):
        return None
    found = FirstPartResult(
        rows, job.counts.imported, job.counts.skipped, sum(file.part_rows[1:]), file.first_part, file
    )
    return found if found.stops else None
