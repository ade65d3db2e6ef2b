"""Whose export a file is, by the members of its records: never by its name.

Guarantees that a file of another system, or none of a system at all, is refused as a file, not row by row.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.json_records import BrokenFileError
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.presets.source import source_of
from cognito_drop.core.presets.user import evened, word
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.groups import GROUPS
from cognito_drop.core.rows.layout import is_alias
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.text.names import named
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cognito_drop.core.presets.preset import Preset
    from cognito_drop.core.presets.source import Source
    from cognito_drop.core.rows.pool_rules import PoolRules

_REALM: Final = frozenset({"realm"})


def names_in(record: Mapping[str, Any]) -> set[str]:
    """The members of a record and of its profile, as they are and evened out."""
    profile = record.get("profile")
    names = [*record, *(profile if isinstance(profile, dict) else ())]
    return {*record, *map(evened, names)}


def recognized(names: Collection[str]) -> Preset | None:
    """The preset whose records have these members."""
    return next((preset for preset in PRESETS.values() if fits(preset, names)), None)


def looks_like_export(head: bytes) -> Problem | None:
    """The problem of a file that starts like an export, and was dropped without a preset.

    Names that files of the pool's own columns may have too are no evidence.
    """
    for preset in PRESETS.values():
        source = source_of(head, preset, is_whole=False)
        if isinstance(source, Problem):
            continue
        names = _first_names(source, head)
        if any(sign.issubset(names) for sign in preset.signs if not all(map(is_alias, sign))):
            sentence = f"The file looks like an export for the preset {preset.name}, and was dropped without one."
            return _problem(sentence, f"Use the preset {preset.name}.")
    return None


def _first_names(source: Source, head: bytes) -> set[str]:
    """The members of the first record, or the columns; none where the first record of a file without header does not
    read like one."""
    if not source.is_json and not source.csv_columns:
        return names_in(dict.fromkeys(source.csv_names))
    try:
        records = (record for _, record in source.members([head]) if not isinstance(record, Fault))
        record = next(records, {})
    except (BrokenFileError, UndecodableError):  # of what is no export
        return set()
    is_record = source.is_json or word(record.get("emailVerified", "no")) in {"true", "false", ""}
    return names_in(record) if is_record else set()


def fits(preset: Preset, names: Collection[str]) -> bool:
    """Whether records with these members may be the preset's."""
    return not preset.signs or any(sign.issubset(names) for sign in preset.signs)


def says_status(preset: Preset, record: Iterable[str]) -> bool:
    """Whether any of its own members says who is disabled; true of a preset that reads no status."""
    return not preset.status_in or not preset.status_in.isdisjoint({*record, *map(evened, record)})


def unread(preset: Preset, names: Iterable[str]) -> tuple[str, ...]:
    """Those of a CSV file's columns that the preset neither reads nor passes over."""
    return tuple(name for name in names if name not in preset.members and evened(name) not in preset.members)


def wrong_file(preset: Preset, names: Collection[str]) -> Problem | None:
    """The problem of a file whose records have these members, if the preset is not made for it."""
    if fits(preset, names):
        return None
    found = recognized(names)
    sentence = f"The file does not look like an export for the preset {preset.name}"
    if found is not None:
        return _problem(f"{sentence}; it looks like one for {found.name}.", f"Use the preset {found.name}.")
    if {USERNAME, MFA_ENABLED} & set(names):
        return _problem(f"{sentence}; it has the columns of a user pool.", "Drop it without a preset.")
    if set(names) >= _REALM:
        return _problem(f"{sentence}: it has a realm, but no list of users where the preset looks for it.", preset.how)
    needed = " or ".join(" and ".join(sorted(sign)) for sign in preset.signs)
    return _problem(f"{sentence}: it has none of its members, which are {needed}.", preset.how)


def wrong_columns(preset: Preset, names: Sequence[str]) -> Problem | None:
    """The problem of a CSV file with these columns. Its first line may be a user, so no name is shown before it is sure
    to be a header."""
    if not names or preset.csv_columns == tuple(names):
        return None
    if problem := wrong_file(preset, names_in(dict.fromkeys(names))):
        return problem
    missing = [" or ".join(paths) for paths in preset.paths if not set(paths) & set(names)]
    if missing:
        known = names if len(missing) < len(preset.paths) or preset.signs else ()
        return Problem(
            ProblemCode.MAPPED_COLUMNS_MISSING,
            f"The mapping reads columns that the file does not have: {named(missing, known)}.",
            "Correct the names in the mapping, or remove them from it.",
        )
    repeated = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if repeated:
        return Problem(
            ProblemCode.REPEATED_COLUMNS,
            f"The header has more than one column {named(repeated)}.",
            "Export the table of the users alone, or rename all but one.",
        )
    return None


def unknown_attributes(preset: Preset, rules: PoolRules) -> Problem | None:
    """The problem of a mapping that fills attributes which the pool does not have."""
    pool = [column.name for column in rules.columns]
    unknown = [name for name in preset.own if not rules.has(name) and name not in (GROUPS, PASSWORD_HASH)]
    if not unknown:
        return None
    return Problem(
        ProblemCode.UNKNOWN_COLUMNS,
        f"The mapping fills attributes that the pool does not have: {named(unknown, pool)}.",
        f"Correct or remove them. The pool has: {','.join(pool)}",
    )


def _problem(sentence: str, hint: str) -> Problem:
    return Problem(ProblemCode.WRONG_EXPORT, sentence, hint)
