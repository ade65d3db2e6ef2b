"""Files that are dropped as one: `drop --together`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract import limits
from cognito_drop.core.rows.together import JoinedFile, NotTogetherError, join
from cognito_drop.core.text.figures import size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NOTHING = "Nothing was dropped."


def joined_file(paths: Sequence[Path], folder: Path, preset: object) -> tuple[Path, list[JoinedFile]]:
    """The joined file in this folder, and where the rows of each file are in it. Raises CommandError."""
    if preset:
        raise CommandError(
            ErrorCode.NOT_TOGETHER,
            "--together joins CSV files with the pool's columns, and not exports that a preset reads.",
            f"{_NOTHING} Drop the exports one by one.",
        )
    total = sum(path.stat().st_size for path in paths)
    if total > limits.MAX_FILE_BYTES:
        raise CommandError(
            ErrorCode.NOT_TOGETHER,
            f"The files have {size(total)}: --together joins up to {size(limits.MAX_FILE_BYTES)}, what one job takes.",
            f"{_NOTHING} Leave --together out.",
        )
    try:
        data, joined = join([(str(path), path.read_bytes()) for path in paths])
    except NotTogetherError as error:
        raise CommandError(ErrorCode.NOT_TOGETHER, str(error), _NOTHING) from None
    first, *others = paths
    made = folder / (f"{first.stem}-and-{len(others)}-more.csv" if others else first.name)
    made.write_bytes(data)
    return made, joined
