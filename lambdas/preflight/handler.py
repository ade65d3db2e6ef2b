"""Reads a drop once, by version, checks every row against the live pool, and writes the parts that are to be imported.

Guarantees that a file or a row that Cognito would refuse costs no import job and gets a plain reason, and that a run
which comes a second time continues from what was found the first time. It writes to the run's staging and its item
only.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.call_pace import CallPace
from cognito_drop.aws.drops import DropBucket
from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.pauses import Pauses
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.aws.pool_sign_in import PoolSignIn
from cognito_drop.aws.run_ledger import RunLedger
from cognito_drop.aws.scan_results import ScanResults
from cognito_drop.aws.staging import Staging
from cognito_drop.aws.sweep_notes import SweepNotes
from cognito_drop.aws.user_directory import UserDirectory
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.contract.environment import PreflightVariables
from cognito_drop.contract.pool_names import pauses_path
from cognito_drop.core.pools.call_rate import CallRate
from lambdas.preflight.file_preflight import FilePreflight
from lambdas.preflight.user_lookup import UserLookup
from lambdas.runtime import clients, clock
from lambdas.runtime.function import FunctionEnv, lambda_function, run_of
from lambdas.runtime.logs import logger
from lambdas.use_cases.import_gate import GateRules

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@dataclass(frozen=True, slots=True)
class PreflightEnv(PreflightVariables, FunctionEnv[FilePreflight]):
    """The function's environment."""

    def use_case(self) -> FilePreflight:
        """The check of a drop."""
        imports, ledger = UserImports(clients.cognito()), RunLedger(clients.dynamodb(), self.table_name)
        scans, pools = ScanResults(clients.dynamodb(), self.table_name), PoolParameters(clients.ssm(), self.pools_path)
        pauses = Pauses(clients.ssm(), pauses_path(self.pools_path))
        notes = SweepNotes(clients.dynamodb(), self.table_name)
        return FilePreflight(
            imports,
            DropBucket(clients.s3()),
            Staging(clients.s3()),
            ledger,
            scans,
            pools,
            GateRules(pools, pauses, imports, ledger, notes, scans, self.import_job_quota, clock.epoch),
            CallRate(self.memberships_per_second),
            UserLookup(
                UserDirectory(clients.cognito_once()),
                CallPace(clients.dynamodb(), self.table_name, "lookups", CallRate(self.lookups_per_second)),
                clock.epoch,
                clock.sleep,
                random.random,
            ),
            UserGroups(clients.cognito()),
            PoolSignIn(clients.cognito()),
        )


@lambda_function(PreflightEnv)
def lambda_handler(preflight: FilePreflight, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with `$.file` of the run's state."""
    checked = preflight.check_once(run_of(event), context.aws_request_id)
    code = checked.problem.code if checked.problem else None
    logger.info("Drop checked.", pool=checked.pool_id, rows=checked.rows, rejected=checked.rejected, problem=code)
    return checked.to_json()
