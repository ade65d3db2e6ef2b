"""What all commands share: the options, and their context."""

from __future__ import annotations

import functools
import os
import re
import shlex
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.errors import CommandError
from cognito_drop.cli.result import Output
from cognito_drop.contract.stack_outputs import DEFAULT_STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_sns.type_defs import SubscriptionTypeDef

    from cognito_drop.aws.pauses import Pauses
    from cognito_drop.cli.aws import Aws
    from cognito_drop.cli.deployment import Deployment
    from cognito_drop.cli.ledger_reader import LedgerReader
    from cognito_drop.cli.result import Result
    from cognito_drop.cli.run_view import RunViewer
    from cognito_drop.core.undo.undo_record import UndoRecord

_AWS_CALL = re.compile(r"(?:^|(?<= && ))aws\b")
"""The AWS CLI in a line of one or more calls."""
_OWN_CALL = re.compile(r"^cognito-drop [a-z]+\b")


class Context:
    """What a command works with; each member is created on first use."""

    def __init__(self, stack: str, profile: str | None, region: str | None) -> None:
        self.stack = stack
        self._profile = profile
        self._region = region
        self.messages = ConsoleMessages(self._given)

    @cached_property
    def aws(self) -> Aws:
        """AWS, as the operator."""
        from cognito_drop.cli.aws import Aws  # noqa: PLC0415  (here and below: a command imports what it needs)

        return Aws(self._profile, self._region)

    @cached_property
    def deployment(self) -> Deployment:
        """The deployed stack. Raises CommandError."""
        from cognito_drop.cli.deployment import find_deployment  # noqa: PLC0415

        aws = self.aws
        with self.messages.working(f"Finding the stack {self.stack}"):
            return find_deployment(aws, self.stack)

    @property
    def aws_options(self) -> str:
        """The options with which a printed command of the AWS CLI finds this deployment from any shell.

        Its version 1 asks AWS for SQS whatever AWS_ENDPOINT_URL says, and does not read AWS_REGION.
        """
        return _as_options({**self._shared, "--endpoint-url": os.environ.get("AWS_ENDPOINT_URL")})

    def from_any_shell(self, command: str) -> str:
        """A line of commands, of the AWS CLI or of this project, that finds this deployment from any shell."""
        stack = self.stack if self.stack != DEFAULT_STACK else None
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        first = f"AWS_ENDPOINT_URL={shlex.quote(endpoint)} " if endpoint else ""
        options = self.aws_options
        own = _as_options({"--stack": stack, **self._shared})
        return _AWS_CALL.sub(lambda _: f"aws{options}", _OWN_CALL.sub(lambda call: f"{first}{call[0]}{own}", command))

    @property
    def _given(self) -> str:
        """The options of this call that its shell does not have in its environment: the next call needs them too."""
        stack = os.environ.get("COGNITO_DROP_STACK", DEFAULT_STACK)
        return _as_options(
            {
                "--stack": self.stack if self.stack != stack else None,
                "--profile": self._profile,
                "--region": self._region if self._region != os.environ.get("AWS_REGION") else None,
            }
        )

    @property
    def _shared(self) -> dict[str, str | None]:
        """What the AWS CLI and this command call by the same name. The Region is the one that was asked, whether an
        option, a variable, or a profile has chosen it.
        """
        return {"--profile": self._profile, "--region": self.aws.region}

    @cached_property
    def restore_command(self) -> str:
        """The command that reverts all drift of the stack: one for all findings, as it can be executed once."""
        from cognito_drop.cli.restore import restore_command  # noqa: PLC0415

        return restore_command(self.aws.cloudformation, self.deployment.stack)

    @cached_property
    def ledger(self) -> LedgerReader:
        """The ledger of the stack."""
        from cognito_drop.cli.ledger_reader import LedgerReader  # noqa: PLC0415

        return LedgerReader(self.aws.dynamodb, self.deployment.ledger, self.pauses)

    @cached_property
    def pauses(self) -> Pauses:
        """What is paused in the stack."""
        from cognito_drop.aws.pauses import Pauses  # noqa: PLC0415
        from cognito_drop.contract.pool_names import pauses_path, pools_path  # noqa: PLC0415

        return Pauses(self.aws.ssm, pauses_path(pools_path(self.deployment.stack)))

    def undos_of(self, run_ids: Iterable[str]) -> list[UndoRecord]:
        """The undos of runs; none where the deployment has no undo."""
        return self.ledger.undos_of(run_ids) if self.deployment.undo_machine else []

    @cached_property
    def viewer(self) -> RunViewer:
        """Looks at runs of the stack."""
        from cognito_drop.cli.run_view import RunViewer  # noqa: PLC0415

        return RunViewer(self.ledger, self.aws.cognito, self.aws.s3)

    @cached_property
    def subscriptions(self) -> list[SubscriptionTypeDef]:
        """Who is notified, or will be once they confirm."""
        pages = self.aws.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self.deployment.topic)
        return [entry for page in pages for entry in page["Subscriptions"] if entry["SubscriptionArn"] != "Deleted"]


def _as_options(given: Mapping[str, str | None]) -> str:
    """The options that have a value, each after a space."""
    return "".join(f" {option} {shlex.quote(value)}" for option, value in given.items() if value)


def operator_command(name: str) -> Callable[[Callable[..., Result]], click.Command]:
    """Make a command of a function that takes the context first and returns a result.

    The options `--stack`, `--profile`, `--region` and `--output` are added. The function raises CommandError, and may
    let pass whatever boto3 raises.
    """

    def make(function: Callable[..., Result]) -> click.Command:
        @functools.wraps(function)
        def callback(
            *,
            stack: str,
            profile: str | None,
            region: str | None,
            output: str,
            **options: Any,  # noqa: ANN401
        ) -> tuple[Result, Output]:
            context = Context(stack, profile, region)
            try:
                return function(context, **options), Output(output)
            except CommandError as error:
                error.hint = context.messages.with_options(error.hint)
                raise

        command = click.command(name)(callback)
        command.params += shared_options()
        return command

    return make


def shared_options() -> list[click.Option]:
    """The options of every command."""
    return [
        click.Option(
            ["--stack"], envvar="COGNITO_DROP_STACK", default=DEFAULT_STACK, show_default=True, show_envvar=True,
            metavar="NAME", help="Name of the deployed stack.",
        ),
        click.Option(["--profile"], metavar="NAME", help="AWS profile to use."),
        # boto3 reads AWS_DEFAULT_REGION only; the AWS CLI and the other SDKs read AWS_REGION first.
        click.Option(["--region"], envvar="AWS_REGION", metavar="REGION", help="Region of the stack."),
        click.Option(
            ["--output"], type=click.Choice([output.value for output in Output]), default=Output.TEXT.value,
            show_default=True, help="Output format: text or JSON.",
        ),
    ]  # fmt: skip
