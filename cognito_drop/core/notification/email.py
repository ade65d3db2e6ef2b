"""The notification as an email: plain text for a small screen.

Guarantees short lines for what is looked up (counts, names, commands), one line for each sentence, which every mail
program breaks where its screen ends, and no columns, which need a fixed width. No line comes from a file's name or a
message: each text from outside is made printable first. The complete data is in the results, which it links.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import RETRIES
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification.json_body import said_by_cognito
from cognito_drop.core.notification.subject import (
    PROBLEM_LENGTH,
    REASON_LENGTH,
    file_name,
    headline,
    pool_alias,
    short_id,
)
from cognito_drop.core.pools.active_users import active_users_sentences
from cognito_drop.core.presets.dropped_mapping import has_mapping
from cognito_drop.core.results.wording import (
    ADD_TO_GROUPS,
    all_in_pool,
    ids_sentence,
    lines_of,
    made_active,
    membership_counts,
    missing_details,
    most_frequent,
    row_counts,
    several_reasons,
)
from cognito_drop.core.runs.detail_gap import retry_warning
from cognito_drop.core.sign_in.wording import ways_of_run
from cognito_drop.core.text.figures import counted, duration
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.results.summary_json import PresetJson, ReasonJson

_REASONS = 5
_LINES = 5
_WARNINGS = 5
_LONGEST_WORD = re.compile(r"\S{40,}")
"""What a mail program could not break at the end of a telephone's screen."""
_LONGEST_NAME = 60
"""Maximum characters of a file's name in a command; the reader types a longer one."""
_TABLES = (".csv", ".tsv", ".txt")


def email_text(summary: Summary) -> str:
    """The text of the email, in paragraphs: what happened, counts, why, what to do, where the results are."""
    paragraphs = (
        [f"{headline(summary)}."],
        [f"File: {file_name(summary)}", f"Pool: {_pool(summary)}"],
        _problem(summary),
        _course(summary),
        _counts(summary),
        _ways_in(summary),
        _groups(summary),
        _ids(summary),
        *_reasons(summary),
        _warnings(summary),
        _next(summary),
        _results(summary),
        [f"Run: {summary.drop.run_id}"],
    )
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _pool(summary: Summary) -> str:
    alias, pool_id = pool_alias(summary), summary.file.pool_id
    return f"{alias} ({pool_id})" if pool_id else alias


def _problem(summary: Summary) -> list[str]:
    problem = summary.file.problem
    return [_sentence(said, PROBLEM_LENGTH) for said in (problem.sentence, problem.hint) if said] if problem else []


def _counts(summary: Summary) -> list[str]:
    rows = summary.rows
    counts = row_counts(rows, is_dry_run=summary.file.is_dry_run)
    return ["Rows in the file:", *counts, f"{rows.total:,} total"] if rows.total else []


def _ways_in(summary: Summary) -> list[str]:
    counts = ways_of_run(summary.preflight.get("ways_in"), summary.outcome)
    return ["First sign-in of the accepted users:", *counts] if counts else []


def _groups(summary: Summary) -> list[str]:
    """The memberships in groups by outcome, where the file had some, and what they cost at most."""
    found = summary.memberships_json()
    if found is None:
        return []
    costs = active_users_sentences(made_active(found))
    if summary.memberships is None:
        return costs
    counts = [f"{count:,} {name}" for name, count in membership_counts(found).items()]
    return ["Group memberships:", *counts, f"{found['total']:,} total", *costs]


def _ids(summary: Summary) -> list[str]:
    said = ids_sentence(summary.ids_json(), short_id(summary))
    return [_sentence(said, PROBLEM_LENGTH)] if said else []


def _reasons(summary: Summary) -> list[list[str]]:
    """The most frequent reasons, a paragraph each: our own sentences with lines of the file, never a value."""
    found, preset = most_frequent(summary.reasons()), summary.preflight.get("preset")
    shown = [_reason(reason, preset) for reason in found[:_REASONS]]
    left = len(found) - len(shown)
    more = [f"{counted(left, 'more reason')} in the report."] if left else []
    several = several_reasons(found, summary.rows.rejected)
    return [*shown, *([line] if (line := [*more, *([several] if several else [])]) else [])]


