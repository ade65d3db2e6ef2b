"""The states of a run: preflight, import lock, import job, release of the lock, groups, report, notification.

Guarantees that every path through them releases the lock and ends in a report and a notification, or in a failed
execution that the sweep takes up; and that no state sees a pre-signed URL: Cognito is called from functions only, which
answer with ids, statuses and counts. How a function is called, and after which errors it is retried, is handled by
`workflow_steps`; how often a state is retried that is not like the others is said here (`attempts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from cognito_drop.cdk.workflow_steps import (
    TIMEOUT,
    TRANSIENT,
    WorkflowSteps,
    is_false,
    is_one_of,
    is_there_and_true,
    is_true,
    retry,
    retry_function,
)
from cognito_drop.contract.ledger_keys import NOTIFIED, PK, RUN_STATE, SK, run_key
from cognito_drop.contract.statuses import JobStatus, PartStatus, RunState

if TYPE_CHECKING:
    from constructs import Construct

    from cognito_drop.cdk.functions import ImportFunction

STILL_RUNNING = (JobStatus.CREATED, JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.STOPPING)
ENDED = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED)

_SLOW_POLL = Duration.minutes(15)
_ATTEMPTS_TO_POLL = 100  # with at most five minutes between two, a job is not given up for most of a working day

_BEGIN = {
    **{
        name: sfn.JsonPath.string_at(f"$$.Execution.Input.{name}") for name in ("run_id", "bucket", "key", "version_id")
    },
    "file": sfn.JsonPath.string_at("$"),
}
"""The state of a run after preflight: the drop that the execution was started with, and what the ledger says of it."""


@dataclass(frozen=True, slots=True)
class WorkflowFunctions:
    """The functions that the states call."""

    preflight: ImportFunction
    import_queue: ImportFunction
    start_import: ImportFunction
    check_import: ImportFunction
    collect_part: ImportFunction
    stop_import: ImportFunction
    add_members: ImportFunction
    report_run: ImportFunction
    note_ids: ImportFunction | None = None
    """None where no pool asks for it."""

    @property
    def all(self) -> tuple[ImportFunction, ...]:
        """Each of them."""
        return (
            self.preflight,
            self.import_queue,
            self.start_import,
            self.check_import,
            self.collect_part,
            self.stop_import,
            self.add_members,
            self.report_run,
            *([self.note_ids] if self.note_ids else []),
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
        self._steps = WorkflowSteps(scope)
        self._before_import = before_import
        self._after_report = after_report
        self._functions = functions
        self._table = table
        self._topic = topic

    def chain(self) -> sfn.IChainable:
        """The states, from the first."""
        functions, steps = self._functions, self._steps
        report = steps.call("Report", functions.report_run, "$.report")
        report.add_catch(steps.fail("Not reported", "The report could not be written; the sweep retries it."))
        report.next(self._notify())
        release = self._release_lock(report)

        start = steps.call("Start import", functions.start_import, "$.job")
        check = steps.call("Check import", functions.check_import, "$.job", attempts=_ATTEMPTS_TO_POLL)
        collect = steps.call("Collect", functions.collect_part, "$.part")
        stop = steps.call("Stop import", functions.stop_import, "$.job")
        wait_for_lock = self._wait_for_lock()
        # The answer takes the place of the whole state: of an execution's input, only the name of the drop stays.
        preflight = steps.call("Preflight", functions.preflight, "$", result=_BEGIN)

        wait = steps.wait("Wait", "$.job.wait_seconds")
        wait.next(check).next(
            steps.choice("Import ended?", "A status that Cognito does not document ends the run as failed.")
            .when(_job_is(*STILL_RUNNING), wait)
            .when(_job_is(*ENDED), collect)
            .otherwise(release)
        )
        wait_for_lock.next(start).next(
            steps.choice("Import started?")
            .when(
                _job_is(PartStatus.WAITING),
                steps.wait("Wait for other job", "$.job.wait_seconds").next(start),
            )
            .when(_job_is(PartStatus.NO_LOCK), wait_for_lock)
            .otherwise(wait)
        )
        collect.next(
            steps.choice("Next part?")
            .when(is_false("$.part.complete"), steps.wait("Wait for log", "$.part.wait_seconds").next(collect))
            .when(is_true("$.part.more"), start)
            .otherwise(release)
        )
        stop.next(
            steps.choice("Anything to stop?")
            .when(_job_is(*STILL_RUNNING), wait)
            .when(_job_is(*ENDED), collect)
            .when(
                _job_is(PartStatus.WAITING),
                steps.wait("Wait to stop", "$.job.wait_seconds").next(stop),
            )
            .otherwise(release)
        )
        ready = is_true("$.file.importable")
        what_now = steps.choice("Anything to import?").when(is_true("$.file.is_stopped"), stop)
        if self._before_import is not None:
            # A queued run may get the lock at any time: a hook must not hold it.
            what_now.when(sfn.Condition.and_(ready, is_true("$.file.is_queued")), wait_for_lock)
        preflight.next(
            what_now.when(ready, self._hooked(self._before_import, wait_for_lock, release))
            .when(is_true("$.file.is_imported"), release)
            .otherwise(report)
        )
        wait_for_lock.add_catch(wait_for_lock, errors=[TIMEOUT], result_path=sfn.JsonPath.DISCARD)
        for step in (preflight, wait_for_lock, start, check, collect, stop):
            step.add_catch(release, result_path="$.error")
        return preflight

    def _hooked(
        self, before: sfn.CustomState | None, then: sfn.IChainable, on_failure: sfn.IChainable
    ) -> sfn.IChainable:
        """Do what comes before; of its failure, keep the name only: the rest may hold any data."""
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

    def _wait_for_lock(self) -> tasks.LambdaInvoke:
        """Wait for the import lock behind a task token, and poll now and then in case a wake-up is lost."""
        task = tasks.LambdaInvoke(
            self._scope,
            "Wait for lock",
            lambda_function=self._functions.import_queue.function,
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            payload=sfn.TaskInput.from_object(
                {"state": sfn.JsonPath.entire_payload, "task_token": sfn.JsonPath.task_token}
            ),
            result_path=sfn.JsonPath.DISCARD,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(_SLOW_POLL),
        )
        retry_function(task, TRANSIENT)
        return task

    def _release_lock(self, then: sfn.IChainable) -> sfn.IChainable:
        """Release lock on, when no job of the run may be active any more."""
        note = self._note_ids(then)
        task = self._steps.call(
            "Release lock",
            self._functions.import_queue,
            "$.lock",
            payload=sfn.TaskInput.from_object({"state": sfn.JsonPath.entire_payload}),
        )
        task.add_catch(
            self._steps.fail("Lock not released", "The import lock could not be released; the sweep retries it.")
        )
        released = self._steps.choice("Lock released?")
        released.when(is_false("$.lock.released"), self._steps.wait("Wait for job", "$.lock.wait_seconds").next(task))
        released.when(is_true("$.lock.has_members"), self._add_members(note, then))
        task.next(_note_or(released, note, then))
        return task

    def _note_ids(self, then: sfn.IChainable) -> sfn.IChainable | None:
        """Note the new ids of users, call after call; a report without them says why. None where no pool asks for
        it."""
        if self._functions.note_ids is None:
            return None
        task = self._steps.call("Note IDs", self._functions.note_ids, "$.ids")
        task.add_catch(then, result_path="$.ids_error")
        wait = self._steps.wait("Wait for users", "$.ids.wait_seconds")
        return task.next(
            self._steps.choice("All recorded?").when(is_true("$.ids.more"), wait.next(task)).otherwise(then)
        )

    def _add_members(self, note: sfn.IChainable | None, then: sfn.IChainable) -> sfn.IChainable:
        """Add users to groups, call after call: no run waits for it, because the lock is released."""
        task = self._steps.call("Add members", self._functions.add_members, "$.members", attempts=_ATTEMPTS_TO_POLL)
        failed = _note_or(self._steps.choice("IDs to note?"), note, then) if note else then
        task.add_catch(failed, result_path="$.error")
        added = self._steps.choice("All added?").when(is_true("$.members.more"), task)
        return task.next(_note_or(added, note, then))

    def _notify(self) -> sfn.IChainable:
        """Publish, then mark: a crash between the two tells twice, never not at all."""
        notify = self._steps.notify(self._topic, "$.report.notification")
        key = run_key("{}")  # Step Functions puts the run's id there
        mark = tasks.DynamoUpdateItem(
            self._scope,
            "Mark notified",
            table=self._table,
            key={
                PK: tasks.DynamoAttributeValue.from_string(
                    sfn.JsonPath.format(key[PK], sfn.JsonPath.string_at("$.report.run_id"))
                ),
                SK: tasks.DynamoAttributeValue.from_string(key[SK]),
            },
            # An execution of any input marks no run that has no results; a repeated call finds the run marked already.
            condition_expression=f"{RUN_STATE} IN (:reported, :ended)",
            update_expression=f"SET {NOTIFIED} = :yes, notified_at = :at, {RUN_STATE} = :ended",
            expression_attribute_values={
                ":yes": tasks.DynamoAttributeValue.from_boolean(value=True),
                ":at": tasks.DynamoAttributeValue.from_string(sfn.JsonPath.string_at("$$.State.EnteredTime")),
                ":reported": tasks.DynamoAttributeValue.from_string(RunState.REPORTED.value),
                ":ended": tasks.DynamoAttributeValue.from_string(RunState.ENDED.value),
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        not_notified = self._steps.fail(
            "Not notified", "The run is reported but its notification was not sent; the sweep retries it."
        )
        retry(mark, ["States.TaskFailed", TIMEOUT])
        for task in (notify, mark):
            task.add_catch(not_notified)
        shown = notify.next(mark)
        # Its failure is the execution's: the run has ended, nothing is repeated, and a redrive goes on from the hook.
        return shown.next(self._after_report) if self._after_report else shown


def _note_or(choice: sfn.Choice, note: sfn.IChainable | None, then: sfn.IChainable) -> sfn.Choice:
    """Let a choice end with noting ids where the run's pool asks for it: a choice of its own would be a transition of
    every run."""
    if note:
        choice.when(is_there_and_true("$.lock.has_ids"), note)
    return choice.otherwise(then)


def _job_is(*statuses: JobStatus | PartStatus) -> sfn.Condition:
    """Whether the part's job has one of these statuses."""
    return is_one_of("$.job.status", statuses)
