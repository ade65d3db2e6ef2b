"""What to do next, for each ending: short steps, with the command where there is one.

Commands are for a POSIX-like shell (bash, zsh): with `cognito-drop`, and beside it with the AWS CLI. A name with
characters that cannot be seen is written with their codes, so that what is pasted is what is read.
"""

from __future__ import annotations

import shlex
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from cognito_drop.contract.object_keys import CHECK, INBOX, RETRIES, rows_with
from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.pools.hash_warnings import HASHES_PROBABLY_REFUSED
from cognito_drop.core.presets.dropped_mapping import has_mapping
from cognito_drop.core.results.wording import ADD_TO_GROUPS, account_of, all_in_pool, lacks_groups
from cognito_drop.core.runs.detail_gap import retry_warning
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from cognito_drop.core.results.summary_json import SummaryJson

_TOO_MANY = "too many users"
_BASIC_PLANE = 0xFFFF


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a sentence, and the commands of which each does it."""

    sentence: str
    command: str = ""
    """With the AWS CLI, where that can do it."""
    tool: str = ""
    """With `cognito-drop`, where the other one is there too."""


def next_steps(summary: SummaryJson, ending: Outcome) -> list[Step]:
    """The steps after this ending, at least one."""
    if problem := summary["problem"]:
        hint = problem["hint"] or "Fix the problem above."
        as_before = "" if _was_read(summary) else ", with its mapping if you dropped it with one"
        return [Step(hint), _drop_again(summary, f"Then drop the file again{as_before}.")]
    match ending:
        case Outcome.IMPORTED:
            return [*_groups(summary), _notify_users()]
        case Outcome.CHECKED:
            return _after_check(summary)
        case Outcome.PARTLY_IMPORTED | Outcome.REJECTED:
            first = []
        case Outcome.FAILED:
            first = [_after_failure(summary)]
        case Outcome.STOPPED:
            first = [Step("A stopped job cannot be started again. To continue, import the remaining rows.")]
        case Outcome.EXPIRED:
            first = [Step("No problems found in the remaining rows. Import them with a new drop.")]
        case _:
            assert_never(ending)
    steps = [*first, *_retry(summary), *_groups(summary), *([_notify_users()] if _imported(summary) else [])]
    return steps or [Step("Nothing needs to be fixed: no row of the file remains to be imported.")]


def _retry(summary: SummaryJson) -> list[Step]:
    files, rows = summary["files"], summary["rows"]
    if not _has_rows_left(summary):
        return []
    retry = next((name for name in RETRIES if name in files), None)
    if retry is None:
        return [] if _imported(summary) else [_drop_again(summary, "After you fix the cause, drop the file again.")]
    to_fix = [name for name in ("failed", "rejected") if rows[name]]
    explained = " and ".join(file for file in map(rows_with, to_fix) if file in files)
    unknown = summary["rows_unknown"]
    fetch = Step(
        f"Fetch {retry}. It contains every row that can still be imported, unchanged from your file."
        + (f" {retry_warning(unknown, retry)}" if unknown else ""),
        f"aws s3 cp {shell_word(summary['results'] + retry)} .",
        f"cognito-drop results {summary['run_id']} --download .",
    )
    why = f" {explained} {'say' if ' and ' in explained else 'says'} what to fix, line by line." if explained else ""
    fix = Step(f"Fix these rows in {retry}.{why}")
    whole = ""
    if _imported(summary) or rows["skipped"]:
        whole = (
            " instead of the whole file: rows that are already in the pool would be skipped, and a job with too many "
            "skipped rows can fail"
        )
    again = f"cognito-drop retry {summary['run_id']} --file {retry}"
    copy = f"aws s3 cp {retry} {shell_word(_folder(summary))}"
    sentence = f"Drop {retry}{whole}."
    drop = Step(sentence, again) if _has_mapping(summary) else Step(sentence, copy, again)
    return [fetch, *([fix] if to_fix else []), drop]


def _groups(summary: SummaryJson) -> list[Step]:
    return [Step(ADD_TO_GROUPS)] if lacks_groups(summary["memberships"]) else []


def _has_rows_left(summary: SummaryJson) -> bool:
    """Whether rows that can still be imported are known of, or cannot be ruled out."""
    in_pool = summary["rows"]["imported"] + summary["rows"]["skipped"]
    return summary["details_incomplete"] or not in_pool or in_pool < summary["rows"]["total"]


def _after_check(summary: SummaryJson) -> list[Step]:
    rejected = summary["rows"]["rejected"]
    if not rejected:
        return [_drop_again(summary, "Drop the file to import it.")]
    say = "Fix the rejected rows in your file; the reasons are below"
    table = rows_with("rejected")
    listed = f", and {table} has the line and column of each." if table in summary["files"] else "."
    steps = [
        Step(say + listed),
        _drop(summary, "Check it again.", CHECK),
    ]
    if summary["rows"]["accepted"]:
        again = "Or drop the file unchanged: the pool's settings decide whether the other rows are imported."
        return [*steps, _drop_again(summary, again)]
    return [*steps, _drop_again(summary, "When the check passes, drop the file to import it.")]


def _after_failure(summary: SummaryJson) -> Step:
    if said := all_in_pool(account_of(summary["rows"]), Outcome.FAILED, summary["memberships"]):
        return Step(said)
    said = " ".join(part["job"]["message"] or "" for part in summary["parts"] if part["job"]).lower()
    if _TOO_MANY in said:
        return Step("Cognito fails a whole job when too many of its rows fail or are skipped. Fix those rows first.")
    if any(one["code"] == HASHES_PROBABLY_REFUSED for one in summary["warnings"]):
        return Step(
            "Set the pool's setting password_hashes to [] and deploy: the users are imported without their passwords."
        )
    if summary["error"]:
        return Step(
            "The run ended early. Its Step Functions execution, which has the run ID as its name, shows where. Fix "
            "the cause first."
        )
    return Step("Read Cognito's message under “Import jobs” and fix that problem first.")


def _notify_users() -> Step:
    return Step(
        "Tell your users: Cognito does not notify them after an import. Users who were imported without a password "
        "hash set a password with “Forgot password”, unless the pool signs them in with a code."
    )


def _imported(summary: SummaryJson) -> bool:
    return summary["rows"]["imported"] > 0


def _drop_again(summary: SummaryJson, sentence: str) -> Step:
    return _drop(summary, sentence, INBOX)


def _drop(summary: SummaryJson, sentence: str, under: str) -> Step:
    """Drop the file, for an import or for a check."""
    is_dry_run = " --dry-run" if under == CHECK else ""
    to_pool = f"cognito-drop drop {_file(summary)} --pool {shell_word(summary['pool']['alias'])}"
    if _has_mapping(summary):
        return Step(sentence, f"{to_pool} --mapping MAPPING{is_dry_run}")
    file = summary["file"]
    preset = Drop(file["bucket"], file["key"], file["version_id"]).preset
    copy = f"aws s3 cp {_file(summary)} {shell_word(_folder(summary, under))}"
    return Step(sentence, copy, to_pool + (f" --preset {preset}" if preset else "") + is_dry_run)


def _was_read(summary: SummaryJson) -> bool:
    """Whether the file was opened; otherwise it is not known whether it was dropped with a mapping."""
    return _has_mapping(summary) or summary["file"]["bytes"] is not None


def _has_mapping(summary: SummaryJson) -> bool:
    return has_mapping(summary["mapping"], summary["problem"]["code"] if summary["problem"] else None)


def _folder(summary: SummaryJson, under: str = INBOX) -> str:
    """The folder from which this file was taken, under the inbox even when it was only checked."""
    folder, slash, _ = summary["file"]["key"].rpartition("/")
    place = (folder + slash).removeprefix(CHECK).removeprefix(INBOX)
    return f"s3://{summary['file']['bucket']}/{under}{place}"


def _file(summary: SummaryJson) -> str:
    name = summary["file"]["name"]
    return shell_word(f"./{name}" if name.startswith("-") else name)


def shell_word(word: str) -> str:
    """The word quoted for bash and zsh: as `$'…'`, with codes, where a character cannot be shown."""
    if printable(word) == word:
        return shlex.quote(word)
    return "$'" + "".join(_shell_character(character) for character in word) + "'"


def _shell_character(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if printable(character) == character and not unicodedata.combining(character):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"
