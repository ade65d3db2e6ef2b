"""What a check and a proposal answer, as text: each field of a report that is not its default."""

from __future__ import annotations

import enum
import hashlib
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.presets.mapping_rules import MappingError
from cognito_drop.core.presets.recognition import recognize
from cognito_drop.core.presets.source import Source
from cognito_drop.core.presets.value_search import ValueSearch
from cognito_drop.core.proposal.assembly import column_rule, has_plain_passwords, status_rule
from cognito_drop.core.proposal.columns import columns_of
from cognito_drop.core.proposal.proposal import propose
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.results.preflight_json import left_behind, source_json
from cognito_drop.core.rows.detection import HEAD_BYTES, ambiguous_retry, detect
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED, FastRows
from cognito_drop.core.rows.records import Record
from cognito_drop.core.rows.together import NotTogetherError, join
from cognito_drop.core.text.problem import Problem
from tests.unit.answers.damage import damages
from tests.unit.rows.files import Kept, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cognito_drop.core.presets.notes import Note
    from cognito_drop.core.rows import PreflightReport, Reason
    from cognito_drop.core.rows.fast_rows import Accepted
    from tests.unit.answers.case import Case

_MANY: Final = 100
_SHOWN: Final = 3  # of many, at either end
_MOST_WORDS: Final = 25
_LONGEST: Final = 400  # characters of a line of a file
_LONGEST_SAID: Final = 1_500  # of a value of a report


def sections(files: Mapping[str, Case]) -> str:
    """The answers for these files."""
    return "\n".join(section(name, case) for name, case in files.items())


def section(name: str, case: Case) -> str:
    """The answers for a file."""
    return "".join(f"{line}\n" for line in (f"== {name}", *_answers(case)))


def by_name(text: str) -> dict[str, str]:
    """The sections of a snapshot."""
    found = (f"== {part}".removesuffix("\n") + "\n" for part in text.removeprefix("== ").split("\n== "))
    return {part.partition("\n")[0].removeprefix("== "): part for part in found}


def _answers(case: Case) -> Iterator[str]:
    if case.is_shown:
        yield from _few((short(line) for line in case.content.decode("utf-8", "backslashreplace").splitlines()), "  < ")
    if case.joined_with is not None:
        yield from _joined([case.content, *case.joined_with])
    elif case.damaged_with:
        yield from damages(case)
    elif case.searched:
        yield from _searches(case)
    else:
        yield from _checked(case)


def _checked(case: Case) -> Iterator[str]:
    sink, notes = Kept(), list[str]()

    def recorded(line: int, found: Sequence[Note]) -> None:
        notes.append(f"{line}: {', '.join(found)}")

    try:
        preset = preset_of(case.preset) if case.preset != "" else None
    except MappingError as error:
        yield f"mapping: {error}"
        return
    chunks = cut(case.content, case.chunk)
    if preset is None and _is_ambiguous_retry(case):
        yield "as rows to retry: ambiguous"
    with _fast_way() as taken:
        report = preflight_file(chunks, preset, case.rules, case.checked_with, sink, recorded=recorded)
    yield from _report(report)
    if taken:
        yield f"fast way: {_few_of(taken)}"
    if report.problem is None:
        yield from _sink(sink, report)
        yield from _few(notes, "notes of ")
        yield f"read again: {_places(report, case)}"
    found = recognize(case.content[:HEAD_BYTES], case.rules)
    if found.preset:
        yield f"recognized: {found.sentence}"
    if case.is_proposed:
        yield from _proposal(case)


@contextmanager
def _fast_way() -> Iterator[list[str]]:
    """How many lines the fast way takes, of how many that it is given at once."""
    taken: list[str] = []
    read = FastRows.read

    def counted(self: FastRows, text: bytes) -> Accepted:
        accepted = read(self, text)
        found = accepted.usernames
        taken.append(f"{len(found) - found.count(NOT_ACCEPTED)}/{len(found)}")
        return accepted

    with mock.patch.object(FastRows, "read", counted):
        yield taken


def _is_ambiguous_retry(case: Case) -> bool:
    """Whether the file is refused as rows of an unknown file, for how it is quoted."""
    head = case.content[:HEAD_BYTES]
    return detect(head, case.rules, is_strict=True) == ambiguous_retry() != detect(head, case.rules)


def _report(report: PreflightReport) -> Iterator[str]:
    for field in fields(report):
        value = getattr(report, field.name)
        if value == _default(report, field.name):
            continue
        if field.name == "parts":
            for part in value:
                size = f"{part.rows} rows, {part.bytes} bytes"
                yield f"part {part.number}: {size}, {part.algorithm}, {_few_of(part.segments)}"
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for each in value:
                yield f"{field.name}: {_text(each)}"
        else:
            yield f"{field.name}: {_text(value)}"
    if report.problem is None:
        for warning in left_behind(report):
            yield f"warning {_text(warning)}"


def _default(report: PreflightReport, name: str) -> object:
    return getattr(type(report)(), name)


