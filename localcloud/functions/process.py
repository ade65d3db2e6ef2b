"""The process of an execution environment: what it is started with, what it prints, how it ends.

Guarantees Lambda's environment variables (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html) and
none of the host's; the function's own packages come first, then layers, then what Lambda's runtime brings. The
interpreter is the one that runs the emulator, whatever runtime the function names.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from localcloud import credentials
from localcloud.choices import RuntimeClient
from localcloud.cloud import current
from localcloud.functions import code
from localcloud.functions.cloud_time import SharedTime
from localcloud.functions.forks import Start

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.functions.definition import Definition
    from localcloud.functions.forks import Forks
    from localcloud.functions.logs import LogStream

_HOME = "/home/sbx_user1051"
"""As in Lambda, the same for all functions, and nothing that one can write to: what is written goes to TMPDIR."""


class Process:
    """A runtime client that runs the function's handler. Its output goes to `log`, line by line."""

    def __init__(
        self, definition: Definition, folders: Folders, runtime_api: str, *, log: LogStream, home: Path, forks: Forks
    ) -> None:
        self._log = log
        self._time = SharedTime(current().clock)
        # The session is named after the function, as Lambda does.
        self._credentials = credentials.act_as(
            definition.role, definition.name, definition.region, function=definition.name
        )
        self._lock = threading.Lock()
        self._rest = b""
        self._has_ended = False
        self._output, output = os.pipe()
        try:
            self._process = forks.start(
                Start(
                    client=_client_module(),
                    handler=definition.handler,
                    folder=folders.task,
                    variables=_variables(definition, runtime_api, log, folders, home, session=self._credentials),
                    time=self._time.descriptor,
                    lead=self._time.lead,
                ),
                output,
            )
        finally:
            os.close(output)
        os.set_blocking(self._output, False)
        self._reader = threading.Thread(target=self._read_until_end, daemon=True)
        self._reader.start()

    @property
    def access_key_id(self) -> str:
        """The key with which this process, and no other, signs its calls."""
        return self._credentials.access_key_id

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def exit_status(self) -> int | None:
        """The exit status, negative for a signal, None while it runs."""
        return self._process.poll()

    def drain(self) -> None:
        """Log what was printed up to now."""
        with self._lock, suppress(BlockingIOError):
            while not self._has_ended:
                piece = os.read(self._output, 1 << 16)
                *lines, self._rest = (self._rest + piece).split(b"\n")
                if not piece:
                    self._has_ended = True
                    lines = [self._rest] if self._rest else []
                self._log.write(line.decode(errors="replace") for line in lines)

    def update_time(self) -> None:
        """Let the process have the cloud's present time."""
        self._time.update()

    def kill(self) -> None:
        """End the process and its children now, and what belongs to them."""
        self.strike()
        self._process.wait()
        self._reader.join()
        os.close(self._output)
        self._time.close()

    def strike(self) -> None:
        """Kill the process and its children, as the system may do at any moment."""
        with suppress(ProcessLookupError, PermissionError):  # it has ended by itself; macOS calls that a permission
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read_until_end(self) -> None:
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        while not self._has_ended:
            poll.poll()
            self.drain()


class Folders:
    """Where the code of a function lies. Raises InvalidZipFileError when it cannot be unpacked."""

    def __init__(self, definition: Definition) -> None:
        root = current().settings.data_dir.absolute() / "functions"
        self.task = code.unpacked(definition.code, root)
        self.layers = [code.unpacked(layer, root) for layer in definition.layers]
        self.runtime = code.runtime_folder(root)

    def python_path(self) -> str:
        """Lambda's order: the function, its layers, the runtime."""
        site = f"python/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
        layers = [folder for layer in self.layers for folder in (layer / site, layer / "python")]
        return os.pathsep.join(map(str, [self.task, *layers, self.runtime]))


def _client_module() -> str:
    match current().settings.runtime_client:
        case RuntimeClient.AWSLAMBDARIC:
            return "awslambdaric"
        case RuntimeClient.BOOTSTRAP:
            return code.OWN_CLIENT
        case RuntimeClient.AUTO:
            return "awslambdaric" if code.has_aws_client() else code.OWN_CLIENT


def _variables(
    definition: Definition,
    runtime_api: str,
    log: LogStream,
    folders: Folders,
    home: Path,
    *,
    session: credentials.Credentials,
) -> dict[str, str]:
    """The process's environment; Lambda's reserved names cannot be overridden by the function's own variables."""
    return {
        "AWS_ENDPOINT_URL": f"http://localhost:{current().settings.port}",
        "HOME": _HOME,
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TMPDIR": str(home),
        "TZ": ":UTC",
        **dict(definition.variables),
        "AWS_DEFAULT_REGION": definition.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{definition.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory),
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_VERSION": definition.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": log.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log.name,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_REGION": definition.region,
        "LAMBDA_RUNTIME_DIR": str(folders.runtime),
        "LAMBDA_TASK_ROOT": str(folders.task),
        "PYTHONPATH": folders.python_path(),
        "_HANDLER": definition.handler,
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }
