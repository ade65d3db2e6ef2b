"""The header line of a file against the columns of the pool.

Cognito wants every column of the pool, in any order, and no other. Source:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from __future__ import annotations

import re
from collections import Counter
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

    A first line that names few of the pool's columns may be a row of a file that has no header, so what is unknown in
    it is counted and not repeated.
    """
    known = set(columns)
    counted = Counter(names)
    present, unknown = counted.keys() & known, sorted(counted.keys() - known)
    if not present:
        return Problem(
            ProblemCode.WRONG_HEADER,
            "The first line is not the header: it names none of the pool's columns.",
            f"Put the pool's header in the first line: {','.join(columns)}",
        )
    faults = [
        _fault("lacks", [name for name in columns if name not in present]),
        _fault("names", unknown, "unknown ", show=len(unknown) <= len(present)),
        _fault("repeats", sorted(name for name in present if counted[name] > 1)),
    ]
    said = [fault for fault in faults if fault]
    if not said:
        return None
    return Problem(
        ProblemCode.WRONG_HEADER,
        f"The header {', and '.join(said)}.",
        f"The pool's header, in any order of columns, is: {','.join(columns)}",
    )


def _fault(verb: str, names: Sequence[str], kind: str = "", *, show: bool = True) -> str:
    if not names:
        return ""
    columns = f"{kind}column{'s' if len(names) > 1 else ''}"
    shown = [name for name in names if show and _COLUMN_NAME.fullmatch(name)][:_NAMES_SHOWN]
    if not shown:
        return f"{verb} {len(names)} {columns}"
    others = len(names) - len(shown)
    return f"{verb} {columns} {', '.join([*shown, *([f'{others} more'] if others else [])])}"
