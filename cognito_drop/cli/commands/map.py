"""`cognito-drop map`: a mapping for a file with columns of its own, proposed from the file and the pool."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, cast

import click
import yaml
from rich.text import Text

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.chosen_pool import chosen_pool
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.file_check import check_file, chunks_of
from cognito_drop.cli.files import readable_file
from cognito_drop.cli.mapping_answers import GivenAnswers, MappingAnswers, given_columns, passwords_in
from cognito_drop.cli.mapping_table import answered_columns, columns_table, shown_columns
from cognito_drop.cli.options import pool_file_option, pool_or_id_option
from cognito_drop.cli.preset_choice import Reading
from cognito_drop.cli.rendering import sentence
from cognito_drop.cli.result import Result
from cognito_drop.cli.status_answers import StatusAnswers, statuses_in, words_asked_for
from cognito_drop.core.presets import BrokenFileError, how_to_use, preset_of, recognize
from cognito_drop.core.proposal.columns import ColumnWords, FileColumns, columns_of
from cognito_drop.core.proposal.proposal import propose
from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.check import head_of
from cognito_drop.core.rows.detection import HEAD_BYTES
from cognito_drop.core.rows.header_words import status_word
from cognito_drop.core.rows.layout import Layout, lay_out
from cognito_drop.core.rows.pool_rules import SIGN_IN_ATTRIBUTES, USERNAME
from cognito_drop.core.text.names import named
from cognito_drop.core.text.printable import printable
from cognito_drop.core.text.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.file_json import MapJson
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.core.presets.mapping_json import MappingJson
    from cognito_drop.core.proposal.proposal import ProposedColumn

_START: Final = "# Made by `cognito-drop map`: which column of the file goes into which attribute of the user pool.\n"


@operator_command("map")
@click.argument("file", type=click.Path(path_type=Path))
@pool_or_id_option
@pool_file_option
@click.option("--username", metavar="COLUMN", help="The column with the username.")
@click.option(
    "--verified",
    type=click.Choice(SIGN_IN_ATTRIBUTES),
    multiple=True,
    help="Every value of this attribute in the file is verified.",
)
@click.option(
    "--column",
    "columns",
    metavar="ATTRIBUTE=COLUMN",
    multiple=True,
    callback=given_columns,
    help="Use this column for the attribute, whatever is proposed; ATTRIBUTE= leaves it out.",
)
@click.option(
    "--disabled",
    metavar="COLUMN[=WORD,…]|none",
    multiple=True,
    help="A column that says who is not to sign in, and the words that say so; COLUMN= does not say so, none: no "
    "column does.",
)
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How dates such as 03/04/1990 are read.")
@click.option("--show-values", is_flag=True, help="Show some values of each column.")
@click.option(
    "--save",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Where the mapping is written; by default the name of FILE with .yaml, in the current folder.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing mapping.")
def map_file(
    context: Context,
    *,
    file: Path,
    pool: str | None,
    pool_file: Path | None,
    username: str | None,
    verified: tuple[str, ...],
    columns: dict[str, str],
    disabled: tuple[str, ...],
    dates: str | None,
    show_values: bool,
    save: Path | None,
    overwrite: bool,
) -> Result:
    """Propose a mapping for a file with its own columns.

    Reads the names of FILE's columns and the form of some values, asks what it cannot know, writes the mapping as YAML,
    and checks the whole file with it, without importing it. Without a terminal, options answer the questions.
    Exit codes are those of `check`.

    \b
    Examples:
      cognito-drop map staff.csv --pool people
      cognito-drop map staff.csv --pool people --username Login --verified email
      cognito-drop map staff.csv --pool-file pool.json --column custom:team=Squad --save staff.yaml
      cognito-drop check staff.csv --preset staff.yaml --pool people
    """
    source = chosen_pool(context, pool, pool_file)
    given = {**columns, **({USERNAME: username} if username is not None else {})}
    check = _check_call(file, pool, pool_file)
    found = _columns(file, source, check, is_given=bool(given))
    if isinstance(found, Result):
        return found
    in_file, proposed = found
    path = _target(save or Path(f"{file.stem}.yaml"), file, overwrite=overwrite)
    words = cache(lambda: _status_words(in_file, file, words_asked_for(disabled)))
    status = StatusAnswers(context.messages, in_file.names, disabled, words, show_values)
    options = GivenAnswers(given, frozenset(verified), dates)
    answers = MappingAnswers(context.messages, source.rules(), proposed, options, status)
    shown = shown_columns(proposed, answers.chosen, answers.guesses, can_ask=context.messages.can_ask)
    context.messages.console.print(columns_table(shown, status.given_columns, show_values=show_values))
    if passwords := passwords_in(proposed):
        said = f"The file seems to hold passwords ({named(passwords)}): remove them, they are not imported."
        context.messages.say(said, "yellow")
    mapping = answers.mapping()
    _write(path, mapping)
    checked = check_file(context, file, source, Reading(preset_of(mapping)))
    data: MapJson = {
        "preset": None,
        "columns": [_column_json(column, answers.chosen) for column in proposed],
        "mapping": cast("MappingJson", mapping),
        "saved": str(path),
        "check": checked.data,
    }
    is_refused = not checked.data["accepted"] or checked.data["problem"] is not None
    answered, statuses = answered_columns(shown, answers.chosen), statuses_in(mapping)
    text = [
        *([columns_table(answered, statuses, show_values=show_values)] if answered else []),
        *([Text(f"Columns that decide who is disabled: {named(statuses)}.")] if statuses else []),
        Text.assemble("The mapping is in ", (printable(str(path)), "bold"), "."),
        *checked.text,
        sentence(_next_step(file, path, source, check, is_refused=is_refused)),
    ]
    return Result(data, text, checked.exit_code)


def _check_call(file: Path, pool: str | None, pool_file: Path | None) -> str:
    chosen = (
        f" --pool-file {_argument(pool_file)}" if pool_file else f" --pool {quote(printable(pool))}" if pool else ""
    )
    return f"cognito-drop check {_argument(file)}{chosen}"


def _columns(
    file: Path, source: PoolSource, check: str, *, is_given: bool
) -> tuple[FileColumns, list[ProposedColumn]] | Result:
    """The columns of a file and what is proposed for them, or why it needs no mapping. Raises CommandError."""
    chunks = chunks_of(readable_file(file))
    head = head_of(chunks)
    recognized = recognize(head[:HEAD_BYTES], source.rules())
    if recognized.preset:
        name = recognized.preset.name
        use = f"`{check} --preset {name}` checks it."
        return _without_mapping(name, [recognized.sentence, how_to_use(name, source.options), use])
    found = columns_of(head, chunks)
    if isinstance(found, Problem):
        raise CommandError(ErrorCode.FILE_UNREADABLE, f"{file.name}: {found.sentence}", found.hint)
    proposed = propose(found.names, found.samples, source.rules(), source.options)
    if is_given:
        return found, proposed
    if _is_read_as_it_is(found, proposed, source):
        said = f"The pool reads {file.name} as it is: no mapping is needed."
        return _without_mapping(None, [said, f"`{check}` checks its rows."])
    if not any(column.attribute for column in proposed):
        raise CommandError(
            ErrorCode.FILE_UNREADABLE,
            f"{file.name}: none of its {len(found.names)} columns is named like an attribute of the pool.",
            "The first line must have the names of the columns. Name columns with --column ATTRIBUTE=COLUMN.",
        )
    return found, proposed


def _without_mapping(preset: str | None, said: Sequence[str]) -> Result:
    data: MapJson = {"preset": preset, "columns": [], "mapping": None, "saved": None, "check": None}
    return Result(data, [sentence(each) for each in said], ExitCode.CLEAN)


def _is_read_as_it_is(found: FileColumns, proposed: Sequence[ProposedColumn], source: PoolSource) -> bool:
    """Whether every header that the pool takes means the same here, and none may say who is not to sign in."""
    if found.source.is_json or any(map(status_word, found.names)):
        return False
    layout = lay_out(found.names, source.rules(), source.options)
    if not isinstance(layout, Layout) or layout.left_out:
        return False
    read = {column.name if column else None for column in layout.in_file}
    return {column.attribute for column in proposed} - {None} <= read and all(column.is_sure for column in proposed)


def _target(path: Path, file: Path, *, overwrite: bool) -> Path:
    if path.exists() and (not overwrite or path.resolve() == file.resolve()):
        hint = "Choose another path with --save, or use --overwrite."
        raise CommandError(ErrorCode.FILE_EXISTS, f"{path} exists already; nothing was written.", hint)
    return path


def _write(path: Path, mapping: dict[str, Any]) -> None:
    try:
        text = yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=120)
        path.write_text(_START + text, encoding="utf-8")
    except OSError as error:
        raise CommandError(ErrorCode.FOLDER_NOT_WRITABLE, f"Cannot write {path}: {error.strerror}.") from None


def _status_words(found: FileColumns, file: Path, asked_for: dict[str, list[str]]) -> dict[str, ColumnWords]:
    try:
        return found.status_words(chunks_of(file), asked_for)
    except (UndecodableError, BrokenFileError):  # the check says so
        return dict.fromkeys(filter(status_word, found.names), ColumnWords({}, is_complete=False))


def _column_json(column: ProposedColumn, chosen: dict[str, str]) -> Any:  # noqa: ANN401
    return {
        "name": column.name,
        "proposed": column.attribute,
        "is_sure": column.is_sure,
        "because": column.why,
        "attributes": [attribute for attribute, name in chosen.items() if name == column.name],
    }


def _argument(file: Path) -> str:
    return quote(printable(str(file), 100))


def _next_step(file: Path, path: Path, source: PoolSource, check: str, *, is_refused: bool) -> str:
    with_mapping = f"`{check} --preset {_argument(path)}`"
    if is_refused:
        return f"Next: fix the file or the mapping, and check it with {with_mapping}."
    if source.settings is None:
        return f"{with_mapping} checks the file again."
    alias = source.options.alias
    if source.settings.takes_mappings:
        return f"Next: `cognito-drop drop {_argument(file)} --pool {alias} --mapping {_argument(path)}`."
    return (
        f'Next: give the pool {alias} the setting "preset": "{printable(str(path), 100)}", or "mappings": '
        '"from_drops" to drop a mapping with each file, and deploy the stack; docs/migrate/mapping.md shows how.'
    )
