"""The result files of a run in the drop bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.errors import error_code
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.run_text import phase
from cognito_drop.cli.run_view import recorded
from cognito_drop.contract.object_keys import RESULT_FILES, RETRIES, UNDO_FILES, results_of
from cognito_drop.core.presets.dropped_mapping import has_mapping
from cognito_drop.core.runs.run_record import SHORT_ID

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from cognito_drop.cli.run_view import RunView
    from cognito_drop.core.runs.run_record import RunRecord
    from cognito_drop.core.undo.undo_record import UndoRecord


@dataclass(frozen=True, slots=True)
class ResultFile:
    """One of them."""

    name: str
    size: int
    uri: str

    @property
    def bucket(self) -> str:
        """The bucket that it is in."""
        return self.uri.removeprefix("s3://").partition("/")[0]

    @property
    def key(self) -> str:
        """Its key there."""
        return self.uri.removeprefix("s3://").partition("/")[2]


def refuse_unless_over(run: RunRecord) -> None:
    """Raises CommandError while the results are not written."""
    if not run.is_over:
        raise CommandError(
            ErrorCode.RUN_NOT_ENDED,
            f"The run {run.short_id} has not ended: {phase(recorded(run))}.",
            f"Follow it with `cognito-drop watch {run.short_id}`.",
        )


def result_files(s3: S3Client, run: RunRecord) -> tuple[list[ResultFile], int]:
    """The files that a run writes, by name, and how many other objects there are: a key may lead anywhere.

    Raises CommandError when there are no such files any more.
    """
    return _files(s3, run.drop.bucket, run.run_id, RESULT_FILES)


def undo_files(s3: S3Client, undo: UndoRecord) -> tuple[list[ResultFile], int]:
    """The same of an undo."""
    return _files(s3, undo.plan.bucket, undo.plan.undo_id, UNDO_FILES)


def _files(s3: S3Client, bucket: str, run_id: str, names: frozenset[str]) -> tuple[list[ResultFile], int]:
    folder = results_of(run_id)
    hint = "Results are deleted after the stack's retention_days; a run that failed early may have none."
    try:
        sizes = {key.removeprefix(folder): size for key, size in DropBucket(s3).sizes(bucket, folder) if key != folder}
    except ClientError as error:
        if error_code(error) != "NoSuchBucket":
            raise
        sizes, hint = {}, "The bucket no longer exists."
    found = [ResultFile(name, size, f"s3://{bucket}/{folder}{name}") for name, size in sizes.items() if name in names]
    if not found:
        raise CommandError(
            ErrorCode.NO_RESULTS,
            f"The run {run_id[:SHORT_ID]} has no results in s3://{bucket}/{folder}.",
            hint,
        )
    return found, len(sizes) - len(found)


def retry_file(s3: S3Client, run: RunRecord, view: RunView, *, is_needed: bool) -> ResultFile:
    """The rows to drop again: retry.csv, or retry.ndjson of a JSON export. Raises CommandError when there are none.

    One that is gone is returned with its name only where its rows are not needed.
    """
    if view.gone_retry_file and not is_needed:
        return ResultFile(view.gone_retry_file, 0, f"{run.results}{view.gone_retry_file}")
    if view.gone_retry_file:
        raise CommandError(
            ErrorCode.RETRY_GONE,
            view.gone_sentence,
            f"Drop a copy of the rows with `cognito-drop retry {run.short_id} --file FILE`.",
        )
    for file in result_files(s3, run)[0]:
        if file.name in RETRIES:
            return file
    became = run.outcome.words if run.outcome else "ended"
    has = "has no rows to drop again" if run.file else "ended before its file was checked, and has no retry file"
    raise CommandError(ErrorCode.NOTHING_TO_RETRY, f"The run {run.short_id} ({became}) {has}.", _fix_and_drop(view))


def _fix_and_drop(view: RunView) -> str:
    """What to do with a file that was rejected as a whole, or not checked."""
    run = view.run
    if not run.file:
        drop = f"`cognito-drop drop FILE --pool {run.drop.alias}`"
        return f"`cognito-drop doctor` may show the cause. When it is fixed, drop the file again: {drop}."
    if not run.file.problem:
        return ""
    problem, used = run.file.problem, view.summary.get("mapping") if view.summary else None
    mapping = " --mapping MAPPING" if has_mapping(used, problem.code) else ""
    return f"{problem.hint} Then drop the fixed file: `cognito-drop drop FILE --pool {run.drop.alias}{mapping}`."
