"""Which presets there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.auth0 import Auth0
from cognito_drop.core.presets.clerk import Clerk
from cognito_drop.core.presets.cognito import CognitoUsers
from cognito_drop.core.presets.entra import Entra
from cognito_drop.core.presets.firebase import Firebase
from cognito_drop.core.presets.fusionauth import FusionAuth
from cognito_drop.core.presets.google import Google
from cognito_drop.core.presets.keycloak import Keycloak
from cognito_drop.core.presets.mapping import Mapped
from cognito_drop.core.presets.mapping_rules import MappingError
from cognito_drop.core.presets.okta import Okta
from cognito_drop.core.presets.supabase import Supabase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.preset import Export, Preset

_ALL: Final[tuple[Export, ...]] = (
    Auth0(),
    Clerk(),
    CognitoUsers(),
    Entra(),
    Firebase(),
    FusionAuth(),
    Google(),
    Keycloak(),
    Okta(),
    Supabase(),
)
PRESETS: Final = {preset.name: preset for preset in _ALL}


def preset_of(choice: str | Mapping[str, Any]) -> Preset:
    """The preset of this name, or the one that a mapping describes. Raises MappingError."""
    if isinstance(choice, str):
        if choice not in PRESETS:
            raise MappingError(f"Unknown preset {choice!r}. The presets are {', '.join(PRESETS)}.")
        return PRESETS[choice]
    return Mapped.of(choice, PRESETS)
