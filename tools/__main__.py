"""`python -m tools demo|local|examples`: the commands behind the Makefile's targets."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from rich.console import Console

from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.contract.traceback_variable import TRACEBACK
from cognito_drop.core.presets import MappingError
from cognito_drop.core.presets.mapping_yaml import mapping_in
from tools.demo import DemoChoices, demo, print_exports, set_up, wait_for_interrupt
from tools.demo_screen import DemoError
from tools.deployment import DeploymentError
from tools.example_users import example_file, messy_file
from tools.local_cloud import LocalCloudError, local_cloud
from tools.run_watch import RunWatchError
from tools.toolchain import PROJECT, ToolchainError

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = (PROJECT / "examples" / "users.csv", PROJECT / "examples" / "messy.csv")
_INTERRUPTED = 130


class ChoiceError(Exception):
    """A file with a mapping or settings cannot be used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as with Ctrl-C, so that nothing stays behind
    arguments = _parser().parse_args(argv)
    try:
        match arguments.command:
            case "demo":
                files = [arguments.file] if arguments.file else _samples(arguments.preset)
                return demo(files, _choices(arguments), keep=arguments.keep, are_samples=not arguments.file)
            case "local":
                return local(arguments.port, _choices(arguments))
            case _:
                for path, text in zip(_EXAMPLES, (example_file(), messy_file()), strict=True):
                    path.write_bytes(text.encode())
                return 0
    except (ChoiceError, DemoError, RunWatchError, LocalCloudError, DeploymentError, ToolchainError) as error:
        print(error, file=sys.stderr)
        if isinstance(error, DeploymentError) and os.environ.get(TRACEBACK):
            print(error.said, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def _samples(preset: str | None) -> Sequence[Path]:
    """What is dropped when no file is named: the examples, or those of one system."""
    if preset is None:
        return _EXAMPLES
    return sorted((PROJECT / "examples" / "presets").glob(f"{preset}.*"))


def _choices(arguments: argparse.Namespace) -> DemoChoices:
    """How the pool reads its files. Raises ChoiceError."""
    mapping = _mapping(Path(arguments.mapping)) if arguments.mapping else None
    given = arguments.settings or "{}"
    return DemoChoices(arguments.preset, mapping, _settings(given))


def _mapping(file: Path) -> dict[str, Any]:
    try:
        return mapping_in(file.read_bytes())
    except OSError as error:
        raise ChoiceError(f"{file} cannot be read ({type(error).__name__}).") from None
    except MappingError as error:
        raise ChoiceError(f"{file} cannot be used. {error}") from None


def _settings(given: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ChoiceError(f"{given} cannot be read as YAML or JSON ({type(error).__name__}).") from None
    if not isinstance(found, dict):
        raise ChoiceError(f"{given} is not an object.")
    return found


def local(port: int, choices: DemoChoices) -> int:
    """Start the local emulator, deploy, and stay in the foreground; stdout has the exports for a shell."""
    console = Console(stderr=True, highlight=False)
    with local_cloud(*choices.flags, port=port) as cloud:
        pool_id, deployment = set_up(cloud, console, choices)
        print_exports(cloud, pool_id, deployment)
        command = ".venv/bin/cognito-drop drop examples/messy.csv --wait"
        console.print(f"\nIn a shell with these exports, run: {command}", soft_wrap=True)
        console.print("Running until Ctrl-C.")
        wait_for_interrupt(cloud, console)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools", description="Run the whole product on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("demo", help="deploy into the local AWS emulator, drop a file, and show the results")
    show.add_argument("--file", type=Path, help="the CSV file to drop (default: users.csv and messy.csv in examples/)")
    show.add_argument(
        "--preset", choices=PRESET_NAMES, help="the file is an export from this system (default: a sample)"
    )
    show.add_argument("--keep", action="store_true", help="keep the emulator running afterwards")
    up = commands.add_parser("local", help="deploy into the local AWS emulator and stay in the foreground")
    up.add_argument("--port", type=int, default=4566, help="port of the local AWS emulator (default: 4566)")
    up.add_argument("--preset", choices=PRESET_NAMES, help="files may be exports from this system")
    for command in (show, up):
        command.add_argument("--mapping", help="a YAML file: the mapping with which the pool reads its files")
        command.add_argument("--settings", help="settings of the pool, as JSON or as the path of a YAML file")
    commands.add_parser("examples", help="regenerate the files in examples/")
    return parser


if __name__ == "__main__":
    sys.exit(main())
