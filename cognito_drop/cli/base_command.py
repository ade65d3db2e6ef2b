"""What all commands share: the options, their context, and how they end."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import shlex
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from cognito_drop.cli.console_messages import ConsoleMessages
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.lazy_commands import LazyCommands
from cognito_drop.cli.result import Output
from cognito_drop.contract.stack_outputs import DEFAULT_STACK
from cognito_drop.contract.traceback_variable import TRACEBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mypy_boto3_sns.type_defs import SubscriptionTypeDef

    from cognito_drop.aws.pauses import Pauses
    from cognito_drop.cli.aws import Aws
    from cognito_drop.cli.deployment import Deployment
    from cognito_drop.cli.lazy_commands import LazyCommand
    from cognito_drop.cli.ledger_reader import LedgerReader
    from cognito_drop.cli.result import Result
    from cognito_drop.cli.run_view import RunViewer
    from cognito_drop.core.undo.undo_record import UndoRecord

_BROKEN_PIPE = 141  # as a shell says it of a process that wrote to a reader who has left
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
        command.params += _shared_options()
        return command

    return make


def _shared_options() -> list[click.Option]:
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


class CommandGroup(click.Group):
    """The root: runs a command, shows its result or its error, and exits with its code."""

    def __init__(self, *args: Any, lazy_commands: Mapping[str, LazyCommand], **extra: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **extra)
        self._lazy = LazyCommands(lazy_commands)
        self.commands = self._lazy

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of the commands, of which none is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in self._lazy.lazy.items()])

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """In the order in which they are needed."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "cognito-drop",
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002  (click's signature)
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Never returns."""
        _let_every_name_be_written()
        arguments = _options_last(list(sys.argv[1:] if args is None else args))
        try:
            ended = super().main(arguments, prog_name, complete_var, standalone_mode=False, **extra)
            if not isinstance(ended, tuple):
                sys.exit(ended or 0)
            result, output = ended
            _show(self._named_in(arguments), result, output)
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_what_is_not_written()
            sys.exit(_BROKEN_PIPE)
        except NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except (Exception, KeyboardInterrupt) as error:  # whatever it is: a sentence for people, JSON for programs
            said = _as_command_error(error)
            if said.code is ErrorCode.UNEXPECTED and os.environ.get(TRACEBACK):
                raise
            with contextlib.suppress(OSError):  # it may be stdout that has failed
                _show_error(self._named_in(arguments), said, _wanted_output(arguments))
            _drop_what_is_not_written()
            sys.exit(said.code.exit_code)
        sys.exit(result.exit_code)

    def _named_in(self, arguments: Sequence[str]) -> str:
        return next((argument for argument in arguments if argument in self.commands), "cognito-drop")


def _options_last(arguments: list[str]) -> list[str]:
    """The call with the options of all commands after the command: they may be given before it too."""
    at, options = 0, {name for option in _shared_options() for name in option.opts}
    while at < len(arguments) and arguments[at].partition("=")[0] in options:
        at += 1 if "=" in arguments[at] else 2
    return [*arguments[at : at + 1], *arguments[:at], *arguments[at + 1 :]] if at < len(arguments) else arguments


def _drop_what_is_not_written() -> None:
    """Python would complain of a stdout that has failed when it flushes it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _as_command_error(error: BaseException) -> CommandError:
    match error:
        case CommandError():
            return error
        case click.Abort() | KeyboardInterrupt():
            return CommandError(ErrorCode.INTERRUPTED, "Interrupted.")
        case click.UsageError():
            hint = f"`{error.ctx.command_path} --help` shows the usage." if error.ctx else ""
            return CommandError(ErrorCode.USAGE, error.format_message(), hint)
        case click.ClickException():
            return CommandError(ErrorCode.USAGE, error.format_message())
        case Exception() if of_aws := _of_aws(error):
            return of_aws
        case _:
            hint = f"Set {TRACEBACK}=1 to see where, and report it if it is a fault of the command."
            return CommandError(ErrorCode.UNEXPECTED, f"Unexpected error: {type(error).__name__}: {error}", hint)


def _of_aws(error: Exception) -> CommandError | None:
    """What an exception of boto3 means; None of one that is not boto3's."""
    if "botocore" not in sys.modules:
        return None
    from cognito_drop.cli.aws_errors import AWS_ERRORS, command_error  # noqa: PLC0415

    return command_error(error) if isinstance(error, AWS_ERRORS) else None


def _show(command: str, result: Result, output: Output) -> None:
    from cognito_drop.cli.rendering import show  # noqa: PLC0415

    show(command, result, output)


def _show_error(command: str, error: CommandError, output: Output) -> None:
    from cognito_drop.cli.rendering import show_error  # noqa: PLC0415

    show_error(command, error, output)


def _wanted_output(arguments: Sequence[str]) -> Output:
    """What --output says, where the rest of the call may not even be understood."""
    wanted = Output.TEXT.value
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == "--output":
            wanted = following
        elif argument.startswith("--output="):
            wanted = argument.removeprefix("--output=")
    return Output.JSON if wanted == Output.JSON else Output.TEXT


def _let_every_name_be_written() -> None:
    """Names of files may hold what the terminal's encoding has not; and stdout may be closed."""
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # the stream was replaced by another kind
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
