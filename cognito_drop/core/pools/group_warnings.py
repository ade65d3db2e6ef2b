"""What is to be known of the groups in a file before users are added to them, as warnings: counts, and names of groups
that the deployment has itself.

Source of the limit: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.contract import limits
from cognito_drop.core.rows.groups import GROUPS, SEPARATOR
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.names import named

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from cognito_drop.core.rows import PreflightReport
    from cognito_drop.core.rows.groups import GroupRule
    from cognito_drop.core.text.json_types import WarningJson


def group_warnings(report: PreflightReport, rule: GroupRule, existing: AbstractSet[str] | None) -> list[WarningJson]:
    """What is said of a file; `existing` has the pool's groups, None where they are not known."""
    found: list[WarningJson] = []
    if report.columns.has_groups_left_out:
        sentence = f"The column {GROUPS} is left out: the pool's setting groups allows no groups."
        found.append({"code": "groups_left_out", "message": sentence})
    if report.not_allowed:
        said = counted(report.not_allowed, "group membership")
        sentence = f"{said} will not be made: the pool's setting groups does not allow these groups."
        if report.joined_groups:
            sentence += f" {counted(report.joined_groups, 'name')} with ; or a comma: write {SEPARATOR} between groups."
        found.append({"code": "groups_not_allowed", "message": sentence, "count": report.not_allowed})
    if existing is None:
        return found
    if (missing := sorted(report.groups - existing)) and not rule.create:
        found.append({"code": "groups_missing", "message": _missing(missing, rule), "count": len(missing)})
    total = len(existing | report.groups)
    if rule.create and total > limits.MAX_GROUPS_OF_POOL:
        sentence = (
            f"With the groups of the file, the pool would have more than {limits.MAX_GROUPS_OF_POOL:,} groups, which "
            f"is Cognito's limit: not all of them will be created."
        )
        found.append({"code": "too_many_groups_in_pool", "message": sentence, "count": len(report.groups - existing)})
    return found


def _missing(missing: list[str], rule: GroupRule) -> str:
    names = f": {named(missing)}" if all(map(rule.is_shown, missing)) else ""
    return (
        f"The pool does not have {counted(len(missing), 'group')} of the file{names}. No user is added to a missing "
        "group: create it in the pool, or set `create` in the pool's setting groups."
    )
