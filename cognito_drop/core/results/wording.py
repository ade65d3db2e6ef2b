"""What people read about the rows of a run: the same words on the page, in the email, the command, and the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from cognito_drop.contract.object_keys import GROUPS, IDS
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.rows.row_outcome import RowOutcome
from cognito_drop.core.runs.detail_gap import unknown_sentence
from cognito_drop.core.runs.row_account import RowAccount
from cognito_drop.core.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cognito_drop.core.results.summary_json import (
        DetailsMissingJson,
        FoundReasonJson,
        MembershipsJson,
        NotedIdsJson,
        PresetJson,
        RowsJson,
    )
    from cognito_drop.core.text.json_types import ActiveUsersJson

R = TypeVar("R", bound="FoundReasonJson")

_WORDS: Final = {"accepted": "can be imported"}


def account_of(rows: RowsJson) -> RowAccount:
    """The rows of a summary."""
    return RowAccount(
        rows["total"], rows["imported"], rows["skipped"], rows["failed"], rows["rejected"], rows["unprocessed"]
    )


def rows_by_outcome(rows: RowAccount, *, is_dry_run: bool) -> dict[str, int]:
    """The counts in the order in which they are shown. In a dry run, rows that are left to import are `accepted`."""
    return {
        "imported": rows.imported,
        "accepted": rows.unprocessed if is_dry_run else 0,
        "skipped": rows.skipped,
        "failed": rows.failed,
        "rejected": rows.rejected,
        "unprocessed": 0 if is_dry_run else rows.unprocessed,
    }


def row_counts(rows: RowAccount, *, is_dry_run: bool) -> list[str]:
    """`934 imported`, `5 skipped`, without what is 0 unless it comes first."""
    first = "accepted" if is_dry_run else "imported"
    counts = rows_by_outcome(rows, is_dry_run=is_dry_run)
    return [f"{count:,} {_WORDS.get(name, name)}" for name, count in counts.items() if count or name == first]


def membership_counts(found: MembershipsJson) -> dict[str, int]:
    """Memberships by outcome, without what is 0."""
    counts = {
        "added": found["added"],
        "left out because the row was not imported": found["left_out"],
        "failed": found["failed"],
        "unprocessed": found["unprocessed"],
    }
    return {name: count for name, count in counts.items() if count}


ADD_TO_GROUPS: Final = (
    f"Some users were not added to groups of the file; {GROUPS} says which and why. Create missing groups, set the "
    "pool's setting groups_of_known_users to add, and drop the file."
)


def lacks_groups(found: MembershipsJson | None) -> bool:
    """Whether users were not added to groups of the file."""
    return found is not None and bool(found["failed"] or found["unprocessed"])


def all_in_pool(rows: RowAccount, outcome: Outcome | None, found: MembershipsJson | None) -> str:
    """Why a run that failed leaves no row to import: the users of all of them are in the pool. Empty for others."""
    if outcome is not Outcome.FAILED or not rows.is_all_in_pool:
        return ""
    said = "all users of the file are in the pool, and Cognito fails a job that skips too many of its users."
    return f"No row has to be imported again: {said}" if lacks_groups(found) else f"No action is needed: {said}"


def made_active(found: MembershipsJson | None) -> ActiveUsersJson | None:
    """The users whom a run makes monthly active users; None where it asked for none to be added to a group. A call that
    Cognito refuses may count as well."""
    if found is None or found["left_out"] >= found["total"]:
        return None
    return found["active_users"]


def ids_sentence(found: NotedIdsJson | None, run: str) -> str:
    """Whether the new ids of a run's users are recorded, and of how many; empty where none were to be."""
    if found is None:
        return ""
    if found["cause"]:
        said = f"The new IDs of the imported users are not recorded: {found['cause']}."
        return f"{said} `cognito-drop ids {run}` writes them."
    missing = found["missing"]
    said = f"{IDS} has the new IDs of {counted(found['recorded'], 'user')}"
    if found["complete"]:
        return f"{said}."
    if not missing:
        return f"{said}; rows whose outcome is not known have no line in it."
    left, them = ("was", "the user") if missing == 1 else ("were", "them")
    said = f"{said}; {counted(missing, 'imported user')} {left} not found in the pool."
    return f"{said} `cognito-drop ids {run}` looks for {them} again."


def several_reasons(reasons: Iterable[Mapping[str, Any]], rejected: int) -> str:
    """Why the counts of reasons add up to more than the rejected rows; empty where they do not. Reasons without an
    outcome are of rejected rows."""
    counts = (one["count"] for one in reasons if one.get("outcome", RowOutcome.REJECTED) == RowOutcome.REJECTED)
    return "A row can have several reasons." if sum(counts) > rejected else ""


def most_frequent(reasons: Iterable[R]) -> list[R]:
    """The reasons, the most frequent first."""
    return sorted(reasons, key=lambda reason: -reason["count"])


def line_numbers(reason: FoundReasonJson, most: int) -> str:
    """`4, 41, 78 and 49 more`; empty where no line is known."""
    shown = [f"{line}" for line in reason["first_lines"][:most]]
    more = reason["count"] - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if shown and more > 0 else "")


def lines_of(reason: FoundReasonJson, preset: PresetJson | None, most: int) -> str:
    """`Lines 4, 41, 78 and 49 more`, or `Record 4` of an export in JSON; empty where no line is known."""
    numbers = line_numbers(reason, most)
    unit = counted_places(preset).removesuffix("s").capitalize()
    return f"{unit}{'s' if reason['count'] > 1 else ''} {numbers}" if numbers else ""


def counted_places(preset: PresetJson | None) -> str:
    """What the numbers of a reason count: `lines` of the file, or `records` of a JSON export."""
    return preset["lines_are"] if preset else "lines"


def missing_details(missing: Iterable[DetailsMissingJson], rows_unknown: int | None) -> list[str]:
    """Why details are missing, and of how many rows; empty where none are."""
    causes = [f"{one['message']} {one['hint']}".strip() for one in missing]
    return [*causes, unknown_sentence(rows_unknown)] if causes else []
