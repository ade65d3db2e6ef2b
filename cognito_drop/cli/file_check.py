"""The check of a file on this machine: the very preflight of the pipeline, without a job or an upload."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Column, Table
from rich.text import Text

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.rendering import indented, sentence
from cognito_drop.cli.result import Result
from cognito_drop.cli.saved_check import CheckedRows, SavedRows, saved_json, saved_text
from cognito_drop.contract.ways_in import RequireWayIn
from cognito_drop.core.imports.import_time import import_time
from cognito_drop.core.pools.active_users import active_users_json, active_users_sentences
from cognito_drop.core.pools.group_warnings import group_warnings
from cognito_drop.core.pools.hash_warnings import first_sign_ins
from cognito_drop.core.pools.lookup import fewest_calls
from cognito_drop.core.pools.quality_gate import Lookup, judge
from cognito_drop.core.presets import preflight_file
from cognito_drop.core.results.preflight_json import left_behind, preflight_json, preset_json
from cognito_drop.core.results.warning_order import weighed
from cognito_drop.core.results.wording import counted_places, line_numbers, several_reasons
from cognito_drop.core.rows.groups import GroupRule
from cognito_drop.core.sign_in.pool_advice import pool_advice
from cognito_drop.core.sign_in.unknown import SignInUnknown
from cognito_drop.core.sign_in.wording import ways_counts
from cognito_drop.core.text.figures import counted
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.file_json import CheckJson, SavedFileJson
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.cli.preset_choice import Reading
    from cognito_drop.core.results.summary_json import FoundReasonJson
    from cognito_drop.core.rows import PoolRules, PreflightReport, Rejection
    from cognito_drop.core.text.json_types import ActiveUsersJson, WarningJson
    from cognito_drop.core.text.problem import Problem

_BLOCK = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown of a check."""

    reading: Reading
    report: PreflightReport
    problem: Problem | None
    """Why the file cannot be imported as a whole, or why the pool's settings refuse it."""
    lookup: Lookup | None
    warnings: list[WarningJson]
    active_users: ActiveUsersJson | None

    @property
    def known(self) -> int:
        """Users of the sample who are in the pool already."""
        return self.lookup.known if self.lookup else 0


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a check has found, as data and for people."""

    data: CheckJson
    said: list[RenderableType]
    """How the file is read, and why it would be refused."""
    of_rows: list[RenderableType]
    exit_code: ExitCode

    @property
    def text(self) -> list[RenderableType]:
        """All of it for people."""
        return [*self.said, *self.of_rows]

    def result(self) -> Result:
        """What `check` gives back."""
        return Result(self.data, self.text, self.exit_code)


def check_file(
    context: Context, file: Path, source: PoolSource, reading: Reading, saving: SavedRows | None = None
) -> FileCheck:
    """Check a file against a pool. Raises CommandError."""
    rules = source.rules()
    with context.messages.working(f"Checking {file.name}"), saving or nullcontext():
        rows = saving or CheckedRows()
        recorded = saving.recorded if saving else None
        report = preflight_file(chunks_of(file), reading.preset, rules, source.options, rows, recorded=recorded)
        saved = saving.publish(report) if saving else []
    lookup, said = _looked_up(context, source.live_pool, rules, report)
    warnings = weighed(
        [
            *said,
            *left_behind(report),
            *first_sign_ins(report, rules),
            *_first_ways(source, report),
            *group_warnings(report, source.options.groups or GroupRule(), source.group_names),
            *_full_lookup(source, report),
            *(import_time(report.accepted) if source.live_pool and not report.problem else ()),
        ]
    )
    active_users = active_users_json(report.members, source.user_pool.get("UserPoolTier"))
    found = _Found(reading, report, _problem(source, report, lookup), lookup, warnings, active_users)
    of_rows = [] if report.problem else _of_rows(file, found)
    if saving and saved:
        of_rows += saved_text(saved, report, too_long=saving.too_long, known=found.known)
    shown = [*map(Text, reading.said), *_of_problem(file, found.problem)]
    return FileCheck(_json(found, rows.rejections, saved_json(saved)), shown, of_rows, _exit_code(found))


def _looked_up(
    context: Context, pool_id: str, rules: PoolRules, report: PreflightReport
) -> tuple[Lookup | None, list[WarningJson]]:
    """How many users of the sample are in the pool, and what is to be said of it; None where that is not known."""
    if not pool_id or not report.accepted:
        return None, []
    from cognito_drop.cli.pool_users import look_up_sample  # noqa: PLC0415  (only who asks AWS needs boto3)

    return look_up_sample(context, pool_id, rules, report)


def _first_ways(source: PoolSource, report: PreflightReport) -> list[WarningJson]:
    """What is to be known of the first sign-in besides the ways, as a dry run says it."""
    if source.ways is None:
        return []
    if isinstance(source.ways, SignInUnknown):
        return [source.ways.warning]
    advice = pool_advice(source.ways.facts, report.ways, takes_hashes=bool(report.with_password))
    return [each.warning for each in advice]


def _problem(source: PoolSource, report: PreflightReport, lookup: Lookup | None) -> Problem | None:
    """Why the file is not imported, as a drop under the alias would be judged; of any other pool only its own fault."""
    settings = source.settings
    if report.problem or not settings:
        return report.problem
    if isinstance(source.ways, SignInUnknown) and settings.require_way_in != RequireWayIn.NO:
        return source.ways.problem
    return judge(
        report.rows,
        report.rejected,
        settings,
        lookup or Lookup(0, 0),
        not_to_import=report.not_to_import,
        without_way_in=report.without_way_in,
    )


def _exit_code(found: _Found) -> ExitCode:
    if found.problem:
        return ExitCode.UNUSABLE
    return ExitCode.INCOMPLETE if found.report.rejected or found.known else ExitCode.CLEAN


def chunks_of(file: Path) -> Iterator[bytes]:
    """The bytes of a file."""
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            yield block


def _full_lookup(source: PoolSource, report: PreflightReport) -> list[WarningJson]:
    """What the lookup of all users would take, where an import makes one."""
    if not source.looks_up_users or not report.accepted:
        return []
    by, calls = fewest_calls(report.accepted, source.users)
    said = f"looking up the users before an import takes {calls:,} call{'' if calls == 1 else 's'} of {by}"
    return [{"code": "lookup_estimate", "message": said}]


def _json(found: _Found, rejected: list[Rejection], saved: list[SavedFileJson]) -> CheckJson:
    report, pieces = found.report, preflight_json(found.report)
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "rejected": [
            {"line": row.line, "column": row.column, "code": row.code.value, "message": row.sentence, "hint": row.hint}
            for row in ([] if report.problem else rejected)  # a file that is refused has no rows
        ],
        "normalized": {entry["kind"]: entry["count"] for entry in pieces["normalized"]},
        "blank_lines": report.blank_lines,
        "preset": preset_json(report),
        "recognized": found.reading.recognized_json(),
        "warnings": found.warnings,
        "dialect": pieces["dialect"],
        "columns": pieces["columns"],
        "parts": pieces["parts"],
        "sample": {"asked": found.lookup.asked, "known": found.lookup.known} if found.lookup else None,
        "ways_in": pieces["ways_in"],
        "memberships": report.memberships - report.not_allowed,
        "active_users": found.active_users,
        "problem": found.problem.to_json() if found.problem else None,
        "saved": saved,
    }


def _of_problem(file: Path, problem: Problem | None) -> list[RenderableType]:
    if problem is None:
        return []
    said = (f"{printable(file.name)} cannot be imported.", "bold red")
    return [Text.assemble(said, f" {printable(problem.sentence)}"), sentence(problem.hint)]


def _of_rows(file: Path, found: _Found) -> list[RenderableType]:
    report = found.report
    pieces = preflight_json(report)
    shown: list[RenderableType] = [Text.assemble((printable(file.name), "bold"), f": {_row_counts(found)}.")]
    if ways := ways_counts(pieces["ways_in"]):
        of = ", with the users who are in the pool already" if found.known else ""
        shown.append(indented(Text(f"First sign-in{of}: {' · '.join(ways)}")))
    shown += [indented(sentence(f"{entry['count']:,} {entry['message']}")) for entry in pieces["normalized"]]
    shown += [indented(sentence(entry["message"])) for entry in found.warnings]
    if added := report.memberships - report.not_allowed:
        at_most = "at most " if found.known else ""
        shown.append(indented(Text(f"{at_most}{counted(added, 'group membership')} would be added after the import")))
    shown += [indented(sentence(said)) for said in active_users_sentences(found.active_users)]
    if not report.rejected:
        return shown
    several = several_reasons(pieces["reasons"], report.rejected)
    table = _reasons(pieces["reasons"], counted_places(preset_json(report)))
    return [*shown, table, *([sentence(several)] if several else [])]


def _row_counts(found: _Found) -> str:
    """How many rows an import would take. Of users who are in the pool already it takes none."""
    report = found.report
    if found.problem:
        return f"{report.rejected:,} of {report.rows:,} rows are rejected"
    is_sample = found.lookup is not None and found.known and found.lookup.asked < report.accepted
    return f"{'at most ' if is_sample else ''}{report.accepted - found.known:,} of {report.rows:,} rows can be imported"


def _reasons(reasons: list[FoundReasonJson], places: str) -> Table:
    made = Table(*(Column(name, overflow="fold") for name in ("rows", "reason", "what to do", places)))
    made.columns[0].justify = "right"
    for reason in reasons:
        hint = sentence(reason["hint"])
        if reason["setting"]:
            hint.append(f"\nPool setting: {reason['setting']}", style="dim")
        made.add_row(
            f"{reason['count']:,}", sentence(reason["message"]), hint, line_numbers(reason, len(reason["first_lines"]))
        )
    return made
