"""WSGI middleware that serves programs on this machine, and no web page but the emulator's own.

Guarantees that a page open in a browser cannot call the emulator: neither by its address, as the browser then names the
page's origin or that the request is another site's, nor by a name of the page's own that leads to this machine (DNS
rebinding), as the Host header has that name. `*.localhost`, which S3's virtual-hosted buckets have, is this machine by
RFC 6761. Programs such as SDKs, the AWS CLI, and the CDK send none of these headers. AWS has none of this.

Source: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_OWN: Final = ("same-origin", "none")
"""A page of the emulator, and an address that the user has typed or opened."""


class LocalClients:
    """Stands before `next_app`."""

    def __init__(self, next_app: WSGIApplication) -> None:
        self._next_app = next_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        reason = _refusal(environ)
        if reason is None:
            return self._next_app(environ, start_response)
        body = json.dumps({"message": reason}).encode()
        start_response("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def _refusal(environ: WSGIEnvironment) -> str | None:
    """Why the request is not served; None when it is."""
    host = str(environ.get("HTTP_HOST", "localhost"))
    if not _is_local(f"//{host}"):
        return f"localcloud answers to localhost only, not to {host}."
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and origin != f"http://{host}":
        return f"localcloud serves no web page of another origin, such as {origin}."
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in _OWN:
        return "localcloud serves no request that a web page of another site makes."
    return None


def _is_local(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:  # such as an IPv6 address that does not end
        return False
    return name in _NAMES or name.endswith(".localhost")
