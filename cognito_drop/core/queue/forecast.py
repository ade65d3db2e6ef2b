"""What a dry run says of the import that it does not make: whether it would start now, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.core.runs.first_part_rule import FirstPart
    from cognito_drop.core.text.json_types import WarningJson


def first_part_forecast(part_rows: Sequence[int], rule: FirstPart, *, wish: int | None = None) -> list[WarningJson]:
    """What the first part would be; nothing for a file that is one part by itself.

    `wish` is the number of rows where the file asks for it and the pool does not: it must ask again when it is dropped.
    """
    first, rest = part_rows[0], sum(part_rows[1:])
    if not rest:
        return []
    message = (
        f"An import of the file would begin with {counted(first, 'row')} as a first part. The other "
        f"{counted(rest, 'row')} would follow if at most {rule.stop_above} of them fail, and otherwise wait "
        f"{counted(rule.continue_within, 'day')} at most for `cognito-drop continue` or `stop`."
    )
    if wish is not None:
        message += f" Drop it with `cognito-drop drop --first {wish}`: otherwise all of its rows are imported at once."
    return [{"code": "first_part", "message": message}]


def forecast(verdict: Hold | Problem | None) -> list[WarningJson]:
    """The warning for a verdict of the gate; none where the import would start."""
    match verdict:
        case Hold():
            return [{"code": "would_be_held", "message": f"An import of the file would be {verdict.sentence}."}]
        case Problem():
            return [
                {"code": "would_be_refused", "message": f"An import of the file would be refused. {verdict.sentence}"}
            ]
        case None:
            return []
        case _:
            assert_never(verdict)
