"""Everything that the emulator adds to moto, installed by one call.

Each part is a package with an `install()` that patches moto, and can be dropped when moto has what it adds. What a part
does to requests before moto sees them is a layer of WSGI middleware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud import (
    cloudformation,
    cognito_import,
    cognito_sign_in,
    delivery,
    functions,
    log_insights,
    moto_patches,
    step_functions,
)
from localcloud.api_model.check import RequestCheck
from localcloud.api_model.unanswered import Unanswered
from localcloud.cognito_import.upload import UploadEndpoint
from localcloud.fault_endpoints.control import ControlEndpoint
from localcloud.fault_endpoints.watched_calls import WatchedCalls
from localcloud.iam.gate import Gate
from localcloud.local_clients import LocalClients
from localcloud.request_rates import RateLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

PARTS = (
    moto_patches,
    log_insights,
    functions,
    step_functions,
    delivery,
    cloudformation,
    cognito_import,
    cognito_sign_in,
)
"""In the order of their installation: deliveries add to the functions' invocations, sign-in to the imports."""
LAYERS: tuple[Callable[[WSGIApplication], WSGIApplication], ...] = (
    Unanswered,
    RequestCheck,
    RateLimits,
    Gate,
    UploadEndpoint,
    WatchedCalls,
    ControlEndpoint,
    LocalClients,
)
"""The middleware, from moto outwards."""


def install() -> None:
    """Install every part; calling it again changes nothing."""
    for part in PARTS:
        part.install()


def wrapped(application: WSGIApplication) -> WSGIApplication:
    """moto's application behind every layer."""
    for layer in LAYERS:
        application = layer(application)
    return application
