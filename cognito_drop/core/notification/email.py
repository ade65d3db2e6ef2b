"""The notification as an email: plain text for a small screen.

Promises short lines for what is looked up (counts, names, commands), one line for each sentence, which every mail
program breaks where its screen ends, and no columns, which need a fixed width. No line comes from a file's name or a
message: each text from outside is made printable first. Leaves the whole of it to the results, which it links.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from cognito_drop.contract.object_keys import INBOX, RETRIES
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification.body import most_frequent, said_by_cognito
from cognito_drop.core.notification.words import (
    PROBLEM_LENGTH,
    REASON_LENGTH,
    file_name,
    headline,
    pool_alias,
    short_id,
)
from cognito_drop.core.pools.active_users import active_users_sentences
from cognito_drop.core.report_page.figures import duration
from cognito_drop.core.runs.detail_gap import retry_warning, unknown_sentence
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.results.summary_json import ReasonJson

_REASONS = 5
_LINES = 5
_WARNINGS = 5
_LONGEST_WORD = re.compile(r"\S{40,}")
"""What a mail program could not break at the end of a telephone's screen."""
_LONGEST_NAME = 60
"""Characters of a file's name that stand in a command; a longer one is left for the reader to write."""
_TABLES = (".csv", ".tsv", ".txt")


def email_text(summary: Summary) -> str:
    """The text of the email, in paragraphs: what happened, counts, why, what to do, where the results are."""
    paragraphs = (
        [f"{headline(summary)}."],
        [f"File: {file_name(summary)}", f"Pool: {_pool(summary)}"],
        _problem(summary),
        _course(summary),
        _counts(summary),
        _groups(summary),
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
    rows, is_dry_run = summary.rows, summary.file.is_dry_run
    counts = {
        "imported": rows.imported,
        "can be imported": summary.file.accepted if is_dry_run else 0,
        "skipped": rows.skipped,
        "failed": rows.failed,
        "rejected": rows.rejected,
        "not processed": 0 if is_dry_run else rows.unprocessed,
    }
    always = "can be imported" if is_dry_run else "imported"
    shown = [f"{count:,} {word}" for word, count in counts.items() if count or word == always]
    return ["Rows in the file:", *shown, f"{rows.total:,} total"] if rows.total else []


def _groups(summary: Summary) -> list[str]:
    """What became of the memberships in groups, where the file had some, and what they cost at most."""
    found = summary.memberships
    kept = summary.preflight.get("memberships")
    costs = active_users_sentences(kept["active_users"] if kept else None)
    if found is None:
        return costs
    counts = {
        "added": found.added,
        "left out because the row was not imported": found.left_out,
        "failed": found.failed,
        "not processed": found.unprocessed,
    }
    shown = [f"{count:,} {word}" for word, count in counts.items() if count]
    return ["Group memberships:", *shown, f"{found.total:,} total", *costs]


def _reasons(summary: Summary) -> list[list[str]]:
    """The most frequent reasons, a paragraph each: our own sentences with lines of the file, never a value."""
    found = most_frequent(summary.reasons())
    preset = summary.preflight.get("preset")
    is_of_records = preset is not None and preset["lines_are"] == "records"
    told = [_reason(reason, "Record" if is_of_records else "Line") for reason in found[:_REASONS]]
    left = len(found) - len(told)
    return [*told, [f"{left:,} more reason{'s' if left > 1 else ''} in the report."]] if left else told


def _reason(reason: ReasonJson, place: str) -> list[str]:
    count, lines = reason["count"], [f"{line:,}" for line in reason["first_lines"][:_LINES]]
    told = [f"{count:,} {reason['outcome']}: {_sentence(reason['message'], REASON_LENGTH)}"]
    if reason["hint"]:
        told.append(_sentence(reason["hint"], REASON_LENGTH))
    if lines:
        more = f" and {count - len(lines):,} more" if count > len(lines) else ""
        told.append(f"{place}{'s' if count > 1 else ''} {', '.join(lines)}{more}")
    return told


def _sentence(text: str, longest: int) -> str:
    """A text in one line, in which a list without blanks gets some."""
    return _LONGEST_WORD.sub(lambda word: word[0].replace(",", ", ").rstrip(), printable(text, longest))


def _course(summary: Summary) -> list[str]:
    """How the import went."""
    spans = [job.seconds for job in summary.jobs if job and job.seconds is not None]
    lines = [f"Cognito says: {message}" for message in said_by_cognito(summary)]
    if spans:
        lines.append(f"The import took {duration(sum(spans))}.")
    if summary.error:
        lines.append(f"The run ended early: {printable(summary.error, PROBLEM_LENGTH)}.")
    if missing := summary.missing:
        lines += [text for gap in missing for text in (gap.sentence, gap.hint) if text]
        lines.append(unknown_sentence(summary.rows_unknown))
    return lines


def _warnings(summary: Summary) -> list[str]:
    found = summary.warnings()[:_WARNINGS]
    return [_sentence(warning["message"], REASON_LENGTH) for warning in found]


def _next(summary: Summary) -> list[str]:
    """The one command to go on with."""
    rows, file, run = summary.rows, summary.file, short_id(summary)
    preset = summary.drop.preset
    check = f"cognito-drop check {_word(summary)} --pool {file.pool_id}" + (f" --preset {preset}" if preset else "")
    has_retries = any(name in summary.files for name in RETRIES)
    if file.problem and file.pool_id and not has_retries:
        return ["After you fix the problem, check the file before you drop it again:", check]
    if summary.outcome is Outcome.CHECKED and rows.rejected:
        return ["Fix the rejected rows and check the file again:", check]
    if summary.outcome is Outcome.CHECKED:
        inbox = f"s3://{summary.drop.bucket}/{INBOX}{summary.drop.alias}/" + (f"{preset}/" if preset else "")
        return ["To import the file, drop it into the inbox:", f"aws s3 cp {_word(summary)} {inbox}"]
    if has_retries:
        to_mend = rows.failed or rows.rejected
        unknown = summary.rows_unknown
        retried = next(name for name in RETRIES if name in summary.files)
        return [
            *([retry_warning(unknown, retried)] if unknown else []),
            "Fix the remaining rows and drop them again:" if to_mend else "Drop the remaining rows again:",
            f"cognito-drop retry {run}",
        ]
    return ["For the full report:", f"cognito-drop status {run}"]


def _word(summary: Summary) -> str:
    """The file's name as a word of a command; `FILE` where it is hard to read, or no table's."""
    name = summary.drop.file_name
    if printable(name, _LONGEST_NAME) != name or not name.lower().endswith(_TABLES):
        return "FILE"
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _results(summary: Summary) -> list[str]:
    link = summary.console
    return ["Results:", *([link] if link else []), summary.results]
