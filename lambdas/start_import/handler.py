"""Creates the import job, uploads the file and starts it; comes back to the same job when it is called again.

Promises that only a run which has the turn starts a job, that the job's id is in the ledger before it is started, and
that what Cognito says of the job decides what is done next. Another active job is waited for, not failed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.event_bus import EventBus
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.pool_parameters import PoolIds, PoolParameters
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.staging import Staging
from cognito_drop.core.imports.pacing import PollBounds
from cognito_drop.core.notification.run_events import run_started
from cognito_drop.core.runs.run_state import CheckedFile, drop_in, part_to_import
from lambdas.runtime import clients, clock
from lambdas.runtime.boundary import function_boundary
from lambdas.runtime.logs import logger
from lambdas.runtime.publishing import tell
from lambdas.runtime.settings import Settings
from lambdas.start_import.import_start import ImportStart, PartToImport

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class StartImportSettings(Settings):
    """The function's environment. Pools' parameters are under `pools_path`; `lock_scope` is `account` or `pool`."""

    table_name: str
    logs_role_arn: str
    pools_path: str
    lock_scope: str
    shortest_wait: int
    longest_wait: int


@cache
def _settings() -> StartImportSettings:
    return StartImportSettings.from_env()


@cache
def _ledger() -> RunLedger:
    return RunLedger(clients.dynamodb(), _settings().table_name)


@cache
def _pools() -> PoolParameters:
    return PoolParameters(clients.ssm(), _settings().pools_path)


@cache
def _import_start() -> ImportStart:
    settings = _settings()
    return ImportStart(
        UserImports(clients.cognito()),
        Staging(clients.s3()),
        _ledger(),
        logs_role_arn=settings.logs_role_arn,
        watched_pools=PoolIds(_pools()) if settings.lock_scope == "account" else (),
        bounds=PollBounds(settings.shortest_wait, settings.longest_wait),
        now=clock.epoch,
    )


@cache
def _bus() -> EventBus:
    return EventBus(clients.events())


@logger.inject_lambda_context
@function_boundary
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.job` of the run's state."""
    drop = drop_in(event)
    logger.append_keys(run_id=drop.run_id)
    file = CheckedFile.in_state(event)
    pool = _pools().of_run(drop, file)
    part = PartToImport(drop, part_to_import(event), file.pool_id, pool.hashes.algorithm)
    progress = _import_start().bring_to_start(part, context.get_remaining_time_in_millis() / 1000)
    if part.number == 1 and progress.is_started:
        record = _ledger().read(drop.run_id)
        dropped = datetime.fromisoformat(record.dropped_at)
        tell(_bus(), run_started(drop, file, started=clock.now(), dropped=dropped))
    logger.info("The part is brought on its way.", part=part.number, job_id=progress.job_id, status=progress.status)
    return progress.to_json()
