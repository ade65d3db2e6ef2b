"""Everything that the embedded AWS adds to moto, installed by one call.

Each part closes its gaps in its own package and can be dropped when moto has what it adds.
"""

from __future__ import annotations

from localcloud import cloudformation, cognito_import, delivery, functions, moto_patches, step_functions


def install() -> None:
    """Install every part; calling it again changes nothing."""
    moto_patches.install()
    functions.install()
    step_functions.install()
    delivery.install()
    cloudformation.install()
    cognito_import.install()
