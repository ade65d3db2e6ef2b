"""Downloads of result files into a directory: a file is there whole or not at all, and nothing else is touched."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.files import writes_to
from cognito_drop.cli.uploads import transfer_bar

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.run_results import ResultFile


def target_paths(folder: Path, files: list[ResultFile], *, overwrite: bool) -> dict[str, Path]:
    """Where each file goes. Raises CommandError before anything is downloaded.

    Only a regular file is overwritten, and only if asked to: a link may lead out of the directory.
    """
    with writes_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        paths = {file.name: folder / file.name for file in files}
        taken = {path: path.lstat().st_mode for path in paths.values() if os.path.lexists(path)}
    for path, mode in taken.items():
        if not stat.S_ISREG(mode):
            raise CommandError(
                ErrorCode.FILE_EXISTS,
                f"{path} exists already and is not a regular file; nothing was downloaded.",
                "Choose another directory, or remove it.",
            )
        if not overwrite:
            raise CommandError(
                ErrorCode.FILE_EXISTS,
                f"{path} exists already; nothing was downloaded.",
                "Choose another directory, or use --overwrite.",
            )
    return paths


def download_files(context: Context, files: list[ResultFile], paths: dict[str, Path]) -> None:
    """Get the files, which only their owner can read: they hold values of users. Each has a folder of its own until
    it is complete."""
    sizes = [(file.name, file.size) for file in files]
    with transfer_bar(context.messages, "Downloading", sizes) as movers:
        for file, mover in zip(files, movers, strict=True):
            path = paths[file.name]
            with writes_to(path.parent), tempfile.TemporaryDirectory(dir=path.parent) as own:
                whole = Path(own) / path.name
                context.aws.s3.download_file(file.bucket, file.key, str(whole), Callback=mover)
                whole.chmod(0o600)
                whole.replace(path)
