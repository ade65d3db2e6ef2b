"""One call's share of an undo: from where the ledger says that it is, for as long as a round lasts.

Guarantees that a user is read just before the deletion, that the line is recorded before the deletion is asked for, so
that a later call knows whom this undo has deleted, and that nothing is deleted once a later call has begun. A round is
short: a function goes on for as long as its round lasts when its execution is stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from cognito_drop.aws.errors import TransientError, error_code, is_transient
from cognito_drop.aws.user_removal import GONE
from cognito_drop.aws.user_searches import LookupGivenUpError
from cognito_drop.core.pools.call_rate import pause_after
from cognito_drop.core.undo.decision import UndoReason, reason_to_leave
from cognito_drop.core.undo.undo_record import UndoneUser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cognito_drop.aws.undo_ledger import UndoLedger
    from cognito_drop.aws.undo_results import UndoResults
    from cognito_drop.aws.user_removal import UserRemoval
    from cognito_drop.aws.user_searches import Pace, UserSearches
    from cognito_drop.core.pools.call_rate import Slots
    from cognito_drop.core.undo.decision import UserNow
    from cognito_drop.core.undo.noted_users import NotedUser
    from cognito_drop.core.undo.undo_record import UndoRecord

    Numbered = tuple[int, NotedUser]
    """A user with the number of the call in its batch."""
    Tried = UndoneUser | Exception
    Each = Callable[[Callable[[Numbered], Tried], Iterable[Numbered]], Iterable[Tried]]

ROUND_SECONDS: Final = 60.0
"""Seconds in which a round takes users: so long at most, users are deleted after an execution was stopped."""
LAST_SECONDS: Final = 60.0
"""Seconds before the end of a call in which no user is taken any more: for calls that are late, and for keeping what
was done."""
_SECONDS_LATE: Final = 30.0
"""So long behind the end of a round, users who were taken are still read."""
_SECONDS_UNKEPT: Final = 20.0
"""So many seconds of work are done again after a crash, at most."""
_IMPORT_ACTIVE: Final = "UserImportInProgressException"
"""AWS documents it for no deletion; if a deletion is refused so, the undo waits for the import to end."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What an undo needs."""

    users: UserRemoval
    results: UndoResults
    ledger: UndoLedger
    pace: Pace
    """Of deletions, shared with memberships in groups."""
    searches: UserSearches
    """Their pace, clock, and chance."""
    each: Each
    """Does something with each of many, several at a time."""


@dataclass(slots=True)
class UndoRound:
    """One call's way through the users of a run."""

    tools: Tools
    undo: UndoRecord
    seconds_left: float
    _until: float = field(init=False, default=0.0)
    """When the round is over, in epoch seconds."""
    _results: list[UndoneUser] = field(init=False, default_factory=list)
    """Those that are not kept yet."""
    _asked: set[int] = field(init=False)
    """Lines of users whose deletion may have been asked for, and whose result is not kept."""

    def go_on(self) -> tuple[UndoRecord, bool]:
        """Delete until all users were processed, or the round is over; return the undo as it is then, and whether all
        were processed.

        Raises LedgerConflictError where a later call has begun, and TransientError where Cognito takes no calls.
        """
        kept_at, self._asked = self.tools.searches.now(), set(self.undo.deleting)
        self._until = kept_at + min(ROUND_SECONDS, self.seconds_left - LAST_SECONDS)
        if not self.undo.unprocessed:
            return self.undo, True
        offset = self.undo.progress.offset
        users = self.tools.results.recorded(self.undo.plan, offset)
        while batch := list(islice(users, self.tools.pace.rate.most_at_once)):
            slots = self.tools.pace.take(len(batch), now=self.tools.searches.now(), until=self._until)
            if slots is None:
                self._keep(offset)
                return self.undo, False
            offset = self._take(slots, batch, offset)
            if self.tools.searches.now() - kept_at >= _SECONDS_UNKEPT:
                self._keep(offset)
                kept_at = self.tools.searches.now()
        self._keep(offset)
        return self.undo, True

    def _take(self, slots: Slots, batch: list[tuple[int, NotedUser]], offset: int) -> int:
        """Process users; return the byte behind the last. After an error, those before the first who was not processed
        are kept."""
        users = enumerate(user for _, user in batch)
        for (end, _), done in zip(
            batch, list(self.tools.each(lambda one: self._tried(slots, *one), users)), strict=True
        ):
            if isinstance(done, Exception):
                self._keep(offset)
                raise TransientError("Cognito takes no calls") if isinstance(done, LookupGivenUpError) else done
            self._results.append(done)
            offset = end
        return offset

    def _tried(self, slots: Slots, number: int, user: NotedUser) -> UndoneUser | Exception:
        """An error does not keep the others of a batch from being known."""
        try:
            return self._process(slots, number, user)
        except Exception as error:  # noqa: BLE001  (it is raised when the others are kept)
            return error

    def _process(self, slots: Slots, number: int, user: NotedUser) -> UndoneUser:
        """Read a user at the time of the call, and delete the user if there is no reason against it."""
        self._wait(self.tools.pace.rate.time_of(slots, number) - self.tools.searches.now())
        plan, failures, is_asked = self.undo.plan, 0, user.line in self.undo.deleting
        while True:
            found = self._found(user)
            reason = reason_to_leave(user, found, plan.imported, plan.choices)
            if reason is UndoReason.GONE and is_asked:
                return UndoneUser(user, None)  # deleted by this undo, which has not got the answer
            if reason:
                return UndoneUser(user, reason)
            self._asked.add(user.line)
            self.tools.ledger.note_deletion(self.undo, user.line)
            try:
                refusal = self.tools.users.delete(plan.pool_id, found[0].username)
            except Exception as error:
                if not is_transient(error) and error_code(error) != _IMPORT_ACTIVE:
                    raise
                self._be_patient(failures)
                failures, is_asked = failures + 1, True
                continue
            if refusal == GONE:
                return UndoneUser(user, None if is_asked else UndoReason.GONE)
            return UndoneUser(user, UndoReason.REFUSED if refusal else None, refusal)

    def _found(self, user: NotedUser) -> list[UserNow]:
        if not user.sub:
            return []
        until = self._until + _SECONDS_LATE
        return self.tools.users.with_sub(
            self.undo.plan.pool_id, user.sub, lambda call: self.tools.searches.paced(until, call)
        )

    def _be_patient(self, failures: int) -> None:
        """Wait before a user is read and deleted again. Raises TransientError when the round is over."""
        if self.tools.searches.now() >= self._until:
            raise TransientError("Cognito takes no calls")
        self._wait(pause_after(failures, self.tools.searches.chance()))

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.tools.searches.sleep(seconds)

    def _keep(self, offset: int) -> None:
        """Keep results, and then note that they are kept: after a crash between the two they are made again."""
        if not self._results:
            return
        progress = self.undo.progress.with_results(self._results, offset)
        self.tools.results.keep(self.undo, progress.files, self._results)
        self._asked -= {result.user.line for result in self._results}
        self.undo = replace(self.undo, progress=progress, deleting=frozenset(self._asked))
        self.tools.ledger.keep(self.undo)
        self._results = []
