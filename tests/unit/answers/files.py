"""All files that are checked, by the name of the snapshot that keeps their answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets.mapping_yaml import mapping_in
from cognito_drop.core.rows import HashPolicy
from tests.unit.answers import (
    made_damaged,
    made_exports,
    made_joins,
    made_layouts,
    made_mappings,
    made_rules,
    made_users,
    made_values,
    proposals,
    searches,
)
from tests.unit.answers.case import COLUMNS, FEW, Case
from tests.unit.presets import test_mapping
from tests.unit.presets.exports import WITH_HASHES
from tests.unit.real_files import test_more_files, test_real_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.unit.real_files.test_real_files import Right

_PROJECT: Final = Path(__file__).parents[3]


def _examples() -> Iterator[tuple[str, Case]]:
    takes_all = HashPolicy.of(["BCRYPT", "PBKDF2_SHA256", "ARGON2ID", "SCRYPT"])
    for path in sorted((_PROJECT / "examples").glob("*.csv")):
        yield path.name, Case(path.read_bytes(), columns=WITH_HASHES, is_shown=False, is_proposed=True)
    for path in sorted((_PROJECT / "examples" / "presets").iterdir()):
        if path.suffix != ".yaml":
            case = Case(path.read_bytes(), path.name.partition(".")[0], columns=WITH_HASHES, hashes=takes_all)
            yield path.name, replace(case, is_shown=False, is_proposed=True)


def _judged() -> Iterator[tuple[str, Case]]:
    for name, right in test_real_files.RIGHT.items():
        folder = test_real_files.FILES / name
        (path,) = (path for path in folder.iterdir() if path.name != "mapping.yaml")
        mapping = folder / "mapping.yaml"
        preset = mapping_in(mapping.read_bytes()) if mapping.exists() else right.preset
        yield name, _of_test(path.read_bytes(), right, preset)
    for name, (content, right) in test_more_files.FILES.items():
        yield name, _of_test(content, right, right.preset)


def _of_test(content: bytes, right: Right, preset: str | Mapping[str, object]) -> Case:
    pool = {"SchemaAttributes": [], **right.pool}
    return Case(content, preset, pool, test_real_files.HEADER, HashPolicy.of([]), is_shown=False, is_proposed=True)


def _wide(cases: Mapping[str, Case]) -> dict[str, Case]:
    """For pools that take all kinds of values."""
    return {name: replace(case, columns=COLUMNS) if case.columns is FEW else case for name, case in cases.items()}


FILES: Final[Mapping[str, Mapping[str, Case]]] = {
    "examples.txt": dict(_examples()),
    "judged-files.txt": dict(_judged()),
    "layouts.txt": {**made_layouts.LAYOUTS, **made_layouts.FOREIGN},
    "values.txt": made_values.VALUES,
    "rules.txt": made_rules.RULES,
    "export-layouts.txt": made_exports.LAYOUTS,
    "export-users.txt": _wide(made_users.USERS),
    "mappings.txt": {
        **_wide(made_mappings.MAPPINGS),
        **{json.dumps(mapping): Case(b"", mapping) for mapping in test_mapping.BAD},
    },
    "proposals.txt": proposals.FILES,
    "searches.txt": searches.FILES,
    "joins.txt": made_joins.FILES,
    "damaged.txt": made_damaged.FILES,
}
