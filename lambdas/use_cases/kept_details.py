"""What a run has kept for its report, each piece as far as it can be read.

Guarantees that a piece that is lost or damaged ends no report: the report goes without it and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from cognito_drop.aws.staging import StagingDamagedError
from cognito_drop.core.presets import Source
from cognito_drop.core.runs.detail_gap import DetailGap
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.results.join import KeptRejection
    from cognito_drop.core.results.part_outcomes import PartOutcomes
    from cognito_drop.core.results.summary_json import PreflightJson
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_state import CheckedFile


@dataclass(slots=True)
class KeptDetails:
    """The staging of one run. As a context manager it tolerates, and notes, what is lost or damaged."""

    staging: Staging
    drop: Drop
    file: CheckedFile
    _is_damaged: bool = field(default=False, init=False)
    _preflight: PreflightJson | None = field(default=None, init=False)

    @property
    def gaps(self) -> list[DetailGap]:
        """What is missing, as far as it was asked for."""
        return [DetailGap.STAGING_DAMAGED] if self._is_damaged else []

    @property
    def checked(self) -> Staging:
        """What the check of the file has kept."""
        return self.staging.of_check(self.file.checked_by)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Go on without what is lost or damaged."""
        if not isinstance(error, StagingDamagedError):
            return False
        logger.error("An intermediate file of the run is lost or damaged.", object=str(error))
        self._is_damaged = True
        return True

    def preflight(self) -> PreflightJson:
        """What preflight has found; empty where it did not come so far, or is lost."""
        if self._preflight is None:
            with self:
                self._preflight = self.checked.preflight(self.drop)
                if self._preflight is None and self.file.rows:
                    raise StagingDamagedError("preflight.json")
            self._preflight = self._preflight or {}
        return self._preflight

    def source(self) -> Source | None:
        """How the file was read; None where it could not be read as rows, or that is lost."""
        source = self.preflight().get("source")
        return Source.from_json(source) if source else None

    def rejections(self) -> Iterator[KeptRejection]:
        """The rows that were not given to Cognito. Raises StagingDamagedError, also where some of them are missing."""
        lines = 0
        for _, reasons in groupby(self.checked.rejections(self.drop), key=attrgetter("line")):
            yield from reasons
            lines += 1
        if lines != self.file.rejected + self.file.known:
            raise StagingDamagedError("rejected.jsonl")

    def lanes(self) -> Iterator[bytes] | None:
        """The lane of each accepted row; None where it is gone, and of a file with one lane."""
        marks = self.checked.lanes(self.drop)
        return None if marks is None else self._whole(marks)

    def _whole(self, marks: Iterator[bytes]) -> Iterator[bytes]:
        size = 0
        for block in marks:
            size += len(block)
            yield block
        if size != sum(self.file.part_rows):
            raise StagingDamagedError("lanes.bin")

    def outcomes(self, number: int, *, is_read: bool = False) -> PartOutcomes | None:
        """What the log says of the rows of a part; None where it was not read, or is lost. `is_read`: it was read."""
        with self:
            found = self.staging.outcomes(self.drop, number, self.file.part_rows[number - 1])
            if found is None and is_read:
                raise StagingDamagedError(f"the outcomes of part {number}")
            return found
        return None
