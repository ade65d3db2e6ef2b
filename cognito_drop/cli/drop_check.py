"""The check of files before they are dropped, with `check`'s own code: no file is uploaded that would be refused.

Someone who may only drop files cannot ask the pool: then what no pool changes is checked, and the rest is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NoReturn

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import is_denied, is_throttled
from cognito_drop.cli.aws_errors import command_error
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.cli.file_check import check_file, chunks_of
from cognito_drop.cli.live_pool import chosen_preset, served_pool
from cognito_drop.cli.preset_choice import Reading
from cognito_drop.core.pools.unseen_pool import NOT_CHECKED, problem_in_any_pool
from cognito_drop.core.runs.drop import is_retry_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.cli.file_json import CheckedFileJson
    from cognito_drop.cli.pool_source import PoolSource
    from cognito_drop.core.presets import Preset
    from cognito_drop.core.rows import Dialect
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.text.json_types import ProblemJson

_ANYWAY: Final = "Nothing was dropped; --no-check drops it anyway."


@dataclass(frozen=True)
class DropCheck:
    """How the files of one call are read when they are dropped into a pool."""

    context: Context
    pool: ServedPool
    preset: Preset | None = None
    """What is read instead of what the pool's settings choose."""
    has_own_mapping: bool = False
    first: int | None = None
    dialect: Dialect | None = None
    """How the file is written whose rows are dropped again."""

    def check(self, files: Sequence[tuple[Path, str]]) -> list[CheckedFileJson]:
        """Check files, each with the name under which it is dropped. Raises CommandError if one would be refused."""
        checked = [self._checked(path, name) for path, name in files]
        if isinstance(self._source, ClientError):
            said = command_error(self._source).message
            self.context.messages.say(f"Only the form of the file was checked. {said} Not checked: {NOT_CHECKED}.")
        return checked

    @cached_property
    def _source(self) -> PoolSource | ClientError:
        """The pool as it is, or why it cannot be asked."""
        try:
            return served_pool(self.context, self.pool)
        except ClientError as error:
            if not (is_denied(error) or is_throttled(error)):
                raise
            return error

    def _checked(self, file: Path, name: str) -> CheckedFileJson:
        source = self._source
        if isinstance(source, ClientError):
            return self._form_checked(file, name)
        reading = Reading(self.preset or source.preset)
        found = check_file(self.context, file, replace(source, options=self._options(source.options, name)), reading)
        problem = found.data["problem"]
        said = found.of_rows if problem else found.text
        if said and (found.data["warnings"] or found.exit_code is not ExitCode.CLEAN):
            self.context.messages.console.print(*said, sep="\n")
        if problem:
            _refuse(file, problem)
        return {
            "file": str(file),
            "complete": True,
            "rows": found.data["rows"],
            "accepted": found.data["accepted"],
            "warnings": found.data["warnings"],
        }

    def _form_checked(self, file: Path, name: str) -> CheckedFileJson:
        settings = self.pool.settings
        options = self._options(settings.options_beside(self.pool.alias, frozenset()), name)
        with self.context.messages.working(f"Checking {file.name}"):
            problem = problem_in_any_pool(chunks_of(file), self.preset or chosen_preset(self.pool), options)
        if problem:
            _refuse(file, problem.to_json())
        return {"file": str(file), "complete": False, "rows": None, "accepted": None, "warnings": []}

    def _options(self, options: Options, name: str) -> Options:
        return replace(
            options,
            is_retry=is_retry_name(name),
            run_dialect=self.dialect,
            has_own_mapping=self.has_own_mapping,
            first_part_rows=options.first_part_rows or self.first,
        )


def _refuse(file: Path, problem: ProblemJson) -> NoReturn:
    said = f"{file} cannot be imported. {problem['message']}"
    raise CommandError(ErrorCode.FILE_REFUSED, said, f"{problem['hint']} {_ANYWAY}".lstrip())
