"""The states of a run: preflight, turn, import job, turn passed on, report, notification.

Promises that every way through them passes the turn on and ends in a report and a notification, or in a failed
execution that the sweep takes up; and that no state sees a pre-signed URL: Cognito is called from functions only, which
answer with ids, statuses and counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from cognito_drop.functions import ImportFunction

STILL_RUNNING = ("Created", "Pending", "InProgress", "Stopping")
ENDED = ("Succeeded", "Failed", "Stopped", "Expired")
WAITING = "Waiting"
"""Our own word for a job that Cognito does not start yet, or of which it is not known yet whether it will start."""
NO_TURN = "NoTurn"
"""start_import's own word for a run whose turn it is not."""

_JOB_STATUS = "$.job.status"
_SLOW_POLL = Duration.minutes(15)
_TRANSIENT = [
    "TransientError",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
]
_TIMEOUT = "States.Timeout"
_ATTEMPTS = 8
_ATTEMPTS_TO_LOOK = 100  # with at most five minutes between two, a job is not given up for most of a working day


@dataclass(frozen=True, slots=True)
class WorkflowFunctions:
    """The functions that the states call."""

    preflight: ImportFunction
    turn: ImportFunction
    start_import: ImportFunction
    check_import: ImportFunction
    collect_part: ImportFunction
    stop_import: ImportFunction
    report_run: ImportFunction

    @property
    def all(self) -> tuple[ImportFunction, ...]:
        """Each of them."""
        return (
            self.preflight,
            self.turn,
            self.start_import,
            self.check_import,
            self.collect_part,
            self.stop_import,
            self.report_run,
        )


