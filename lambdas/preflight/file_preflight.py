"""The preflight of one drop: pool, file, rows, quality gate; parts and rejections go to the run's staging."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.drops import DropBucket, SourceGoneError
from cognito_drop.aws.errors import TransientError, is_throttled
from cognito_drop.aws.import_jobs import DescribedPool, PoolNotFoundError, UserImports
from cognito_drop.aws.pool_sign_in import PoolSignIn, SignInUnknownError
from cognito_drop.aws.user_groups import PoolGroups, UserGroups
from cognito_drop.contract.statuses import RunState
from cognito_drop.contract.ways_in import RequireWayIn
from cognito_drop.core.imports.import_time import import_time
from cognito_drop.core.pools.first_part_choice import first_part_rows
from cognito_drop.core.pools.group_warnings import group_warnings
from cognito_drop.core.pools.hash_warnings import first_sign_ins
from cognito_drop.core.pools.lookup import SAMPLE_GIVEN_UP, pages_of
from cognito_drop.core.pools.lookup import plan as plan_lookup
from cognito_drop.core.pools.malware_scan import scan_problem
from cognito_drop.core.pools.preset_choice import preset_not_allowed
from cognito_drop.core.pools.quality_gate import Lookup, judge, warnings
from cognito_drop.core.pools.user_search import searches_for
from cognito_drop.core.presets import MappingError, preset_of
from cognito_drop.core.queue.forecast import first_part_forecast, forecast
from cognito_drop.core.results.preflight_json import (
    left_behind,
    lookup_json,
    memberships_json,
    preflight_json,
    preset_json,
)
from cognito_drop.core.rows import NoSink, PoolRules
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.sign_in.first_way import FirstWays
from cognito_drop.core.sign_in.pool_advice import pool_advice
from cognito_drop.core.sign_in.unknown import SignInUnknown
from cognito_drop.core.text.problem import Problem
from lambdas.preflight.file_problems import no_pool, no_preset, refused, source_gone, unfit, unknown_alias
from lambdas.preflight.opened_file import OpenedFile, open_file
from lambdas.preflight.staging_sink import StagingSink
from lambdas.runtime.logs import logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.aws.run_ledger import RunLedger
    from cognito_drop.aws.scan_results import ScanResults
    from cognito_drop.aws.staging import Staging
    from cognito_drop.core.imports.import_job import ImportJob
    from cognito_drop.core.pools.call_rate import CallRate
    from cognito_drop.core.pools.lookup import LookupPlan
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.pools.pools import NamedPools
    from cognito_drop.core.rows import Options, PreflightReport
    from cognito_drop.core.runs.drop import Drop
    from cognito_drop.core.text.json_types import WarningJson
    from lambdas.preflight.user_lookup import UserLookup
    from lambdas.use_cases.import_gate import GateRules


@dataclass(frozen=True, slots=True)
class FilePreflight:
    """Checks drops."""

    imports: UserImports
    drops: DropBucket
    staging: Staging
    ledger: RunLedger
    scans: ScanResults
    pools: NamedPools
    gate: GateRules
    membership_rate: CallRate
    users: UserLookup
    groups: UserGroups
    sign_in: PoolSignIn

    def check_once(self, drop: Drop, call: str = "") -> CheckedFile:
        """Check a drop, unless the ledger has what an earlier call has found; note it there.

        `call` is the name of this one, which no other has: it may be late, and must replace nothing of another one.
        """
        record = self.ledger.read(drop.run_id)
        if record.file is None and (record.damage or (record.is_stopped and self._is_unscanned(drop))):
            # Of a damaged run, what was imported is not known any more; a file may not be read before its scan. The run
            # is only reported.
            return CheckedFile(
                record.pool_id, is_dry_run=drop.is_dry_run, is_imported=True, is_stopped=record.is_stopped
            )
        # Of two calls at once the first that has an answer gives it for both: the pool may be another by the second.
        file = record.file or self._checked_apart(drop, call)
        if record.file is None:
            record = self.ledger.keep_file(drop.run_id, file)
            file = record.file or file
        # An import that is over, or was being ended, is not taken up again: what is left to do is its end.
        is_over = file.is_imported or record.is_closing or not record.state.is_before_report
        is_queued = record.state is not RunState.ACCEPTED
        return replace(file, is_imported=is_over, is_queued=is_queued, is_stopped=record.is_stopped)

    def _checked_apart(self, drop: Drop, call: str) -> CheckedFile:
        return replace(replace(self, staging=self.staging.of_check(call)).check(drop), checked_by=call)

    def _is_unscanned(self, drop: Drop) -> bool:
        settings = self.pools.get(drop.alias)
        return settings is not None and settings.waits_for_scan and self.scans.find(drop.run_id) is None

    def check(self, drop: Drop) -> CheckedFile:
        """Check the pool, then the file against it."""
        settings = self.pools.get(drop.alias)
        if settings is None:
            return CheckedFile(problem=unknown_alias(self.pools), is_dry_run=drop.is_dry_run)
        unusable = CheckedFile(settings.pool_id, is_dry_run=drop.is_dry_run)
        # Before anything of the file is read, however the execution was started.
        if settings.waits_for_scan and (found := scan_problem(self.scans.find(drop.run_id))):
            return replace(unusable, problem=found)
        if drop.preset and not settings.takes_preset(drop.preset):
            return replace(unusable, problem=preset_not_allowed(drop.preset))
        chosen = drop.preset or settings.preset
        try:
            preset = preset_of(chosen) if chosen else None
            pool = self.imports.pool(settings.pool_id)
            ways = self._ways(pool, settings)
            problem = unfit(pool, settings, ways)
            if problem is None:
                opened = open_file(self.drops, drop, settings, preset)
                if not isinstance(opened, Problem):
                    return self._check_rows(drop, settings, pool, opened, ways)
                problem = opened
        except MappingError as error:
            problem = no_preset(str(error))
        except PoolNotFoundError:
            problem = no_pool(settings.pool_id)
        except SourceGoneError:
            problem = source_gone()
        except ClientError as error:
            problem = refused(error, settings.pool_id)
        return replace(unusable, problem=problem)

    def _ways(self, pool: DescribedPool, settings: PoolSettings) -> FirstWays | SignInUnknown:
        """How users of the pool sign in first. Raises TransientError for a throttled call where that must be known."""
        try:
            return FirstWays(self.sign_in.facts(pool.pool_id, pool.description))
        except SignInUnknownError as error:
            if is_throttled(error) and settings.require_way_in != RequireWayIn.NO:
                raise TransientError(str(error)) from None
            logger.warning("How users sign in is not known.", pool=pool.pool_id, reason=str(error))
            return SignInUnknown(str(error))

    def _check_rows(
        self,
        drop: Drop,
        settings: PoolSettings,
        pool: DescribedPool,
        opened: OpenedFile,
        ways: FirstWays | SignInUnknown,
    ) -> CheckedFile:
        first_rows = first_part_rows(settings, opened.source.metadata)
        if isinstance(first_rows, Problem):
            return CheckedFile(pool.pool_id, problem=first_rows, is_dry_run=drop.is_dry_run)
        rules = PoolRules.of(pool.description, pool.columns, settings.hashes)
        listed = self.groups.listed(pool.pool_id) if settings.group_rule.allow else PoolGroups(set())
        options = replace(
            settings.options_beside(drop.alias, listed.privileged),
            ways=ways if isinstance(ways, FirstWays) else None,
            run_dialect=opened.run_dialect,
            first_part_rows=first_rows,
            is_retry=drop.is_retry,
            has_own_mapping=opened.mapping is not None,
        )
        found = Found()
        if settings.look_up_users:
            found = self._find_users(drop, pool, opened, rules, options)
            opened = replace(opened, source=self.drops.open(drop))
            options = replace(options, is_known=found.known.__contains__ if found.known is not None else None)
        with StagingSink(self.staging, drop) as sink:
            report = opened.read(rules, options, sink, recorded=sink.recorded)
        asked = self._look_up(pool.pool_id, rules, report, found)
        problem = report.problem or judge(
            report.rows,
            report.rejected,
            settings,
            asked or Lookup(0, 0),
            not_to_import=report.not_to_import,
            without_way_in=report.without_way_in,
        )
        is_wanted = not problem and not drop.is_dry_run
        self.staging.keep_preflight(
            drop,
            {
                "bytes": opened.source.size,
                **preflight_json(report),
                "warnings": [
                    *(warnings(asked) if asked else [SAMPLE_GIVEN_UP]),
                    *found.said,
                    *left_behind(report),
                    *first_sign_ins(report, rules),
                    *_said_of(ways, report, is_dry_run=drop.is_dry_run),
                    *group_warnings(report, settings.group_rule, listed.names),
                    *(self._of_import(drop, report, settings, first_rows) if drop.is_dry_run and not problem else ()),
                ],
                "preset": preset_json(report),
                **({"read_as": opened.read_as} if settings.ids else {}),
                "mapping": opened.mapping.to_json() if opened.mapping else None,
                "memberships": memberships_json(
                    report,
                    self.membership_rate,
                    pool.description.get("UserPoolTier"),
                    adds_known_users=settings.adds_known_users,
                ),
                "lookup": lookup_json(found.plan, report.known) if found.plan and found.known is not None else None,
            },
        )
        return CheckedFile(
            pool_id=pool.pool_id,
            pool_name=pool.name,
            rows=report.rows,
            rejected=report.rejected,
            part_rows=() if problem else tuple(part.rows for part in report.parts),
            part_algorithms=() if problem else tuple(part.algorithm for part in report.parts if part.algorithm),
            part_versions=() if problem else tuple(version for _, version in sorted(sink.versions.items())),
            problem=problem,
            is_dry_run=drop.is_dry_run,
            known=report.known,
            memberships=report.memberships if is_wanted else 0,
            # Where all users are known there is nothing to import, but there may be users to add to groups.
            is_imported=is_wanted and not report.parts,
            settings=settings.kept,
            may_hold_hashes=report.may_hold_hashes,
            first_part=settings.first_part_rule if first_rows and not problem else None,
            notes_ids=is_wanted and settings.ids,
        )

    def _find_users(
        self, drop: Drop, pool: DescribedPool, opened: OpenedFile, rules: PoolRules, options: Options
    ) -> Found:
        """Look all users of the file up, or say what that would cost: in a dry run nothing is spent on it."""
        pool_users = int(pool.description.get("EstimatedNumberOfUsers") or 0)
        # A sample as large as the most calls that are worth it holds all users of a file that is smaller than that.
        options = replace(options, sample_size=min(pages_of(pool_users), self.users.most_calls))
        report = opened.read(rules, options, NoSink())
        if report.problem or not report.accepted:
            return Found()
        searches = sum(len(searches_for(name, rules)) for name in report.sample)
        plan = plan_lookup(max(searches, report.accepted), pool_users, self.users.pace.rate)
        if drop.is_dry_run:
            return Found(plan, said=(plan.estimate,))
        known = self.users.known(plan, pool.pool_id, rules, report.sample)
        return Found(plan, known, () if known is not None else (plan.given_up,))

    def _of_import(
        self, drop: Drop, report: PreflightReport, settings: PoolSettings, first_rows: int | None
    ) -> list[WarningJson]:
        """What the gate would say now if the file was imported, what the first part would be, and how long the pool
        could not be changed.
        """
        rows = [part.rows for part in report.parts]
        if not rows:
            return []
        wish = None if settings.first_part else first_rows
        return [
            *forecast(self.gate.look().verdict(drop, len(rows))),
            *(first_part_forecast(rows, settings.first_part_rule, wish=wish) if first_rows else ()),
            *import_time(sum(rows), self._jobs(settings.pool_id)),
        ]

    def _jobs(self, pool_id: str) -> Iterator[ImportJob]:
        """The pool's jobs, the newest first; none where they cannot be listed."""
        try:
            yield from self.imports.all(pool_id)
        except (ClientError, PoolNotFoundError) as error:
            logger.warning("Import jobs of a pool could not be listed.", pool=pool_id, reason=type(error).__name__)

    def _look_up(self, pool_id: str, rules: PoolRules, report: PreflightReport, found: Found) -> Lookup | None:
        """How many users are known: of all where they were looked up, otherwise of a sample; None without an answer."""
        if report.problem:
            return Lookup(0, 0)
        if found.known is not None:
            return Lookup(report.accepted + report.known, report.known, is_sample=False)
        known = self.users.sampled(pool_id, rules, report.sample)
        return None if known is None else Lookup(len(report.sample), known)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a lookup: its plan, the keys of known users, and what is said of it; nothing where none was made."""

    plan: LookupPlan | None = None
    known: frozenset[bytes] | None = None
    said: tuple[WarningJson, ...] = ()


def _said_of(ways: FirstWays | SignInUnknown, report: PreflightReport, *, is_dry_run: bool) -> list[WarningJson]:
    """What is to be known of the first sign-in besides the ways; what to change in the pool, before an import only."""
    if isinstance(ways, SignInUnknown):
        return [ways.warning]
    advice = pool_advice(ways.facts, report.ways, takes_hashes=bool(report.with_password)) if is_dry_run else []
    return [each.warning for each in advice]
