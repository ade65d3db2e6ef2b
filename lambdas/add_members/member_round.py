"""One call's share of a run's memberships: from where the ledger says that they are done, as far as time allows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from cognito_drop.aws.errors import is_throttled, is_transient
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.members.memberships import (
    GROUP_MISSING,
    GROUP_NOT_ALLOWED,
    MembershipResult,
    as_csv,
    verdict_of_call,
    verdict_of_creation,
    verdict_of_row,
)
from cognito_drop.core.pools.call_rate import pause_after
from cognito_drop.core.results.join import verdicts_of_lanes
from cognito_drop.core.results.part_outcomes import PartOutcomes
from cognito_drop.core.rows.row_outcome import KNOWN_USER, NEVER_SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cognito_drop.aws.call_pace import CallPace
    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.staging import Staging
    from cognito_drop.aws.user_groups import PoolGroups, UserGroups
    from cognito_drop.core.members.memberships import MembershipProgress, MembershipVerdict
    from cognito_drop.core.pools.call_rate import Slots
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.rows import Member
    from cognito_drop.core.rows.row_outcome import RowVerdict
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.runs.run_record import PartJob
    from cognito_drop.core.runs.run_state import CheckedFile

    T = TypeVar("T")

    Numbered = tuple[int, tuple[Member, str]]
    """A call by its number: a user and a group."""
    Each = Callable[[Callable[[Numbered], str], Iterable[Numbered]], Iterable[str]]

LAST_SECONDS: Final = 60
"""Seconds before the end of a call in which no calls to Cognito are planned any more: for those that are late, and for
keeping what was done."""
_SECONDS_UNKEPT: Final = 20.0
"""So many seconds of work are done again after a crash, at most."""
_MOST_AT_ONCE: Final = 5_000
"""Memberships that are read before any is added: most of them may need no call."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What adding members needs."""

    groups: UserGroups
    staging: Staging
    ledger: RunLedger
    pace: CallPace
    now: Callable[[], float]
    """Epoch seconds."""
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    """Drawn evenly from 0 to 1."""
    each: Each
    """Does something with each of many, several at a time: a call may take longer than the time between two."""


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """How far the memberships are after a call, and whether another one is to go on."""

    progress: MembershipProgress
    is_more: bool


