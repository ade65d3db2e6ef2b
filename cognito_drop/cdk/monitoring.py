"""What an operator sees: the alarms, the dashboard, the saved queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from constructs import Construct

from cognito_drop.cdk.alarms import Alarms
from cognito_drop.cdk.dashboard import ImportDashboard, Shown
from cognito_drop.cdk.saved_queries import SavedQueries
from cognito_drop.contract.metric_names import Monitoring as MonitoringLevel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_events as events
    from aws_cdk import aws_sqs as sqs

    from cognito_drop.cdk.functions import ImportFunction
    from cognito_drop.cdk.import_workflow import ImportWorkflow
    from cognito_drop.cdk.notifications import Notifications
    from cognito_drop.cdk.settings import ImportSettings
    from cognito_drop.cdk.undo_workflow import UndoWorkflow
    from cognito_drop.cdk.workflow_states import WorkflowFunctions


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched."""

    accept_drop: ImportFunction
    workflow_functions: WorkflowFunctions
    sweep: ImportFunction
    workflow: ImportWorkflow
    rules: Mapping[str, events.IRule]
    """The event rules, by what their alarms are called."""
    dead_letters: sqs.IQueue
    notifications: Notifications
    undo: UndoWorkflow | None
    """What deletes the users of a run; None in a stack that has no undo."""


class Monitoring(Construct):
    """Composes what watches the stack."""

    def __init__(self, scope: Construct, construct_id: str, *, config: ImportSettings, watched: Watched) -> None:
        super().__init__(scope, construct_id)
        self.alarms: Sequence[cloudwatch.Alarm] = ()
        if not config.monitoring.has_alarms:
            return
        functions = (watched.accept_drop, *watched.workflow_functions.all, watched.sweep)
        alarms = Alarms(
            self,
            "Alarms",
            config=config,
            topic=watched.notifications.topic,
            is_own_topic=watched.notifications.is_own,
            undelivered=watched.notifications.undelivered,
            rules=watched.rules,
            dead_letters=watched.dead_letters,
            accept_drop=watched.accept_drop,
            undo=watched.undo,
        )
        self.alarms = alarms.all
        if config.monitoring is MonitoringLevel.FULL:
            shown = Shown(
                functions, watched.workflow.state_machine, watched.dead_letters, watched.notifications, alarms.all
            )
            ImportDashboard(self, "Pictures", config=config, shown=shown)
        SavedQueries(
            self,
            "Queries",
            functions=[function.log_group for function in functions],
            workflow=watched.workflow.log_group,
            collect_part=watched.workflow_functions.collect_part.log_group,
            sweep=watched.sweep.log_group,
        )
