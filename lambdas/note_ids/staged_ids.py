"""The ids of a run as they are recorded: a state on the function's disk, and its copy in the run's staging.

Guarantees that what ends a call at any moment leaves a copy that a later call continues from, or none: a copy is made
between two changes only. One that is damaged is thrown away, and the ids are found anew.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.kept_state import OtherStateError
from cognito_drop.aws.user_ids import UserIds
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.rows import PoolRules
    from cognito_drop.core.runs.drop import Drop

_FULL: Final = "SQLITE_FULL"


class StagedIds(UserIds):
    """The state of one run's ids."""

    def __init__(self, staging: Staging, drop: Drop, file: Path, rules: PoolRules) -> None:
        """Use this file for the state."""
        super().__init__(file, rules)
        # The copy is what lasts: the file itself need not survive the process.
        self._store.execute("pragma synchronous = off")
        self._store.execute("pragma journal_mode = memory")
        self._staging, self._drop, self._file = staging, drop, file

    def stage(self) -> None:
        """Copy what was kept; a change that is not complete is taken back."""
        self._store.rollback()
        with self._file.open("rb") as state:
            self._staging.keep_ids(self._drop, state)


@contextmanager
def staged_ids(staging: Staging, drop: Drop, file: Path, rules: PoolRules) -> Iterator[StagedIds]:
    """The state of a run's ids, as it was staged last. The file is deleted at the end, and at the start where a call
    before this one was killed.

    Raises TransientError for a state that is damaged, and RefusedError for one that is too large for the disk.
    """
    file.unlink(missing_ok=True)
    try:
        with file.open("wb") as copy:
            for block in staging.ids(drop):
                copy.write(block)
        with StagedIds(staging, drop, file, rules) as ids:
            yield ids
    except (sqlite3.Error, OtherStateError) as error:
        if getattr(error, "sqlite_errorname", "") == _FULL:
            raise RefusedError("The IDs of so many users do not fit on the function's disk") from None
        logger.warning("The state of the IDs is damaged; they are found anew.", error=type(error).__name__)
        staging.keep_ids(drop, b"")
        raise TransientError("The state of the IDs is damaged") from None
    finally:
        file.unlink(missing_ok=True)
