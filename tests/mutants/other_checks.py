"""The checks of `make check` and `make unit` that read the source, for a change that all other tests accept.

Either of two notices it:

- the snapshot of strings (`tests/unit/strings`), if the change makes other sentences than the reviewed ones;
- the type checker, in strict mode, if it finds an error of types in the changed module. What it says of conditions that
  are always true does not count: some changes are such conditions by their form (`x or True`).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.unit.strings.literals import sentences_of
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.mutants.changes import Change

_OF_CONDITIONS: Final = {"redundant-expr", "truthy-bool", "unreachable"}
_ERROR: Final = re.compile(r"^([^:]+):[\d:]+: error: .*\[([a-z-]+)\]$", re.MULTILINE)


def accepted_by_other_checks(changes: Sequence[Change]) -> list[Change]:
    """Those that neither the snapshot of strings nor the type checker notices."""
    left = [it for it in changes if _sentences(it.before) == _sentences(it.after)]
    refused: set[str] = set()
    rounds: list[dict[Path, Change]] = []
    for change in left:
        of_round = next((it for it in rounds if change.path not in it), None)
        if of_round is None:
            rounds.append(of_round := {})
        of_round[change.path] = change
    for of_round in rounds:
        refused |= {of_round[path].name for path in _refused(of_round)}
    return [it for it in left if it.name not in refused]


def _sentences(text: str) -> set[str]:
    return set(sentences_of(ast.parse(text)))


def _refused(changes: Mapping[Path, Change]) -> set[Path]:
    """The modules in which the type checker finds an error. All have annotations: no body changes another's types."""
    with tempfile.TemporaryDirectory() as folder:
        shadows: list[Path | str] = []
        for number, (path, change) in enumerate(changes.items()):
            shadow = Path(folder) / f"{number}.py"
            shadow.write_text(change.after, encoding="utf-8")
            shadows += ["--shadow-file", path, shadow]
        checked = subprocess.run(
            [sys.executable, "-m", "mypy", *shadows, *changes],
            cwd=PROJECT, check=False, capture_output=True, text=True,
        )  # fmt: skip
    if checked.returncode not in {0, 1}:
        raise RuntimeError(checked.stdout + checked.stderr)
    return {Path(path) for path, kind in _ERROR.findall(checked.stdout) if kind not in _OF_CONDITIONS} & changes.keys()
