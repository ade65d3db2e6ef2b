"""The steps that the states of a run are made of: calls of functions, waits, choices, failures.

Guarantees that a call is tried again after whatever may pass, within its number of attempts, and that it does not wait
for a function that never answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from cognito_drop.contract.event_names import MessageAttribute
from cognito_drop.contract.function_names import ErrorName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sns as sns
    from constructs import Construct

    from cognito_drop.cdk.functions import ImportFunction

TRANSIENT = [
    ErrorName.TRANSIENT.value,
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
]
"""Errors of a function that may pass: our own word for those of other services, and Lambda's.
https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html"""
LAMBDA_BUSY = ["Lambda.TooManyRequestsException"]
"""Lambda runs as many functions as the account may run at once, and has not begun this one."""
DENIED = [ErrorName.DENIED.value]
"""A permission is missing: while a deployment changes a role, and until IAM knows it everywhere.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency"""
DIED = ["Runtime.ExitError", "Runtime.OutOfMemory"]
"""The process of a function ended: by chance, or because it needs more memory than it has; Lambda has used both names
for the latter."""
TIMEOUT = "States.Timeout"
"""The error of a state that takes longer than it may."""
_ATTEMPTS = 8
_ATTEMPTS_WHILE_BUSY = 100
"""About four hours on average: the functions of others may take the account's concurrency for long, and a new account
has a small one. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
_ATTEMPTS_AFTER_DENIAL = 8
"""About four minutes on average, and nine at most: then the run is reported with the name of what is denied."""
_ATTEMPTS_AFTER_DEATH = 2
"""A process that runs out of memory does so again: the run is reported with the error's name soon."""


class WorkflowSteps:
    """Makes steps in a scope."""

    def __init__(self, scope: Construct) -> None:
        self._scope = scope

    def call(
        self,
        name: str,
        function: ImportFunction,
        result_path: str,
        *,
        attempts: int = _ATTEMPTS,
        payload: sfn.TaskInput | None = None,
        result: Mapping[str, str] | None = None,
    ) -> tasks.LambdaInvoke:
        """A state that gives the whole state to a function and puts its answer, or what `result` makes of it, at
        `result_path`.
        """
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=function.function,
            payload=payload,
            payload_response_only=True,  # the answer alone: no metadata to carry along
            result_path=result_path,
            result_selector=result,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(function.timeout.plus(Duration.seconds(30))),
        )
        retry_function(task, [*TRANSIENT, TIMEOUT], attempts)
        return task

    def notify(self, topic: sns.ITopic, said: str) -> tasks.SnsPublish:
        """The state `Notify`: publishes the notification at the path `said`."""
        task = tasks.SnsPublish(
            self._scope,
            "Notify",
            topic=topic,
            subject=sfn.JsonPath.string_at(f"{said}.subject"),
            message=sfn.TaskInput.from_json_path_at(f"{said}.message"),
            message_per_subscription_type=True,
            message_attributes={
                name.value: tasks.MessageAttribute(value=sfn.JsonPath.string_at(f"{said}.{name}"))
                for name in MessageAttribute
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        retry(task, ["States.TaskFailed", TIMEOUT])
        return task

    def wait(self, name: str, seconds: str) -> sfn.Wait:
        """A state that waits for as many seconds as the number at this path says."""
        return sfn.Wait(self._scope, name, time=sfn.WaitTime.seconds_path(seconds))

    def choice(self, name: str, comment: str | None = None) -> sfn.Choice:
        """A state that chooses the next."""
        return sfn.Choice(self._scope, name, comment=comment)

    def fail(self, name: str, cause: str) -> sfn.Fail:
        """A state that ends the execution with an error of the state's name."""
        return sfn.Fail(self._scope, name, error=name.title().replace(" ", ""), cause=cause)


def retry(
    task: sfn.TaskStateBase,
    errors: Sequence[str],
    attempts: int = _ATTEMPTS,
    *,
    first: Duration | None = None,
    longest: Duration | None = None,
) -> None:
    """Let a state try again after these errors, with full jitter: by default soon, and with at most five minutes
    between two attempts.
    """
    task.add_retry(
        errors=list(errors),
        interval=first or Duration.seconds(2),
        backoff_rate=2,
        max_delay=longest or Duration.seconds(300),
        max_attempts=attempts,
        jitter_strategy=sfn.JitterType.FULL,
    )


def retry_function(task: sfn.TaskStateBase, errors: Sequence[str], attempts: int = _ATTEMPTS) -> None:
    """Let a state that calls a function try again after these errors, for hours while Lambda is too busy to begin, for
    some minutes after a denial, and a few times after its process died.
    """
    retry(task, errors, attempts)
    retry(task, LAMBDA_BUSY, _ATTEMPTS_WHILE_BUSY)
    retry(task, DENIED, _ATTEMPTS_AFTER_DENIAL, first=Duration.seconds(5), longest=Duration.seconds(120))
    retry(task, DIED, _ATTEMPTS_AFTER_DEATH)


def is_true(path: str) -> sfn.Condition:
    """Whether the boolean at a path is true."""
    return sfn.Condition.boolean_equals(path, value=True)


def is_there_and_true(path: str) -> sfn.Condition:
    """Whether there is a boolean at a path, and it is true: a function of an earlier version answers without it."""
    return sfn.Condition.and_(sfn.Condition.is_present(path), is_true(path))


def is_false(path: str) -> sfn.Condition:
    """Whether the boolean at a path is false."""
    return sfn.Condition.boolean_equals(path, value=False)


def is_one_of(path: str, values: tuple[str, ...]) -> sfn.Condition:
    """Whether the string at a path is one of these."""
    return sfn.Condition.or_(*(sfn.Condition.string_equals(path, str(value)) for value in values))
