"""How many rows the first part of a file has: by the pool's setting, or where it has none by the file's own wish.

What a file says is data. It cannot change the pool's number: with a first part of one row, or of nearly all rows, the
rest would go on by itself after a test that is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import FIRST_METADATA
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.pools.pool_settings import PoolSettings

_DIGITS = 9


def first_part_rows(settings: PoolSettings, metadata: Mapping[str, str]) -> int | Problem | None:
    """The number, at most the pool's `part_rows`; None for a file without a first part. A wish that is no number is a
    problem: without it the whole file would be imported at once.
    """
    wish = metadata.get(FIRST_METADATA)
    if wish is not None and not (wish.isascii() and wish.isdecimal() and len(wish) <= _DIGITS and int(wish)):
        return Problem(
            ProblemCode.FIRST_PART_UNREADABLE,
            f"The metadata `{FIRST_METADATA}` of the file is not a number of rows.",
            "Drop it with `cognito-drop drop FILE --first 200`, or without the metadata.",
        )
    wanted = settings.first_part or (int(wish) if wish else None)
    return min(wanted, settings.part_rows) if wanted else None