@dataclass(slots=True)
class MemberRound:
    """One call's way through the members of a run."""

    tools: Tools
    drop: Drop
    file: CheckedFile
    settings: PoolSettings
    ends_at: float
    """When the call will be over, in epoch seconds."""
    _listed: PoolGroups | None = field(default=None, init=False)
    """The pool's groups, once they were asked for."""
    _refused: dict[str, MembershipVerdict] = field(default_factory=dict, init=False)
    """Groups that cannot be had."""
    _throttles: list[float] = field(default_factory=list, init=False)
    """When Cognito asked for patience; a list, as several calls are under way at once."""
    _kept: MembershipProgress = field(init=False)
    _parts: Mapping[int, PartJob] = field(init=False)
    """The jobs that the parts have got."""
    _results: list[MembershipResult] = field(default_factory=list, init=False)
    """Those that are not kept yet."""
    _offset: int = field(default=0, init=False)
    """Up to where in the list of members there are results."""

    def go_on(self) -> RoundEnd:
        """Add members until all are done, time is up or the run is stopped; what was done is kept, whatever ends it.

        Raises TransientError when Cognito does not take calls for too long, and LedgerConflictError when another call
        is at the same members.
        """
        record = self.tools.ledger.read(self.drop.run_id)
        self._kept, self._parts = record.memberships, record.parts
        if self._kept.is_over:
            return RoundEnd(self._kept, is_more=False)
        self._offset = self._kept.offset
        is_over, is_wanted, kept_at = False, True, self.tools.now()
        try:
            for batch in self._batches():
                is_wanted = self._is_wanted()
                if not is_wanted or not self._add(batch):
                    break
                if self.tools.now() - kept_at >= _SECONDS_UNKEPT:
                    self._keep(is_over=False)
                    kept_at = self.tools.now()
            else:
                is_over = True
        finally:
            self._keep(is_over=is_over)
        return RoundEnd(self._kept, is_more=is_wanted and not is_over)

    def _is_wanted(self) -> bool:
        """Whether the run was not stopped: a function keeps running when its execution is stopped."""
        record = self.tools.ledger.read(self.drop.run_id)
        return record.state is RunState.REPORTING and not record.is_stopped

    def _batches(self) -> Iterator[list[tuple[int, Member, MembershipVerdict | None]]]:
        """Members with the place behind them in the list, and why they are left out, if they are."""
        batch: list[tuple[int, Member, MembershipVerdict | None]] = []
        calls = seen = 0
        for end, member, row in self._members():
            left_out = verdict_of_row(row.outcome, adds_known_users=self.settings.adds_known_users)
            batch.append((end, member, left_out))
            calls += 0 if left_out else sum(not self._not_allowed(group) for group in member.groups)
            seen += len(member.groups)
            if calls >= self.tools.pace.rate.most_at_once or seen >= _MOST_AT_ONCE:
                yield batch
                batch, calls, seen = [], 0, 0
        if batch:
            yield batch

    def _members(self) -> Iterator[tuple[int, Member, RowVerdict]]:
        """Each member from where the list is done, the place behind it, and the outcome of the row."""
        rows_of_parts = self.file.part_rows
        outcomes = [self._outcomes(number, rows) for number, rows in enumerate(rows_of_parts, 1)]
        checked = self.tools.staging.of_check(self.file.checked_by)
        lanes = checked.lanes(self.drop)
        verdicts, at = verdicts_of_lanes(rows_of_parts, outcomes, self.file.part_algorithms, lanes), 0
        for end, member in checked.members(self.drop, self._kept.offset):
            if member.place is None:
                yield end, member, KNOWN_USER
            else:
                yield end, member, next(islice(verdicts, member.place - at, None), NEVER_SENT)
                at = member.place + 1

    def _outcomes(self, number: int, rows: int) -> PartOutcomes | None:
        """What is known of a part's rows; nothing is known where its job's log was not read."""
        kept = self.tools.staging.outcomes(self.drop, number, rows)
        return PartOutcomes(rows) if kept is None and number in self._parts else kept

    def _add(self, batch: list[tuple[int, Member, MembershipVerdict | None]]) -> bool:
        """Add the members of a batch; False when there is no time for it."""
        found: list[tuple[Member, str, MembershipVerdict | None]] = [
            (member, group, self._not_allowed(group) or left_out or self._without_group(group))
            for _, member, left_out in batch
            for group in member.groups
        ]
        calls = [(member, group) for member, group, verdict in found if verdict is None]
        answers: Iterator[str] = iter(())
        if calls:
            slots = self._take(len(calls))
            if slots is None:
                return False
            answers = iter(list(self.tools.each(lambda call: self._call(slots, *call), enumerate(calls))))
        self._results += [
            MembershipResult(member.line, group, verdict or verdict_of_call(next(answers)))
            for member, group, verdict in found
        ]
        self._offset = batch[-1][0]
        return True

    def _take(self, calls: int) -> Slots | None:
        return self.tools.pace.take(calls, now=self.tools.now(), until=self.ends_at - LAST_SECONDS)

    def _call(self, slots: Slots, number: int, call: tuple[Member, str]) -> str:
        """Add one user to one group at its time; return AWS's error code, or nothing."""
        member, group = call
        self._wait(self.tools.pace.rate.time_of(slots, number) - self.tools.now())
        return self._patiently(lambda: self.tools.groups.add(self.settings.pool_id, member.username, group))

    def _groups(self) -> PoolGroups:
        """The pool's groups, once they were asked for."""
        if self._listed is None:
            self._listed = self._patiently(lambda: self.tools.groups.listed(self.settings.pool_id))
        return self._listed

    def _not_allowed(self, group: str) -> MembershipVerdict | None:
        """That files may not put users into a group; None if they may, by the pool's groups as they are now."""
        rule = self.settings.group_rule
        if rule.allows(group) and group not in rule.allow:
            rule = replace(rule, privileged=self._groups().privileged)
        return None if rule.allows(group) else GROUP_NOT_ALLOWED

    def _without_group(self, group: str) -> MembershipVerdict | None:
        """Why no user can be added to a group; None when the pool has it, maybe from now on."""
        known = self._groups().names
        if group in known or group in self._refused:
            return self._refused.get(group)
        if not self.settings.group_rule.create:
            return GROUP_MISSING
        refused = self._patiently(lambda: self.tools.groups.create(self.settings.pool_id, group))
        if refused:
            self._refused[group] = verdict_of_creation(refused)
        else:
            known.add(group)
        return self._refused.get(group)

    def _patiently(self, call: Callable[[], T]) -> T:
        """The call's answer, tried again within the rate while Cognito asks for patience and there is time."""
        failures = 0
        while True:
            try:
                return call()
            except Exception as error:
                if not is_transient(error):
                    raise
                if is_throttled(error):
                    self._throttles.append(self.tools.now())
                self._wait(pause_after(failures, self.tools.chance()))
                slots = self._take(1)
                if slots is None:
                    raise
                failures += 1
                self._wait(slots.first_at - self.tools.now())

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self.tools.sleep(seconds)

    def _keep(self, *, is_over: bool) -> None:
        """Keep the results, and then note that they are kept: after a crash between the two they are made again."""
        if not self._results and not is_over:
            return
        after = self._kept.with_results(self._results, offset=self._offset, throttled=len(self._throttles))
        after = replace(after, is_over=is_over)
        self.tools.staging.keep_memberships(self.drop, self._kept, after, as_csv(self._results))
        self.tools.ledger.record_memberships(self.drop.run_id, self._kept, after)
        self._kept, self._results, self._throttles = after, [], []
