"""`cognito-drop completion`: what makes a shell complete the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.result import Result

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.command_json import CompletionJson


@operator_command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(context: Context, *, shell: str) -> Result:  # noqa: ARG001  (the same for every stack)
    """Print the completion script of a shell.

    \b
    Examples:
      source <(cognito-drop completion bash)          # in ~/.bashrc
      source <(cognito-drop completion zsh)           # in ~/.zshrc
      cognito-drop completion fish > ~/.config/fish/completions/cognito-drop.fish
    """
    root = click.get_current_context().find_root().command
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"Shell completion is not available for {shell}.")
    script = made(root, {}, "cognito-drop", "_COGNITO_DROP_COMPLETE").source()
    data: CompletionJson = {"shell": shell, "script": script}
    return Result(data, [script])
