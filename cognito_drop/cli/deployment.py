"""The deployed stack: where drops go and who keeps the ledger, by its outputs; its pools, by their parameters."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.pool_parameters import PoolParameters
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract.execution_names import execution_arn
from cognito_drop.contract.stack_outputs import StackOutput
from cognito_drop.core.pools.pool_settings import PoolSettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.cli.aws import Aws
    from cognito_drop.core.pools.pool_settings import PoolSettings
    from cognito_drop.core.results.summary_json import PoolJson

_OPTIONAL = (
    StackOutput.BUCKET_KEY_ARN,
    StackOutput.UNDELIVERED_QUEUE_URL,
    StackOutput.SWEEP_FUNCTION,
    StackOutput.UNDO_STATE_MACHINE_ARN,
)
_NEEDED = tuple(output for output in StackOutput if output not in _OPTIONAL)


@dataclass(frozen=True, slots=True)
class ServedPool:
    """A user pool that the stack serves."""

    alias: str
    settings: PoolSettings

    @property
    def id(self) -> str:
        """Cognito's id of it."""
        return self.settings.pool_id

    def to_json(self) -> PoolJson:
        """Alias and id."""
        return {"alias": self.alias, "id": self.id}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The stack's outputs."""

    stack: str
    stack_status: str
    region: str
    bucket: str
    topic: str
    state_machine: str
    ledger: str
    logs_role: str
    dead_letters: str
    """URL of the queue of events that could not be delivered or accepted."""
    undelivered: str
    """URL of the queue of notifications that programs did not take; empty where no program subscribes."""
    pools: Mapping[str, ServedPool]
    """By alias."""
    import_job_quota: int
    """Import jobs that a pool takes in its life."""
    sweep: str
    """Name of the function that resumes runs; empty in a stack of an earlier release."""
    undo_machine: str = ""
    """ARN of the state machine that deletes the users of a run; empty where the imports of no pool can be undone."""

    def pool(self, alias: str | None) -> ServedPool:
        """The pool of this alias, or the only one there is. Raises CommandError."""
        if alias is None:
            if len(self.pools) == 1:
                return next(iter(self.pools.values()))
            raise CommandError(
                ErrorCode.POOL_NEEDED,
                f"The stack {self.stack} serves several pools: {', '.join(self.pools)}.",
                "Choose one with --pool.",
            )
        if alias not in self.pools:
            near = difflib.get_close_matches(alias, self.pools, n=1)
            guess = f"Did you mean {near[0]}? " if near else ""
            raise CommandError(
                ErrorCode.UNKNOWN_POOL,
                f"The stack {self.stack} has no pool with the alias {alias!r}.",
                f"{guess}Its pools: {', '.join(self.pools)}.",
            )
        return self.pools[alias]

    def execution_arn(self, name: str) -> str:
        """The ARN of an execution of this name."""
        return execution_arn(self.state_machine, name)


def find_deployment(aws: Aws, stack: str) -> Deployment:
    """Read outputs and pools of this stack. Raises CommandError when there is no such stack, or not ours."""
    try:
        found = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error_code(error) != "ValidationError":
            raise
        raise CommandError(
            ErrorCode.STACK_NOT_FOUND,
            f"The stack {stack!r} does not exist in {aws.region}.",
            "Choose another stack with --stack, another Region with --region, or another account with --profile.",
        ) from None
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    missing = [name for name in _NEEDED if name not in outputs]
    if missing:
        raise CommandError(
            ErrorCode.STACK_UNUSABLE,
            f"The stack {stack!r} ({found['StackStatus']}) has no output {missing[0]}.",
            "If it is a deployment of cognito-drop, deploy it again with this version; otherwise name the stack with "
            "--stack.",
        )
    return Deployment(
        stack=found["StackName"],
        stack_status=found["StackStatus"],
        region=aws.region,
        bucket=outputs[StackOutput.DROP_BUCKET],
        topic=outputs[StackOutput.TOPIC_ARN],
        state_machine=outputs[StackOutput.STATE_MACHINE_ARN],
        ledger=outputs[StackOutput.LEDGER_TABLE],
        logs_role=outputs[StackOutput.LOGS_ROLE_ARN],
        dead_letters=outputs[StackOutput.DEAD_LETTER_QUEUE_URL],
        undelivered=outputs.get(StackOutput.UNDELIVERED_QUEUE_URL, ""),
        pools=_pools(aws, found["StackName"], outputs[StackOutput.POOLS_PATH]),
        import_job_quota=int(outputs[StackOutput.IMPORT_JOB_QUOTA]),
        sweep=outputs.get(StackOutput.SWEEP_FUNCTION, ""),
        undo_machine=outputs.get(StackOutput.UNDO_STATE_MACHINE_ARN, ""),
    )


def _pools(aws: Aws, stack: str, path: str) -> dict[str, ServedPool]:
    """The pools, sorted by alias. Raises CommandError for settings that only another version can read."""
    try:
        found = PoolParameters(aws.ssm, path).all()
    except (KeyError, TypeError, ValueError) as error:
        why = f": {error}" if isinstance(error, PoolSettingError) else "."
        raise CommandError(
            ErrorCode.STACK_UNUSABLE,
            f"This version cannot read the settings of the pools of the stack {stack!r}{why}",
            "Use the version of the command with which the stack was deployed, or deploy it again with this version.",
        ) from None
    return {alias: ServedPool(alias, settings) for alias, settings in found.items()}
