"""The pool that a command is to work with: one that AWS is asked, or one that a file describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cognito_drop.cli.files import readable_file
from cognito_drop.cli.pool_source import read_pool_file

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.pool_source import PoolSource


def chosen_pool(context: Context, pool: str | None, pool_file: Path | None) -> PoolSource:
    """The pool that the options `--pool` and `--pool-file` choose. Raises CommandError."""
    if pool_file is None:
        from cognito_drop.cli.live_pool import ask_pool  # noqa: PLC0415  (only who asks AWS needs boto3)

        return ask_pool(context, pool)
    if pool is not None:
        raise click.UsageError("Use either --pool or --pool-file.")
    return read_pool_file(readable_file(pool_file))
