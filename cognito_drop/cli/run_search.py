"""Searches the dropped file of a run for a value, and says how each row that holds it has ended.

Nothing is kept for this: the file's own version is read again, and the result files say the rest.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.cli.run_text import phase
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.object_keys import ROW_FILES, results_of
from cognito_drop.core.presets import Source
from cognito_drop.core.results.row_tally import words_of
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.text.spreadsheet import restored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mypy_boto3_s3 import S3Client

    from cognito_drop.cli.run_view import RunView, RunViewer
    from cognito_drop.core.presets.value_search import ValueSearch
    from cognito_drop.core.runs.run_record import RunRecord

MOST_ROWS: Final = 100
"""Rows of one run that are shown."""
ACCEPTED: Final = "accepted"
"""The outcome of a row that a dry run has found good."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row has ended, and why; the outcome is None where it is not known, or not yet."""

    outcome: str | None
    code: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of a run that hold the value, by the line where each starts or the number of its record."""

    view: RunView
    rows: dict[int, RowEnd]
    places: str
    """What the numbers count: `lines` or `records`."""
    has_more: bool


@dataclass(frozen=True, slots=True)
class RunSearch:
    """Searches the files of runs for one value."""

    s3: S3Client
    viewer: RunViewer
    search: ValueSearch

    def rows(self, run: RunRecord) -> FoundRows:
        """Its rows, MOST_ROWS at most. Raises SourceGoneError, UndecodableError, and BrokenFileError."""
        view = self.viewer.view(run) if run.is_over else recorded(run)
        source = view.summary and view.summary.get("source")
        chunks = DropBucket(self.s3).open(run.drop).body.iter_chunks(_BLOCK)
        found = self.search.records(Source.from_json(source), chunks) if source else self.search.lines(chunks)
        places = list(islice(found, MOST_ROWS + 1))
        shown = places[:MOST_ROWS]
        ends = self._ends(view, shown) if shown else {}
        rows = {place: ends.get(place) or _of_run(view) for place in shown}
        return FoundRows(view, rows, view.places if source else "lines", len(places) > MOST_ROWS)

    def _ends(self, view: RunView, places: Collection[int]) -> dict[int, RowEnd]:
        """What the result files say of these rows."""
        names = view.summary["files"] if view.summary else ()
        return {place: end for name in ROW_FILES if name in names for place, end in self._table(view.run, name, places)}

    def _table(self, run: RunRecord, name: str, places: Collection[int]) -> Iterator[tuple[int, RowEnd]]:
        """The rows of these places in a result file; all of them are in the order of the dropped file."""
        outcome = RowOutcome(name.partition(".")[0])
        try:
            body = DropBucket(self.s3).open_key(run.drop.bucket, f"{results_of(run.run_id)}{name}").body
        except SourceGoneError:
            return
        wanted, last = set(places), max(places)
        rows = csv.DictReader(line.decode() + "\n" for line in body.iter_lines(_BLOCK))
        for line, faults in groupby(rows, key=itemgetter("line")):
            if int(line) > last:
                return
            if int(line) in wanted:
                yield int(line), _end(outcome, list(faults))


def _end(outcome: RowOutcome, faults: Sequence[Mapping[str, str]]) -> RowEnd:
    """A rejected row has a line for each of its faults."""
    code = faults[0]["code"]
    if outcome.has_reason_of_cognito:
        return RowEnd(outcome.value, code, *words_of(code))
    message, hint = (" ".join(dict.fromkeys(fault.get(name, "") for fault in faults)) for name in ("message", "hint"))
    return RowEnd(outcome.value, code, restored(message), restored(hint))


def _of_run(view: RunView) -> RowEnd:
    """What is known of a row that no result file names."""
    run, problem = view.run, view.run.file.problem if view.run.file else None
    if problem:
        return RowEnd(RowOutcome.REJECTED.value, problem.code.value, problem.sentence, problem.hint)
    if not run.is_over:
        return RowEnd(None, message=f"The run has not ended: {phase(view)}.")
    if view.summary and run.drop.is_dry_run:
        return RowEnd(ACCEPTED, message="The row can be imported.")
    missing = "do not include the row" if view.summary else "no longer exist"
    return RowEnd(None, message=f"The results of the run {missing}.")
