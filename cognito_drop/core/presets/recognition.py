"""Whose export a file is, by the members of its records: never by its name.

Guarantees that a file of another system, or none of a system at all, is refused as a file, not row by row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.object_keys import INBOX
from cognito_drop.core.presets.json_records import BrokenFileError
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.presets.source import source_of
from cognito_drop.core.presets.unread_status import is_of_records, unread_status
from cognito_drop.core.presets.user import evened, is_shut_out, is_true, text
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.detection import HEAD_BYTES
from cognito_drop.core.rows.foreign_files import error_answer, is_error_answer
from cognito_drop.core.rows.groups import GROUPS
from cognito_drop.core.rows.header_words import column_names
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.text.names import named
from cognito_drop.core.text.problem import MAP, MAP_HINT, Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cognito_drop.core.presets.preset import Export, Preset
    from cognito_drop.core.presets.source import Source
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules


_OF_POOLS: Final = frozenset({USERNAME, MFA_ENABLED})
"""Columns that only a file for a user pool has."""
_CSV_LOOKED_AT: Final = 1 << 15
"""Bytes in which the first row of a CSV file is looked for; a row that Cognito takes is shorter."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """What a file is taken for by its contents, and why. Without a preset it has the pool's own columns."""

    preset: Export | None
    why: str
    """In words that follow "because"."""

    @property
    def sentence(self) -> str:
        """What it is taken for, and why."""
        taken = f"an export for the preset {self.preset.name}" if self.preset else "a file with the pool's own columns"
        return f"The file was taken for {taken}, because {self.why}."


def names_in(record: Mapping[str, Any]) -> set[str]:
    """The members of a record and of its profile, as they are and evened out."""
    profile = record.get("profile")
    names = [*record, *(profile if isinstance(profile, dict) else ())]
    return {*record, *map(evened, names)}


def recognize(head: bytes, rules: PoolRules) -> Recognized:
    """What the file that starts so is.

    It is an export if a preset has a sign of it, and knows more of its names than the pool does.
    """
    records: dict[Source, Mapping[str, Any]] = {}
    found: list[tuple[int, Recognized]] = []
    for preset in PRESETS.values():
        source = source_of(head, preset, is_whole=len(head) < HEAD_BYTES)
        if isinstance(source, Problem):
            continue
        if source not in records:  # most presets read a file in the same way
            records[source] = _first_record(source, head)
        record = records[source]
        why = _why(preset, source, record)
        if why:
            found.append((_known(preset, source, record, rules), Recognized(preset, why)))
    headers = [record for source, record in records.items() if not (source.is_json or source.csv_columns)]
    own = headers[0] if headers else {}
    known = [name for name, column in zip(own, column_names(list(own), rules), strict=True) if column]
    most, best = max(found, key=lambda one: one[0], default=(0, None))
    if best and most > len(known) and not _OF_POOLS.intersection(own):
        return best
    return Recognized(None, f"it has {named(known)}" if known else "it has no sign of an export that is known")


def _first_record(source: Source, head: bytes) -> Mapping[str, Any]:
    """The first record, or the header, with the first values below it; an empty one where the first record of a file
    without header does not read like one."""
    header = {} if source.is_json or source.csv_columns else dict.fromkeys(source.csv_names)
    try:
        seen = head if source.is_json else head[:_CSV_LOOKED_AT]
        records = (record for _, record in source.members([seen]) if not isinstance(record, Fault))
        record = next(records, {})
    except (BrokenFileError, UndecodableError):  # of what is no export
        return header
    if header:
        return header | dict(record)
    is_record = source.is_json or is_true(verified := record.get("emailVerified")) or not is_shut_out(verified)
    return record if is_record else {}


def _why(preset: Export, source: Source, record: Mapping[str, Any]) -> str:
    """Why the record is the preset's; nothing if it is not, or has no members."""
    if not record:
        return ""
    names = names_in(record) | (set() if source.is_json else preset.labels(tuple(record)).keys())
    signs = [sign for sign in (*preset.signs, preset.listless) if sign and sign not in preset.weak_signs]
    values = ((name, form, text(record.get(name))) for name, form in preset.sign_values.items())
    others = {name for name, form, value in values if value and not form.fullmatch(value)}
    sign = next((sign for sign in signs if sign.issubset(names - others)), None)
    if sign:
        if source.csv_columns:
            return "its lines have the columns of such an export, which has no header"
        what = "member" if source.is_json else "column"
        return f"it has the {what}{'s' if len(sign) > 1 else ''} {' and '.join(sorted(sign))}"
    first = next(iter(record))
    if source.is_json or not (preset.first_value and preset.first_value.fullmatch(first)):
        return ""
    return "its first line is a user of this system, where the header should be"


def _known(preset: Export, source: Source, record: Mapping[str, Any], rules: PoolRules) -> int:
    """How many names of the record the preset knows, in another spelling too unless it is the pool's; of a first line
    without header it knows all. A header that another preset has a sign of is none of a file without header."""
    if source.csv_columns:
        return 1
    first = next(iter(record))
    if preset.first_value and preset.first_value.fullmatch(first):
        return len(record)
    labels = preset.labels(tuple(record)).values()
    known = sum(preset.knows(name) or (name in labels and not rules.has(name)) for name in record)
    return known or bool(preset.listless and preset.listless <= record.keys())


