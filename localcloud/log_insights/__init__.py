"""Logs Insights, as far as the stack's saved queries need it: the commands fields, filter, sort, and limit.

moto 5.2.5 ignores `filter`, finds no field but CloudWatch's own, and knows no query definitions. What a query may say
is in `query`, which says which other commands have a declared error; the definitions are in `definitions`.
"""

from __future__ import annotations

from moto.logs import models

from localcloud.log_insights import definitions
from localcloud.log_insights.query import run_query


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    models.execute_query = run_query  # type: ignore[attr-defined]  # moto imports it there
    definitions.install()
