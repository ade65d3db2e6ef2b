"""The root of the commands: runs one, shows its result or its error, and exits with its code."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from cognito_drop.cli.base_command import shared_options
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.lazy_commands import LazyCommands
from cognito_drop.cli.result import Output
from cognito_drop.contract.traceback_variable import TRACEBACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cognito_drop.cli.lazy_commands import LazyCommand
    from cognito_drop.cli.result import Result

_BROKEN_PIPE = 141  # as a shell says it of a process that wrote to a reader who has left


class CommandGroup(click.Group):
    """Commands that are imported when they are called."""

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
    at, options = 0, {name for option in shared_options() for name in option.opts}
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
