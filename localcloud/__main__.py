"""`python -m localcloud up`: the emulator in the foreground, until SIGINT or SIGTERM.

stdout carries one line, `ready http://localhost:PORT`, when requests are answered. Every setting is a flag, generated
from `localcloud.settings.Settings`: its name, type, default and docstring have one home there.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import enum
import gc
import inspect
import io
import itertools
import os
import signal
import socket
import sys
import textwrap
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.observed import ObservedError, observed_settings
from localcloud.process_memory import keep_heaps_small
from localcloud.server import Server
from localcloud.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = parser().parse_args(argv)
    if arguments.observed:
        try:
            arguments = parser(observed_settings(arguments.observed)).parse_args(argv)
        except ObservedError as error:
            print(error, file=sys.stderr)
            return 2
    names = {field.name for field in dataclasses.fields(Settings)}
    settings = Settings(**{name: value for name, value in vars(arguments).items() if name in names})
    return up(settings, verbose=arguments.verbose)


def up(settings: Settings, *, verbose: bool = False) -> int:
    """Serve until SIGINT or SIGTERM."""
    # Inside of the cloud, and from its functions to it, nothing goes through a proxy of the host.
    os.environ["NO_PROXY"] = ",".join(filter(None, ["localhost", os.environ.get("NO_PROXY")]))
    keep_heaps_small()
    sys.stdin = io.StringIO()  # cfn-lint reads it where it is given no template
    asked_to_end, asking = socket.socketpair()
    asking.setblocking(False)
    signal.set_wakeup_fd(asking.fileno())  # a signal may reach any thread, and wakes this one so
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    try:
        server = Server(settings, verbose=verbose)
    except OSError as error:
        print(f"Port {settings.port} of localhost cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    with server:
        gc.freeze()  # what was imported stays, and is not looked through again and again
        print(f"ready {server.url}", flush=True)
        asked_to_end.recv(1)
    return 0


def parser(observed: Mapping[str, object] | None = None) -> argparse.ArgumentParser:
    """The command line, with a flag for every field of Settings; what was observed takes the place of a default."""
    root = argparse.ArgumentParser(prog="python -m localcloud", description="An AWS on this machine.")
    command = root.add_subparsers(required=True, metavar="COMMAND").add_parser("up", help="serve until interrupted")
    command.add_argument("--verbose", action="store_true", help="Log every request on stderr.")
    command.add_argument("--observed", type=Path, help="Take defaults from this file of the kit (docs/verify.md).")
    hints, docs = typing.get_type_hints(Settings), _docstrings_of_fields(Settings)
    for field in dataclasses.fields(Settings):
        default = (observed or {}).get(field.name, _default(field))
        shown = default.value if isinstance(default, enum.Enum) else default
        command.add_argument(
            "--" + field.name.replace("_", "-"),
            default=default,
            help=f"{docs[field.name]} Default: {shown}.".replace("%", "%%"),
            **_reader(hints[field.name]),
        )
    return root


def _reader(kind: type | types.UnionType) -> dict[str, Any]:
    """How argparse reads a value of that type."""
    if isinstance(kind, types.UnionType):
        return _reader(next(member for member in typing.get_args(kind) if member is not types.NoneType))
    if kind is bool:
        return {"action": argparse.BooleanOptionalAction}
    if issubclass(kind, enum.Enum):
        return {"type": kind, "metavar": "|".join(str(member.value) for member in kind)}
    return {"type": kind, "metavar": kind.__name__.upper()}


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _docstrings_of_fields(cls: type) -> dict[str, str]:
    """The string that follows each field in the source, which Python itself does not keep."""
    (body,) = (
        node.body for node in ast.parse(textwrap.dedent(inspect.getsource(cls))).body if isinstance(node, ast.ClassDef)
    )
    return {
        field.target.id: " ".join(doc.value.value.split())
        for field, doc in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(doc, ast.Expr)
        and isinstance(doc.value, ast.Constant)
        and isinstance(doc.value.value, str)
    }


if __name__ == "__main__":
    sys.exit(main())
