"""What an undo reads and writes in the drop bucket: the ids of its run, what was done so far, and its results."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.errors import RefusedError, error_code
from cognito_drop.contract.object_keys import DELETED, IDS, LEFT, SUMMARY, results_of, staging_of
from cognito_drop.core.text.spreadsheet import restored, row
from cognito_drop.core.undo.decision import UndoReason
from cognito_drop.core.undo.noted_users import IdsDamagedError, NotedUser, noted_users

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_s3 import S3Client

    from cognito_drop.core.undo.undo_record import UndoneUser, UndoPlan, UndoRecord

_BLOCK: Final = 1 << 20


class UndoResults:
    """The objects of undos."""

    def __init__(self, client: S3Client) -> None:
        self._client = client
        self._bucket = DropBucket(client)

    def recorded(self, plan: UndoPlan, start: int = 0) -> Iterator[tuple[int, NotedUser]]:
        """The users of the run from a byte on, each with the byte behind.

        Raises RefusedError where the recorded version is gone or damaged.
        """
        key = f"{results_of(plan.run_id)}{IDS}"
        try:
            body = self._bucket.open_version(plan.bucket, key, plan.ids_version, start)
            yield from noted_users(body.iter_chunks(_BLOCK), start)
        except ClientError as error:
            if error_code(error) != "InvalidRange":  # otherwise nothing is behind it
                raise
        except SourceGoneError:
            raise RefusedError("The recorded version of the run's ids.csv no longer exists") from None
        except IdsDamagedError as error:
            raise RefusedError(f"The run's ids.csv is damaged: {error}") from None

    def keep(self, undo: UndoRecord, number: int, results: Iterable[UndoneUser]) -> None:
        """Store the results of some users, to be written again at the undo's end.

        Of the results of this number, those of the newest call count: a call that is late cannot replace them.
        """
        rows = "".join(
            row(each.user.line, each.user.username, each.user.sub, each.reason or "", each.code) for each in results
        )
        key = f"{_kept(undo.plan)}{number:05}-{undo.rounds:06}.csv"
        self._client.put_object(Bucket=undo.plan.bucket, Key=key, Body=rows.encode())

    def write(self, undo: UndoRecord) -> None:
        """Write `deleted.csv` and `left.csv`, with those who were not processed. Both are written, even without users:
        an earlier end of the undo may have written them."""
        plan, folder = undo.plan, results_of(undo.plan.undo_id)
        with (
            self._bucket.writer(plan.bucket, f"{folder}{DELETED}") as deleted,
            self._bucket.writer(plan.bucket, f"{folder}{LEFT}") as left,
        ):
            deleted.write(row("line", "username", "sub").encode())
            left.write(row("line", "username", "sub", "code", "message").encode())
            for line, username, sub, code, refusal in self._all_kept(undo):
                if code:
                    left.write(row(line, username, sub, code, _message(UndoReason(code), refusal)).encode())
                else:
                    deleted.write(row(line, username, sub).encode())
            for user in self._rest(undo) if undo.unprocessed else ():
                reason = UndoReason.UNKNOWN if user.line in undo.deleting else UndoReason.UNPROCESSED
                left.write(row(user.line, user.username, user.sub, reason.value, reason.sentence).encode())

    def write_summary(self, plan: UndoPlan, summary: Mapping[str, object]) -> None:
        """Write `summary.json`."""
        self._bucket.write_json(plan.bucket, f"{results_of(plan.undo_id)}{SUMMARY}", summary)

    def _all_kept(self, undo: UndoRecord) -> Iterator[Sequence[str]]:
        start, bucket = _kept(undo.plan), undo.plan.bucket
        keys = (key for key, _ in self._bucket.sizes(bucket, start))
        newest = {int(key.removeprefix(start)[:5]): key for key in keys}  # S3 lists the newest call's last
        for number in range(1, undo.progress.files + 1):
            kept = self._bucket.open_key(bucket, newest[number]).body.read().decode()
            for cells in csv.reader(io.StringIO(kept, newline="")):
                yield [restored(cell) for cell in cells]

    def _rest(self, undo: UndoRecord) -> Iterator[NotedUser]:
        """Those who were not processed; none where they cannot be read any more: that may be why the undo ended."""
        try:
            for _, user in self.recorded(undo.plan, undo.progress.offset):
                yield user
        except (RefusedError, ClientError):
            return


def _message(reason: UndoReason, refusal: str) -> str:
    return f"{reason.sentence[:-1]}: {refusal}." if refusal else reason.sentence


def _kept(plan: UndoPlan) -> str:
    """What the keys of kept results begin with; the number of the results and that of the call follow."""
    return f"{staging_of(plan.undo_id)}undo-"
