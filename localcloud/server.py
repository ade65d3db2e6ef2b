"""One emulator behind one port: moto's own dispatcher with our extension, served over HTTP/1.1 on localhost.

Guarantees a listening server from `start` until `stop`, that nothing it started is alive after `stop`, and that the
next one begins empty. What the services do is moto's and the extension's matter; the command line is in
`localcloud.__main__`, HTTP in `localcloud.http_server`.
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from moto.core.base_backend import BackendDict
from moto.core.config import default_user_config
from moto.core.model_instances import reset_model_data
from moto.moto_api._internal import mock_random
from moto.moto_server import werkzeug_app

from localcloud import extension
from localcloud.cloud import Cloud, use
from localcloud.cognito_import.ticker import start_ticker
from localcloud.http_server import HttpServer, LoggingRequestHandler, RequestHandler

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import WSGIApplication

    from localcloud.settings import Settings

HOST = "localhost"  # moto recognizes its own CloudFormation template URLs by this name, 127.0.0.1 would not do
_BACKLOG = 128  # connections that may wait to be accepted
_GLANCE = 0.05  # seconds between two polls whether it is to stop


class Server:
    """The emulator in this process; one at a time, since moto keeps its state in module globals.

    Raises OSError when the port cannot be used.
    """

    def __init__(self, settings: Settings, *, verbose: bool = False) -> None:
        handler = LoggingRequestHandler if verbose else RequestHandler
        # Bound here, because werkzeug ends the process when a port is taken.
        with socket.create_server((HOST, settings.port), backlog=_BACKLOG) as listening:
            self.port: int = listening.getsockname()[1]
            self._server = HttpServer(HOST, self.port, application(), handler, fd=listening.fileno())
        self.cloud = Cloud.of(replace(settings, port=self.port))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_GLANCE,), name="localcloud", daemon=True
        )

    @property
    def url(self) -> str:
        """The endpoint, as clients must spell it."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to answer requests."""
        os.environ["MOTO_PORT"] = str(self.port)  # where moto's own clients, those of Step Functions, find this server
        mock_random.seed()  # a process that was forked would draw the ids that all its siblings draw
        self._before = use(self.cloud)
        extension.install()
        _know_managed_policies(known=True)
        start_ticker()
        self._thread.start()

    def stop(self) -> None:
        """End everything the cloud runs, stop answering, and forget what the cloud knew."""
        self.cloud.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        _know_managed_policies(known=False)
        BackendDict.reset()
        reset_model_data()
        use(self._before)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _know_managed_policies(*, known: bool) -> None:
    """Roles are granted what AWS's own policies say. There are over a thousand, which every new account is given."""
    default_user_config["iam"] = {"load_aws_managed_policies": known}


def application() -> WSGIApplication:
    """The WSGI application: moto's dispatcher and what the extension puts in front of it."""
    # With moto's header any web page could read the answers.
    werkzeug_app.DISABLE_GLOBAL_CORS = True  # type: ignore[attr-defined]  # moto imports it there
    return extension.wrapped(werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app))
