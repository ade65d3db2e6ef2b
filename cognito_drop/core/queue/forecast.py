"""What a dry run says of the import that it does not make: whether it would start now."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from cognito_drop.core.runs.hold import Hold
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import WarningJson


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
