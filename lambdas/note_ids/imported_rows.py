"""The imported rows of a run: of each its line, the name that its user is told apart by as the row has it, and its
old id.

Guarantees that a name is that of the row on the line: what does not fit together raises RefusedError. A row whose
outcome is not known is none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.aws.drops import SourceGoneError
from cognito_drop.aws.errors import RefusedError
from cognito_drop.aws.staging import StagingDamagedError
from cognito_drop.core.pools.user_search import name_of
from cognito_drop.core.presets import preset_of
from cognito_drop.core.presets.old_ids import old_id
from cognito_drop.core.results.join import in_order, joined
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows.reading import split_escaped
from cognito_drop.core.rows.row_outcome import RowOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cognito_drop.aws.drops import DropBucket
    from cognito_drop.core.presets import Preset
    from cognito_drop.core.results.join import KeptRejection
    from cognito_drop.core.rows import PoolRules
    from cognito_drop.core.rows.rejection import Fault
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.runs.run_state import CheckedFile
    from lambdas.use_cases.kept_details import KeptDetails

_BLOCK: Final = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file, read by the names of its columns."""

    line: int
    members: Mapping[str, Any] | Fault


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """Reads them from the dropped file and from what the run has kept."""

    drops: DropBucket
    kept: KeptDetails
    record: RunRecord
    rules: PoolRules

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        """Line, name, and old id, in the order of the file. Raises RefusedError where something is lost or damaged."""
        try:
            yield from self._rows()
        except StagingDamagedError as error:
            raise RefusedError(f"An intermediate file of the run is lost or damaged: {error}") from None
        except SourceGoneError:
            raise RefusedError("The dropped file, or a part of it, no longer exists") from None

    def _rows(self) -> Iterator[tuple[int, str, str]]:
        kept, file = self.kept, self.kept.file
        preset, source = self._preset(), kept.source()
        outcomes = [self._outcomes(number) for number in range(1, len(file.part_rows) + 1)]
        if source is None or kept.gaps:
            raise StagingDamagedError("preflight.json")
        names = [self._names(file, number, each) for number, each in enumerate(outcomes, 1)]
        body = self.drops.open(kept.drop).body
        rows = (_Row(line, members) for line, members in source.members(body.iter_chunks(_BLOCK)))
        accepted = in_order(names, file.part_algorithms, kept.lanes(), None, None)
        for row, name in joined(rows, kept.rejections(), accepted, of_rejected=_no_name, nothing=None):
            if name is not None:
                yield row.line, name, old_id(row.members, preset)

    def _preset(self) -> Preset | None:
        """What the file was read as."""
        choice = self.kept.preflight().get("read_as")
        return preset_of(choice) if choice else None

    def _outcomes(self, number: int) -> PartOutcomes | None:
        """What is known of a part's rows: of one whose log was not read, what the job's counts say of all of them."""
        entry = self.record.parts.get(number)
        outcomes = self.kept.outcomes(number)
        if outcomes is None and entry is not None:
            outcomes = PartOutcomes(self.kept.file.part_rows[number - 1])
            outcomes.conclude(entry.counts, is_over=entry.status is not None)
        return outcomes

    def _names(self, file: CheckedFile, number: int, outcomes: PartOutcomes | None) -> Iterator[str | None]:
        """Of each row of a part the name of its user, if it was imported."""
        rows = file.part_rows[number - 1]
        if outcomes is None or not outcomes.count(RowOutcome.IMPORTED):
            yield from repeat(None, rows)
            return
        part = self.kept.staging.open_part(self.kept.drop, number, file.version_of(number))
        try:
            for verdict, name in zip(outcomes, self._names_in(_lines(part.body.iter_chunks(_BLOCK))), strict=True):
                yield name if verdict.outcome is RowOutcome.IMPORTED else None
        except ValueError:
            raise StagingDamagedError(f"part-{number:04}.csv") from None

    def _names_in(self, lines: Iterator[bytes]) -> Iterator[str]:
        """The names of the rows of a part, after its header. Raises ValueError for a part that is not as it was."""
        columns = split_escaped(next(lines, b"").decode())
        for line in lines:
            row = dict(zip(columns, split_escaped(line.decode()), strict=True))
            yield name_of(row, self.rules)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a part: they end with a line feed only."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _no_name(_rejections: Iterable[KeptRejection]) -> None:
    """Of a row that was rejected, or whose user was known."""
