"""Everything that the embedded AWS adds to moto, plugged in by one call.

Each part closes its gaps in its own package and can be dropped when moto has what it adds.
"""

from __future__ import annotations

from localcloud import (
    cloudformation,
    cognito_import,
    delivery,
    functions,
    log_group_names,
    object_keys,
    object_listing,
    quotas,
    step_functions,
    table_requests,
)


def install() -> None:
    """Plug every part into moto; calling it again changes nothing."""
    functions.install()
    step_functions.install()
    delivery.install()
    cloudformation.install()
    cognito_import.install()
    log_group_names.install()
    object_keys.install()
    object_listing.install()
    quotas.install()
    table_requests.install()
