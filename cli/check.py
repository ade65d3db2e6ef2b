"""`cognito-drop check`: the very preflight of the pipeline, on this machine, without a job or an upload."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.exit_codes import ExitCode
from cli.pool_source import ask_pool, read_pool_file
from cli.preset_choice import preset_option
from lambdas.core.preflight_json import left_behind, preflight_json, preset_json
from lambdas.core.presets import preflight_export
from lambdas.core.rows import Options, preflight
from lambdas.core.rows.options import UnknownColumns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambdas.core.presets import Preset
    from lambdas.core.rows import Part, PoolRules, PreflightReport, Rejection

_BLOCK = 1 << 20  # bytes read at once
_ALGORITHMS = ("ARGON2ID", "BCRYPT", "PBKDF2_SHA256", "SCRYPT")


@dataclass(slots=True)
class _Rejections:
    """Keeps the rejected rows and lets the parts go."""

    rows: list[Rejection] = field(default_factory=list)

    def part_bytes(self, block: bytes) -> None:
        """Nothing is written."""

    def end_part(self, part: Part) -> None:
        """Nothing is written."""

    def rejected(self, row: Rejection) -> None:
        """Keep one."""
        self.rows.append(row)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pool", "pool_id", metavar="POOL_ID", help="Check against this live user pool.")
@click.option(
    "--pool-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Check against a pool as a file has it: {"UserPool": …, "CSVHeader": […]}.',
)
@click.option("--hash-algorithm", type=click.Choice(_ALGORITHMS), help="The algorithm of the column password_hash.")
@click.option("--leave-out-unknown-columns", is_flag=True, help="Leave out columns that the pool does not know.")
@preset_option
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
    file: Path,
    pool_id: str | None,
    pool_file: Path | None,
    hash_algorithm: str | None,
    preset: Preset | None,
    *,
    leave_out_unknown_columns: bool,
    output: str,
) -> None:
    """Say what would become of every row of FILE, without importing anything.

    Exit code 0: all rows can be imported. 1: some would be rejected. 2: the file cannot be used.

    \b
    cognito-drop check users.csv --pool eu-west-1_AbCdEf123
    cognito-drop check users.csv --pool-file pool.json --output json
    cognito-drop check auth0.ndjson --preset auth0 --pool eu-west-1_AbCdEf123
    """
    if pool_id is not None and pool_file is None:
        source = ask_pool(pool_id)
    elif pool_file is not None and pool_id is None:
        source = read_pool_file(pool_file)
    else:
        raise click.UsageError("Give either --pool or --pool-file.")
    unknown = UnknownColumns.LEAVE_OUT if leave_out_unknown_columns else UnknownColumns.REFUSE
    report, rejected = _preflight(file, source.rules(hash_algorithm), preset, Options(unknown_columns=unknown))
    if output == "json":
        json.dump(_json(report, rejected), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(file, report)
    if report.problem:
        sys.exit(ExitCode.UNUSABLE)
    sys.exit(ExitCode.REJECTED if rejected else ExitCode.CLEAN)


def _preflight(
    file: Path, rules: PoolRules, preset: Preset | None, options: Options
) -> tuple[PreflightReport, list[Rejection]]:
    sink = _Rejections()
    if preset:
        return preflight_export(_chunks(file), preset, rules, options, sink), sink.rows
    return preflight(_chunks(file), rules, options, sink), sink.rows


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            yield block


def _json(report: PreflightReport, rejected: list[Rejection]) -> dict[str, Any]:
    found, problem = preflight_json(report), report.problem
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "rejected": [
            {"line": row.line, "column": row.column, "code": row.code.value, "message": row.sentence, "hint": row.hint}
            for row in rejected
        ],
        "normalised": {entry["kind"]: entry["count"] for entry in found["normalised"]},
        "blank_lines": report.blank_lines,
        "preset": preset_json(report),
        "warnings": left_behind(report),
        "dialect": found["dialect"],
        "columns": found["columns"],
        "parts": found["parts"],
        "problem": (
            {"code": problem.code.value, "message": problem.sentence, "hint": problem.hint} if problem else None
        ),
    }


def _show(file: Path, report: PreflightReport) -> None:
    console = Console(highlight=False)
    if report.problem:
        console.print(f"[bold red]{escape(file.name)} cannot be imported.[/] {escape(report.problem.sentence)}")
        console.print(report.problem.hint, markup=False)
        return
    found = preflight_json(report)
    console.print(f"[bold]{escape(file.name)}[/]: {report.accepted:,} of {report.rows:,} rows can be imported.")
    for entry in found["normalised"]:
        console.print(f"  {entry['count']:,} {entry['message']}")
    for entry in left_behind(report):
        console.print(f"  {entry['message']}", markup=False)
    if not report.rejected:
        return
    places = "records" if report.preset and report.preset.source.is_json else "lines"
    table = Table("rows", "reason", "what to do", places)
    for reason in found["reasons"]:
        lines = ", ".join(str(line) for line in reason["first_lines"])
        more = ", …" if reason["count"] > len(reason["first_lines"]) else ""
        hint = escape(reason["hint"])
        if reason["setting"]:
            hint += f"\n[dim]Pool setting: {escape(reason['setting'])}[/]"
        table.add_row(f"{reason['count']:,}", escape(reason["message"]), hint, lines + more)
    console.print(table)
