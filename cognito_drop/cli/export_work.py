"""The folder in which an export is made: its state and the files that are not complete. Only their owner can read
them."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.export_json import CSV, GROUPS, MANIFEST, MEMBERSHIPS, POOL, SCHEMAS, USERS
from cognito_drop.cli.export_target import ExportFolder, sha256_of
from cognito_drop.cli.files import writes_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cognito_drop.cli.export_json import ExportedFileJson
    from cognito_drop.cli.export_target import ExportTarget

NAMES: Final = (USERS, GROUPS, MEMBERSHIPS, POOL, CSV, MANIFEST)
_HIDDEN: Final = ".cognito-drop-export"
_STATE: Final = "state.sqlite"
_OURS: Final = (*NAMES, _STATE, f"{_STATE}-journal")


@contextmanager
def work_folder(target: ExportTarget, chosen: Path | None) -> Iterator[Path]:
    """The folder: inside a target directory; for another target the chosen one, or a temporary one. What an export
    leaves in it is removed when the block ends well.

    Raises CommandError; also where an export would begin whose target has files of these names.
    """
    if isinstance(target, ExportFolder) and chosen:
        raise CommandError(
            ErrorCode.USAGE, "--state is for exports to S3: a directory has the state of its export inside."
        )
    folder = target.folder / _HIDDEN if isinstance(target, ExportFolder) else chosen
    if folder is None or not os.path.exists(folder / _STATE):  # noqa: PTH110  (Path's own raises OSError)
        target.refuse_taken(NAMES)
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)
        return
    _prepare(folder)
    yield folder
    with writes_to(folder):
        for name in _OURS:
            (folder / name).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def _prepare(folder: Path) -> None:
    """Make the folder, or find the state in it. Raises CommandError where it is none of ours."""
    with writes_to(folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        is_other = folder.is_symlink() or (any(folder.iterdir()) and not (folder / _STATE).is_file())
    if is_other:
        raise CommandError(
            ErrorCode.FILE_EXISTS, f"{folder} exists already, and has no state of an export.", "Choose another place."
        )


def state_file(work: Path) -> Path:
    """The file of the state."""
    file = work / _STATE
    with writes_to(work):
        file.touch(mode=0o600)
    return file


def write_lines(work: Path, name: str, lines: Iterable[bytes], *, header: int = 0) -> ExportedFileJson:
    """Write a file of lines, of which so many are the header."""
    count = -header
    file = work / name
    with writes_to(work), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        for line in lines:
            out.write(line)
            count += 1
    schema = SCHEMAS[name][0] if name in SCHEMAS else None
    return {
        "name": name,
        "schema": schema,
        "records": count,
        "bytes": file.stat().st_size,
        "sha256": sha256_of(file),
    }


def write_records(work: Path, name: str, records: Iterable[object]) -> ExportedFileJson:
    """Write a file with a record of JSON a line."""
    return write_lines(work, name, ((json.dumps(record, ensure_ascii=False) + "\n").encode() for record in records))


def write_document(work: Path, name: str, document: Mapping[str, object]) -> ExportedFileJson:
    """Write a file that is one document of JSON."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return write_lines(work, name, [text.encode()])
