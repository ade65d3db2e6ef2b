"""The tags that a run's end puts on the dropped version and on its file of rows to retry.

Guarantees that a tag that cannot be set ends no report: what is kept for longer for it is in the report. Tags of others
stay, whatever room they leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cognito_drop.aws.drops import SourceGoneError, TagsFullError
from cognito_drop.contract.object_keys import HASHES_TAG, RESULTS, RETRIES
from lambdas.runtime.logs import log_failure, logger

if TYPE_CHECKING:
    from cognito_drop.aws.drops import DropBucket
    from cognito_drop.core.results.summary import Summary
    from cognito_drop.core.runs.drop import Drop

_DROPPED = "the dropped file"


@dataclass(frozen=True, slots=True)
class RunTags:
    """Tags versions in the drop bucket."""

    drops: DropBucket

    def let_hashes_expire(self, *versions: Drop | None) -> tuple[str, ...]:
        """Tag versions that may hold password hashes, so that they are deleted early; return what was not tagged.

        None is a version that was not written. A run may read its file until its report is written.
        """
        key, value = HASHES_TAG
        return tuple(_name(version) for version in versions if version and not self._tag(version, {key: value}))

    def name_run(self, summary: Summary) -> None:
        """Put run and outcome on the dropped version."""
        self._tag(summary.drop, {"run_id": summary.drop.run_id, "outcome": summary.outcome.value})

    def _tag(self, version: Drop, tags: dict[str, str]) -> bool:
        """Whether nothing is left to do."""
        try:
            self.drops.tag(version, tags)
        except SourceGoneError:
            logger.warning("A file no longer exists; it is not tagged.", file=_name(version))
        except TagsFullError:
            logger.warning("A file has as many tags as S3 allows; it is not tagged.", file=_name(version))
            return False
        except (ClientError, BotoCoreError) as failure:
            log_failure("A file could not be tagged.", failure, file=_name(version))
            return False
        return True


def _name(version: Drop) -> str:
    """Without the name that people have given a file."""
    name = version.key.rpartition("/")[2]
    return name if version.key.startswith(RESULTS) and name in RETRIES else _DROPPED