def _sink(sink: Kept, report: PreflightReport) -> Iterator[str]:
    added = report.columns.added
    for number, part in enumerate(sink.parts, 1):
        header, *rows = part.decode().split("\n")
        assert rows.pop() == "", "A part ends with a line end."
        end = "".join(f",{name}" for name in added)
        header = f"{header.removesuffix(end)} and what was added" if header.endswith(end) and added else header
        yield from _few(map(short, [header, *rows]), f"  {number}> ")
    yield from _few(_rejections(sink, report.reasons), "rejected ")
    yield from _few((_text(tuple(value)) for value in sink.values_left_out), "left out ")
    yield from _few((_text(member) for member in sink.members), "member ")
    yield from _few((f"{line}: {reason}" for line, reason in sink.no_ways), "no way in ")
    if sink.known_lines:
        yield f"known: {sink.known_lines}"
    if any(sink.lanes):
        yield f"lanes: {sink.lanes}"


def _rejections(sink: Kept, reasons: Sequence[Reason]) -> Iterator[str]:
    """The sentences stand at the first row that has them, where its reason has others."""
    said = {(reason.column, reason.code, reason.sentence, reason.hint) for reason in reasons}
    for line, column, code, sentence, hint in sink.rejections:
        why = column, code, sentence, hint
        yield f"{line} {column or 'row'} {code}" + ("" if why in said else f": {sentence} {hint}")
        said.add(why)


def _places(report: PreflightReport, case: Case) -> str:
    """Where the rows are found again, as what is kept of the file says."""
    kept = source_json(report)
    assert kept is not None
    header, found = Source.from_json(kept).records([case.content])
    rows = [
        f"{row.line}{'+' if row.is_cut else ''}={hashlib.sha256(row.raw).hexdigest()[:4]}"
        + (f"@{row.start}-{row.size}{row.quotes.name[0]}" if isinstance(row, Record) else "")
        for row in found
    ]
    return f"{short(repr(header))} {_few_of(rows)}"


def _joined(files: Iterable[bytes]) -> Iterator[str]:
    """The joined file, and which of its lines are which of each file."""
    try:
        data, places = join([(f"{number}.csv", content) for number, content in enumerate(files, 1)])
    except NotTogetherError as error:
        yield f"not together: {error}"
        return
    yield from _few(map(short, data.decode().split("\n")), "  > ")
    for it in places:
        yield f"{it.name}: {it.first_line} to {it.last_line}, from line {it.own_first_line}"


def _searches(case: Case) -> Iterator[str]:
    """In which records and lines of the file values are found, and what the pool may have in their place."""
    preset = preset_of(case.preset) if case.preset != "" else None
    kept = source_json(preflight_file([case.content], preset, case.rules, case.checked_with, Kept()))
    for value in case.searched:
        search = ValueSearch(value)
        found = list(search.records(Source.from_json(kept), cut(case.content, case.chunk))) if kept else "unknown"
        lines = list(search.lines(cut(case.content, case.chunk)))
        lacks = ", may lack its country code" if search.may_lack_country_code else ""
        yield f"{short(value)!r}: records {found}, lines {lines}, spelled {search.spellings}{lacks}"


def _proposal(case: Case) -> Iterator[str]:
    found = columns_of(case.content, [])
    if isinstance(found, Problem):
        yield f"no proposal: {_text(found)}"
        return
    words = found.status_words([case.content])
    for column in propose(found.names, found.samples, case.rules, case.checked_with):
        sample = column.sample
        sure = "sure" if column.is_sure else "asked"
        said = f"{short(column.name)!r}: {column.attribute} ({sure}: {column.why}), {sample.shape.value}"
        if sample.date_forms:
            said += f", dates {' '.join(sample.date_forms)}"
        if column.attribute:
            said += f", rule {_text(column_rule(column.attribute, column.name, sample))}"
        if has_plain_passwords(column.name, sample):
            said += ", passwords"
        yield f"column {said}"
        counted = words.get(column.name)
        if counted and may_say_status(column.name, counted.all):
            rule = _text(status_rule(column.name, counted.all))
            yield f"  status: {rule}, {_few_of(sorted(counted.counts.items()))}, others {counted.others}"
    told = (f"{name} {len(it.counts)}+{it.others}{'' if it.is_complete else ' and more'}" for name, it in words.items())
    yield f"words: {_few_of(told)}"


def _text(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        return " | ".join(
            f"{field.name}={_text(found)}"
            for field in fields(value)
            if (found := getattr(value, field.name)) or (found == 0 and found is not False)
        )
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, frozenset):
        return _few_of(sorted(map(_text, value)))
    if isinstance(value, (list, tuple)):
        found = list(map(_text, value))
        words = found if len(found) <= _MOST_WORDS else [*found[:_SHOWN], f"... {len(found)} words {_digest(*found)}"]
        return f"[{', '.join(words)}]"
    return short(str(value), _LONGEST_SAID)


def short(text: str, longest: int = _LONGEST) -> str:
    """A line of a text, without what cannot be seen."""
    seen = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return seen if len(seen) <= longest else f"{seen[:60]}... {len(text)} characters {_digest(text)}"


def _few(lines: Iterable[str], start: str) -> Iterator[str]:
    """The first and the last lines, and a digest of the others."""
    found = list(lines)
    if len(found) > _MANY:
        others = found[_SHOWN:-_SHOWN]
        found = [*found[:_SHOWN], f"... {len(others)} more {_digest(*others)}", *found[-_SHOWN:]]
    yield from (f"{start}{line}" for line in found)


def _few_of(values: Iterable[Any]) -> str:
    found = list(map(str, values))
    return " ".join(found) if len(found) <= _MANY else f"{' '.join(found[:_SHOWN])} ... {len(found)} {_digest(*found)}"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode(errors="backslashreplace")).hexdigest()[:8]