def _reason(reason: ReasonJson, preset: PresetJson | None) -> list[str]:
    message, hint = (_sentence(text, REASON_LENGTH) for text in (reason["message"], reason["hint"]))
    lines = lines_of(reason, preset, _LINES)
    return [f"{reason['count']:,} {reason['outcome']}: {message}", *(text for text in (hint, lines) if text)]


def _sentence(text: str, longest: int) -> str:
    """A text in one line, in which a list without blanks gets some."""
    return _LONGEST_WORD.sub(lambda word: word[0].replace(",", ", ").rstrip(), printable(text, longest))


def _course(summary: Summary) -> list[str]:
    """How the import went."""
    spans = [job.seconds for job in summary.jobs if job and job.seconds is not None]
    lines = [f"Cognito says: {message}" for message in said_by_cognito(summary)]
    lines += filter(None, [all_in_pool(summary.rows, summary.outcome, summary.memberships_json())])
    if spans:
        lines.append(f"The import took {duration(sum(spans))}.")
    if summary.error:
        lines.append(f"The run ended early: {printable(summary.error, PROBLEM_LENGTH)}.")
    return [*lines, *missing_details(summary.details_missing(), summary.rows_unknown)]


def _warnings(summary: Summary) -> list[str]:
    found = summary.warnings()[:_WARNINGS]
    return [_sentence(warning["message"], REASON_LENGTH) for warning in found]


def _next(summary: Summary) -> list[str]:
    """The one command to go on with."""
    rows, file, run = summary.rows, summary.file, short_id(summary)
    preset, to_pool = summary.drop.preset, f"{_word(summary)} --pool {shlex.quote(summary.drop.alias)}"
    mapped = has_mapping(summary.preflight.get("mapping"), file.problem.code if file.problem else None)
    read_as = "MAPPING" if mapped else preset
    check = f"cognito-drop check {to_pool}" + (f" --preset {read_as}" if read_as else "")
    has_retries = any(name in summary.files for name in RETRIES)
    if file.problem and file.pool_id and not has_retries:
        return ["After you fix the problem, check the file before you drop it again:", check]
    if summary.outcome is Outcome.CHECKED and rows.rejected:
        return ["Fix the rejected rows and check the file again:", check]
    if summary.outcome is Outcome.CHECKED:
        how = " --mapping MAPPING" if mapped else f" --preset {preset}" if preset else ""
        said = "To import the file, drop it with its mapping:" if mapped else "To import the file, drop it:"
        return [said, f"cognito-drop drop {to_pool}{how}"]
    if has_retries:
        to_fix = rows.failed or rows.rejected
        unknown = summary.rows_unknown
        retried = next(name for name in RETRIES if name in summary.files)
        return [
            *([retry_warning(unknown, retried)] if unknown else []),
            *(_fixed_rows(run, retried) if to_fix else ("Drop the remaining rows again:", f"cognito-drop retry {run}")),
        ]
    report = ["For the full report:", f"cognito-drop status {run}"]
    return [ADD_TO_GROUPS, *report] if summary.memberships and summary.memberships.has_failures else report


def _fixed_rows(run: str, retried: str) -> list[str]:
    """How rows are dropped again as they are in a file that a person has corrected."""
    fetch = f"`cognito-drop results {run} --download .`"
    return [
        f"Fix the remaining rows in {retried}, fetched with {fetch}, and drop them again:",
        f"cognito-drop retry {run} --file {retried}",
    ]


def _word(summary: Summary) -> str:
    """The file's name as a word of a command; `FILE` where it is hard to read, or no table's."""
    name = summary.drop.file_name
    if printable(name, _LONGEST_NAME) != name or not name.lower().endswith(_TABLES):
        return "FILE"
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _results(summary: Summary) -> list[str]:
    link = summary.console
    return ["Results:", *([link] if link else []), summary.results]
