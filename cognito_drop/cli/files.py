"""Files that the operator names, looked at before anything is done with them."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_drop.cli.errors import CommandError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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
