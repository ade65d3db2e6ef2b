"""Files that the operator names: looked at before anything is done with them, and written with errors in words."""

from __future__ import annotations

import glob
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_drop.cli.errors import CommandError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO


def existing_files(names: Sequence[str]) -> list[Path]:
    """The files of these names, patterns spelled out. Raises CommandError for the first that cannot be read."""
    return [readable_file(path) for name in names for path in _spelled_out(name)]


def readable_file(path: Path) -> Path:
    """Raises CommandError when it is no file that can be read."""
    try:
        if path.is_dir():
            raise CommandError(ErrorCode.FILE_UNREADABLE, f"{path} is a directory, not a file.", f"Try {path}/*.csv.")
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise CommandError(ErrorCode.FILE_NOT_FOUND, f"The file {path} does not exist.") from None
    except OSError as error:
        raise CommandError(ErrorCode.FILE_UNREADABLE, f"The file {path} cannot be read: {error.strerror}.") from None


@contextmanager
def writes_to(place: Path) -> Iterator[None]:
    """Say in words why a file cannot be written."""
    try:
        yield
    except OSError as error:
        said = f"Cannot write to {place}: {error.strerror or error}."
        raise CommandError(ErrorCode.FOLDER_NOT_WRITABLE, said) from None


def refuse_saving(file: Path) -> None:
    """Raises CommandError where no new file of this name can be written; said before what is in it takes its time."""
    with writes_to(file):
        tempfile.TemporaryFile(dir=file.parent).close()
    if os.path.lexists(file):
        raise CommandError(ErrorCode.FILE_EXISTS, f"{file} exists already.", "Choose another file with --save.")


@contextmanager
def new_file(file: Path) -> Iterator[TextIO]:
    """A new file for text, which only its owner can read, complete or not there. Raises CommandError."""
    with writes_to(file):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
                yield target
        except BaseException:
            file.unlink()
            raise


def _spelled_out(name: str) -> Iterator[Path]:
    """Most shells spell patterns out, but hand over one that matches nothing as it is."""
    path = Path(name)
    if not glob.has_magic(name) or path.exists():
        yield path
        return
    found = sorted(glob.glob(name))  # noqa: PTH207  (a Path's own glob takes no absolute pattern)
    if not found:
        raise CommandError(ErrorCode.FILE_NOT_FOUND, f"No file matches {name}.")
    yield from map(Path, found)