class WorkflowStates:
    """Builds the states in a scope."""

    def __init__(
        self,
        scope: Construct,
        *,
        functions: WorkflowFunctions,
        table: dynamodb.ITable,
        topic: sns.ITopic,
        before_import: sfn.CustomState | None = None,
        after_report: sfn.CustomState | None = None,
    ) -> None:
        self._scope = scope
        self._before_import = before_import
        self._after_report = after_report
        self._functions = functions
        self._table = table
        self._topic = topic

    def chain(self) -> sfn.IChainable:
        """The states, from the first."""
        functions = self._functions
        report = self._call("Report", functions.report_run, "$.report")
        report.add_catch(self._fail("Not reported", "The report could not be written; the sweep comes back to it."))
        report.next(self._notify())
        pass_on = self._pass_the_turn(report)

        start = self._call("Start import", functions.start_import, "$.job")
        check = self._call("Check import", functions.check_import, "$.job", attempts=_ATTEMPTS_TO_LOOK)
        collect = self._call("Collect", functions.collect_part, "$.part")
        stop = self._call("Stop import", functions.stop_import, "$.job")
        await_turn = self._await_turn()
        preflight = self._call("Preflight", functions.preflight, "$.file")

        wait = self._wait("Wait", "$.job.wait_seconds")
        wait.next(check).next(
            self._choice("Import ended?", "A status that Cognito does not document ends the run as failed.")
            .when(_is_one_of(_JOB_STATUS, STILL_RUNNING), wait)
            .when(_is_one_of(_JOB_STATUS, ENDED), collect)
            .otherwise(pass_on)
        )
        await_turn.next(start).next(
            self._choice("Import started?")
            .when(
                _is_one_of(_JOB_STATUS, (WAITING,)), self._wait("Wait for other job", "$.job.wait_seconds").next(start)
            )
            .when(_is_one_of(_JOB_STATUS, (NO_TURN,)), await_turn)
            .otherwise(wait)
        )
        collect.next(
            self._choice("Next part?")
            .when(_is("$.part.complete", value=False), self._wait("Wait for log", "$.part.wait_seconds").next(collect))
            .when(_is("$.part.more", value=True), start)
            .otherwise(pass_on)
        )
        stop.next(
            self._choice("Anything to stop?")
            .when(_is_one_of(_JOB_STATUS, STILL_RUNNING), wait)
            .when(_is_one_of(_JOB_STATUS, ENDED), collect)
            .when(_is_one_of(_JOB_STATUS, (WAITING,)), self._wait("Wait to stop", "$.job.wait_seconds").next(stop))
            .otherwise(pass_on)
        )
        ready = _is("$.file.importable", value=True)
        what_now = self._choice("Anything to import?").when(sfn.Condition.is_present("$.settle"), stop)
        if self._before_import is not None:
            # Who stands in line may be given the turn at any time: it must not be spent on a hook.
            what_now.when(sfn.Condition.and_(ready, _is("$.file.is_in_line", value=True)), await_turn)
        preflight.next(
            what_now.when(ready, self._hooked(self._before_import, await_turn, pass_on))
            .when(_is("$.file.is_imported", value=True), pass_on)
            .otherwise(report)
        )
        await_turn.add_catch(await_turn, errors=[_TIMEOUT], result_path=sfn.JsonPath.DISCARD)
        for step in (preflight, await_turn, start, check, collect, stop):
            step.add_catch(pass_on, result_path="$.error")
        return preflight

    def _hooked(
        self, before: sfn.CustomState | None, then: sfn.IChainable, on_failure: sfn.IChainable
    ) -> sfn.IChainable:
        """Do what comes before; of its failure, keep the name only: nobody knows what else it holds."""
        if before is None:
            return then
        failed = sfn.Pass(
            self._scope,
            "Not to be imported",
            parameters={
                "Error": sfn.JsonPath.format("BeforeImportFailed: {}", sfn.JsonPath.string_at("$.error.Error"))
            },
            result_path="$.error",
        )
        failed.next(on_failure)
        before.add_catch(failed, result_path="$.error")
        before.next(then)
        return before

    def _await_turn(self) -> tasks.LambdaInvoke:
        """Wait for the turn behind a token; look by itself now and then, as a wake-up may get lost."""
        task = tasks.LambdaInvoke(
            self._scope,
            "Await turn",
            lambda_function=self._functions.turn.function,
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            payload=sfn.TaskInput.from_object(
                {"state": sfn.JsonPath.entire_payload, "task_token": sfn.JsonPath.task_token}
            ),
            result_path=sfn.JsonPath.DISCARD,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(_SLOW_POLL),
        )
        _retry(task, _TRANSIENT)
        return task

    def _pass_the_turn(self, then: sfn.IChainable) -> sfn.IChainable:
        """Pass the turn on, when no job of the run may be active any more."""
        task = self._call(
            "Pass the turn",
            self._functions.turn,
            "$.turn",
            payload=sfn.TaskInput.from_object({"state": sfn.JsonPath.entire_payload}),
        )
        task.add_catch(self._fail("Not passed", "The turn could not be passed on; the sweep comes back to it."))
        task.next(
            self._choice("Turn passed?")
            .when(_is("$.turn.passed", value=False), self._wait("Wait for job", "$.turn.wait_seconds").next(task))
            .otherwise(then)
        )
        return task

    def _notify(self) -> sfn.IChainable:
        """Publish, then mark: a crash between the two tells twice, never not at all."""
        said = "$.report.notification"
        notify = tasks.SnsPublish(
            self._scope,
            "Notify",
            topic=self._topic,
            subject=sfn.JsonPath.string_at(f"{said}.subject"),
            message=sfn.TaskInput.from_json_path_at(f"{said}.message"),
            message_per_subscription_type=True,
            message_attributes={
                name: tasks.MessageAttribute(value=sfn.JsonPath.string_at(f"{said}.{name}"))
                for name in ("outcome", "pool", "has_failures")
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        item_key = sfn.JsonPath.format("run#{}", sfn.JsonPath.string_at("$.run_id"))
        mark = tasks.DynamoUpdateItem(
            self._scope,
            "Mark notified",
            table=self._table,
            key={
                "pk": tasks.DynamoAttributeValue.from_string(item_key),
                "sk": tasks.DynamoAttributeValue.from_string("run"),
            },
            update_expression="SET notified = :yes, notified_at = :at, run_state = :ended",
            expression_attribute_values={
                ":yes": tasks.DynamoAttributeValue.from_boolean(value=True),
                ":at": tasks.DynamoAttributeValue.from_string(sfn.JsonPath.string_at("$$.State.EnteredTime")),
                ":ended": tasks.DynamoAttributeValue.from_string("ended"),
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        not_notified = self._fail("Not notified", "The run is reported and not told of; the sweep comes back to it.")
        for task in (notify, mark):
            _retry(task, ["States.TaskFailed", _TIMEOUT])
            task.add_catch(not_notified)
        told = notify.next(mark)
        # Its failure is the execution's: the run has ended, nothing is repeated, and a redrive goes on from the hook.
        return told.next(self._after_report) if self._after_report else told

    def _call(
        self,
        name: str,
        function: ImportFunction,
        result_path: str,
        *,
        attempts: int = _ATTEMPTS,
        payload: sfn.TaskInput | None = None,
    ) -> tasks.LambdaInvoke:
        """A state that gives the whole state to a function and puts its answer at `result_path`."""
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=function.function,
            payload=payload,
            payload_response_only=True,  # the answer alone: no metadata to carry along
            result_path=result_path,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(function.timeout.plus(Duration.seconds(30))),
        )
        _retry(task, [*_TRANSIENT, _TIMEOUT], attempts)
        return task

    def _wait(self, name: str, seconds: str) -> sfn.Wait:
        return sfn.Wait(self._scope, name, time=sfn.WaitTime.seconds_path(seconds))

    def _choice(self, name: str, comment: str | None = None) -> sfn.Choice:
        return sfn.Choice(self._scope, name, comment=comment)

    def _fail(self, name: str, cause: str) -> sfn.Fail:
        return sfn.Fail(self._scope, name, error=name.title().replace(" ", ""), cause=cause)


def _retry(task: sfn.TaskStateBase, errors: Sequence[str], attempts: int = _ATTEMPTS) -> None:
    task.add_retry(
        errors=list(errors),
        interval=Duration.seconds(2),
        backoff_rate=2,
        max_delay=Duration.seconds(300),
        max_attempts=attempts,
        jitter_strategy=sfn.JitterType.FULL,
    )


def _is(path: str, *, value: bool) -> sfn.Condition:
    return sfn.Condition.boolean_equals(path, value)


def _is_one_of(path: str, values: tuple[str, ...]) -> sfn.Condition:
    return sfn.Condition.or_(*(sfn.Condition.string_equals(path, value) for value in values))