def recognized(names: Collection[str]) -> Export | None:
    """The preset whose records have these members: of several the one that knows most of them."""
    fitting = [
        preset
        for preset in PRESETS.values()
        if any(sign.issubset(names) for sign in preset.signs if sign not in preset.weak_signs)
    ]
    return max(fitting, key=lambda preset: sum(map(preset.knows, names)), default=None)


def without_its_preset(found: Export, options: Options) -> Problem:
    """The problem of an export that was dropped without its preset."""
    sentence = f"The file looks like an export for the preset {found.name}, and was dropped without one."
    return _problem(sentence, how_to_use(found.name, options))


def without_base(preset: Preset, head: bytes, rules: PoolRules) -> Problem | None:
    """The problem of an export that was dropped with a mapping which does not add to its preset: the mapping would let
    in whom the preset keeps out."""
    found = recognize(head, rules).preset
    if found is None or preset.base is found:
        return None
    return _problem(
        f"The file looks like an export for the preset {found.name}, and its mapping does not add to that preset.",
        f"Write `preset: {found.name}` into the mapping.",
    )


def how_to_use(preset: str, options: Options) -> str:
    """The folder or the setting with which a file is read with the preset."""
    if not options.alias:
        return f"Use the preset {preset}."
    drop = f"drop it into {INBOX}{options.alias}/{preset}/"
    if preset in options.presets:
        return f"{drop[0].upper()}{drop[1:]}."
    return f"Add {preset} to the pool's setting `presets`, deploy the stack, and {drop}."


def fits(preset: Preset, names: Collection[str]) -> bool:
    """Whether records with these members may be the preset's."""
    return not preset.signs or any(sign.issubset(names) for sign in preset.signs)


def wrong_file(preset: Preset, names: Collection[str], options: Options) -> Problem | None:
    """The problem of a file whose records have these members, if the preset is not made for it."""
    if fits(preset, names):
        return None
    sentence = f"The file does not look like an export for the preset {preset.name}"
    if not _OF_POOLS.isdisjoint(names):
        return _problem(f"{sentence}; it has the columns of a user pool.", "Drop it without a preset.")
    found = recognized(names)
    if found is not None:
        return _problem(f"{sentence}; it looks like one for {found.name}.", how_to_use(found.name, options))
    listless = next((one for one in PRESETS.values() if one.listless and one.listless.issubset(names)), None)
    if listless:
        how = listless.how if listless.name == preset.name else f"{how_to_use(listless.name, options)} {listless.how}"
        return _problem(f"The file looks like a {listless.name} realm without users.", how)
    if is_error_answer(names):
        return error_answer(preset.how)
    signs = {frozenset(map(evened, sign)): sign for sign in reversed(preset.signs)}
    needed = " or ".join(" and ".join(sorted(sign)) for sign in reversed(signs.values()))
    return _problem(f"{sentence}: it has none of its members, which are {needed}.", preset.how)


def wrong_columns(preset: Preset, names: Sequence[str], options: Options) -> Problem | None:
    """The problem of a CSV file with these columns. Its first line may be a user, so no name is shown before it is sure
    to be a header."""
    columns = preset.csv_columns or ()
    if not names or tuple(names) in (columns, columns + preset.more_csv_columns):
        return None
    if problem := wrong_file(preset, names_in(dict.fromkeys(names)) | preset.labels(names).keys(), options):
        return problem
    missing = [" or ".join(paths) for paths in preset.paths if not set(paths) & set(names)]
    if missing:
        known = names if len(missing) < len(preset.paths) or preset.signs else ()
        problem = _missing_of_mapping(missing, known)
        return replace(problem, hint=f"{problem.hint} {MAP_HINT}", command=MAP)
    repeated = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if repeated:
        return Problem(
            ProblemCode.REPEATED_COLUMNS,
            f"The header has more than one column {named(repeated)}.",
            "Export the table of the users alone, or rename all but one.",
        )
    return unread_status(preset, names)


def unmapped(preset: Preset, names: Collection[str]) -> Problem:
    """The problem of a JSON file of which a mapping finds nothing; its first record has these members."""
    if is_error_answer(names):
        return error_answer()
    own = sorted(filter(is_of_records, names))
    return _missing_of_mapping([" or ".join(paths) for paths in preset.paths], own)


def _missing_of_mapping(missing: Sequence[str], known: Sequence[str]) -> Problem:
    return Problem(
        ProblemCode.MAPPED_COLUMNS_MISSING,
        f"The mapping reads columns that the file does not have: {named(missing, known)}.",
        "Correct the names in the mapping, or remove them from it.",
    )


def unknown_attributes(preset: Preset, rules: PoolRules) -> Problem | None:
    """The problem of a mapping that fills attributes which the pool does not have."""
    pool = [column.name for column in rules.columns]
    unknown = [name for name in preset.own if not rules.has(name) and name not in (GROUPS, PASSWORD_HASH)]
    if not unknown:
        return None
    return Problem(
        ProblemCode.UNKNOWN_COLUMNS,
        f"The mapping fills attributes that the pool does not have: {named(unknown, pool)}.",
        f"Correct or remove them. The pool has: {', '.join(pool)}.",
    )


def _problem(sentence: str, hint: str) -> Problem:
    return Problem(ProblemCode.WRONG_EXPORT, sentence, hint)
