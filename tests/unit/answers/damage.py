"""What is read of a file that ends too early, or has another sign somewhere: at each place of the file in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets import preset_of
from cognito_drop.core.presets.json_records import BrokenFileError, JsonRecord
from cognito_drop.core.presets.source import Source, source_of
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.detection import detect
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.text.problem import Problem
from tests.unit.rows.files import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.answers.case import Case

_WIDTH: Final = 4
"""The fields of a row of a file with the pool's own columns."""


def damages(case: Case) -> Iterator[str]:
    """Each answer, with the places at which a sign in place of the file's, or the end of the file, leads to it."""
    content = case.content
    found: dict[str, dict[str, list[int]]] = {}
    for what in ("end", *case.damaged_with):
        for at in range(len(content)):
            rest = b"" if what == "end" else what.encode(errors="surrogateescape") + content[at + 1 :]
            found.setdefault(_read(case, content[:at] + rest), {}).setdefault(what, []).append(at)
    for answer, places in found.items():
        said = (f"{what if what == 'end' else repr(what)} at {_ranges(of_one)}" for what, of_one in places.items())
        yield f"{answer}: {'; '.join(said)}"


def _ranges(places: list[int]) -> str:
    """The numbers, those that follow each other by the first and the last of them."""
    ranges: list[list[int]] = []
    for place in places:
        if ranges and ranges[-1][-1] == place - 1:
            ranges[-1][1:] = [place]
        else:
            ranges.append([place])
    return " ".join("-".join(map(str, each)) for each in ranges)


def _read(case: Case, content: bytes) -> str:
    if case.preset == "":
        found = detect(content, case.rules)
        if isinstance(found, Problem):
            return found.code
        said = [found.encoding, found.separator, found.quoting, found.line_end]
        source, kind = Source.of_users(found, _WIDTH), " ".join(map(repr, map(str, said)))
    else:
        read = source_of(content, preset_of(case.preset), is_whole=True)
        if isinstance(read, Problem):
            return read.code
        source, kind = read, read.shape or f"{read.dialect.separator!r} {read.width}"
    return " ".join([kind, *_rows(source, content, case.chunk)])


def _rows(source: Source, content: bytes, chunk: int) -> Iterator[str]:
    """Each record: its place, its bytes and how its quotation marks stand, and how many members it has."""
    try:
        rows = list(source.records(cut(content, chunk))[1])
        members = list(source.members(cut(content, chunk)))
    except BrokenFileError as error:
        yield f"broken after {error.records}"
        return
    except UndecodableError as error:
        yield f"undecodable after {error.lines}"
        return
    for row, (line, found) in zip(rows, members, strict=True):
        quotes = "" if isinstance(row, JsonRecord) else row.quotes.name[0]
        yield f"{line}:{len(row.raw)}{quotes}={found.code if isinstance(found, Fault) else len(found)}"
