"""The page `summary.html`: one file that shows people the results of a run.

Guarantees that nothing from the summary can act as markup, that the page sends no request, and that it can be read on a
phone, on paper, and without colors. The facts come from the summary (`results/summary_json.py`).
"""

from __future__ import annotations

from cognito_drop.core.report_page.page import render

__all__ = ["render"]
