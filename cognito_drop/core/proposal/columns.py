"""The columns of a file, or the members of its records, with values from its start."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import BrokenFileError
from cognito_drop.core.presets.mapping import Mapped
from cognito_drop.core.presets.source import source_of
from cognito_drop.core.presets.user import text, word
from cognito_drop.core.proposal.shapes import ColumnSample, Shape
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.detection import HEAD_BYTES, undecodable
from cognito_drop.core.rows.header_words import status_word
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cognito_drop.core.presets.source import Source

MOST_COLUMNS: Final = 500
MOST_WORDS: Final = 30
"""Different values of a column that may be a status."""
_OTHER: Final = "\0"
"""Counts the values of a column that has too many."""
_SAMPLED: Final = 1_000  # records
_DEEPEST: Final = 3  # levels of members of members
_OF_ROWS: Final = frozenset({Shape.EMAIL, Shape.PHONE, Shape.DATE, Shape.UUID, Shape.HASH, Shape.URL})
_ANY: Final = Mapped(None, {}, None)
"""A preset of no system: it reads a list of records, or a CSV file with a header."""


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """The different values of a column in lower case, also the blank one."""

    counts: Mapping[str, int]
    """The records of each."""
    is_complete: bool
    """False where there are too many for a status: the others are not in `counts`."""
    others: int = 0
    """The records of the others."""

    @property
    def all(self) -> frozenset[str] | None:
        """All values; None if there are too many."""
        return frozenset(self.counts) if self.is_complete else None


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The names of a file's columns, and samples of their values by name."""

    names: tuple[str, ...]
    samples: Mapping[str, ColumnSample]
    source: Source

    def status_words(
        self, chunks: Iterable[bytes], asked_for: Mapping[str, Collection[str]] | None = None
    ) -> dict[str, ColumnWords]:
        """Of all records, behind the sample too: the values of each column that is not blank, without those of columns
        with too many different ones whose names say nothing of who is not to sign in.

        `asked_for` are words by column that are counted in any case. Raises UndecodableError and BrokenFileError.
        """
        wanted = {name: frozenset(map(word, words)) for name, words in (asked_for or {}).items()}
        fits, found = lru_cache(MOST_COLUMNS)(status_word), dict[str, Counter[str]]()
        passed_over, records = set[str](), 0
        for record in _records(self.source, chunks):
            records += 1
            for name, given in record.items():  # in the order of the file, in which its columns are asked for
                if name in passed_over:
                    continue
                words, value = found.setdefault(name, Counter()), word(given)
                is_kept = value in words or len(words) <= MOST_WORDS or value in wanted.get(name, ())
                words[value if is_kept else _OTHER] += 1
                if not is_kept and name not in wanted and not fits(name):
                    passed_over.add(name)
                    del found[name]
        for words in found.values():
            words[""] += records - words.total()
        return {
            name: ColumnWords({each: count for each, count in words.items() if count and each != _OTHER},
                              is_complete=_OTHER not in words and len(words.keys() - {""}) <= MOST_WORDS,
                              others=words[_OTHER])
            for name, words in found.items()
            if words.keys() - {""} or name in wanted
        }  # fmt: skip


def columns_of(head: bytes, chunks: Iterable[bytes]) -> FileColumns | Problem:
    """The columns of the file that starts so, or why it has none. `chunks` are those behind the head."""
    source = source_of(head[:HEAD_BYTES], _ANY, is_whole=len(head) < HEAD_BYTES)
    if isinstance(source, Problem):
        return source
    try:
        records = list(islice(_records(source, chain([head], chunks)), _SAMPLED))
    except UndecodableError:
        return undecodable(source.dialect.encoding)
    except BrokenFileError:
        return Problem(ProblemCode.JSON_BROKEN, "The file is not valid JSON.", "Export the users again.")
    names = source.csv_names or tuple(dict.fromkeys(name for record in records for name in record))
    if problem := _no_names(names, source):
        return problem
    samples = {name: ColumnSample.of(record.get(name, "") for record in records) for name in dict.fromkeys(names)}
    return FileColumns(names, samples, source)


def _no_names(names: Sequence[str], source: Source) -> Problem | None:
    if len(names) > MOST_COLUMNS:
        found = f"The file has more than {MOST_COLUMNS} columns."
        return Problem(ProblemCode.WRONG_HEADER, found, "Export the columns of the users alone.")
    if not source.is_json and ColumnSample.of(names).has_any(_OF_ROWS):
        found = "The first line is not a header: it has the values of a user."
        return Problem(ProblemCode.WRONG_HEADER, found, "Add a first line with the names of the columns.")
    return None


def _records(source: Source, chunks: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """Records with their values as texts; those that cannot be read are left to the check."""
    for _, record in source.members(chunks):
        if not isinstance(record, Fault):
            yield dict(_flat(record)) if source.is_json else dict(record)


def _flat(record: Mapping[str, Any], path: str = "", level: int = 1) -> Iterator[tuple[str, str]]:
    """The members of a record and of its members, by their paths."""
    for name, value in record.items():
        if isinstance(value, dict) and level < _DEEPEST:
            yield from _flat(value, f"{path}{name}.", level + 1)
        else:
            yield f"{path}{name}", text(value)
