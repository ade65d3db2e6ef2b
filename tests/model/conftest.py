"""Says at the end of the tests how much the model has been through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.figures import LINES
from tests.model.histories import FIGURES

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures, below everything else."""
    lines = [*LINES, *([f"Histories: {FIGURES}"] if FIGURES.histories else [])]
    if lines:
        terminalreporter.section("model")
        for line in lines:
            terminalreporter.line(line)
