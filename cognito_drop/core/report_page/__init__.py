"""The page `summary.html`: one file that shows people what became of a run.

Promises that nothing from the summary can act as markup, that the page asks nobody for anything, and that it can be
read on a phone, on paper and without colours. Leaves the facts to the summary (docs/schemas/summary-1.json).
"""

from __future__ import annotations

from cognito_drop.core.report_page.page import render

__all__ = ["render"]
