"""The header line of a file against the columns of the pool.

Cognito wants every column of the pool, in any order, and no other. Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambdas.core.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEPARATOR = re.compile(r"(?<!\\),")
_COLUMN_NAME = re.compile(r"[A-Za-z][\w:.\- ]{0,59}")
_NAMES_SHOWN = 5


def parse_header(line: str) -> list[str]:
    """The names in a header line of Cognito's dialect, trimmed as Cognito trims them."""
    return [name.strip().replace("\\,", ",") for name in _SEPARATOR.split(line)]


def check_header(names: Sequence[str], columns: Sequence[str]) -> Problem | None:
    """Say what is wrong with the names for a pool with these columns, None when nothing is.

    A first line without any of the pool's columns is likely to be a row of a file that has no header, so nothing of it
    is repeated in the sentence.
    """
    known = set(columns)
    present = set(names)
    if not present & known:
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The first line is not the header: it names none of the pool's columns.",
            f"Put the pool's header in the first line: {','.join(columns)}",
        )
    faults = [
        _fault("lacks", [name for name in columns if name not in present]),
        _fault("names unknown", sorted(present - known)),
        _fault("repeats", sorted({name for name in names if names.count(name) > 1} & known)),
    ]
    said = [fault for fault in faults if fault]
    if not said:
        return None
    return Problem(
        ProblemCode.WRONG_HEADER,
        f"The header {', and '.join(said)}.",
        f"The pool's header, in any order of columns, is: {','.join(columns)}",
    )


def _fault(verb: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = [name for name in names if _COLUMN_NAME.fullmatch(name)][:_NAMES_SHOWN]
    others = len(names) - len(shown)
    listed = [*shown, *([f"{others} more"] if shown and others else []), *([f"{others}"] if not shown else [])]
    return f"{verb} column{'s' if len(names) > 1 else ''} {', '.join(listed)}"
