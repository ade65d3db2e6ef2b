"""The systems whose exports are read as they are.

A preset's name is a choice of the setting `preset` and of the command, and the folder under a pool's that says what its
files are.
"""

from __future__ import annotations

from enum import StrEnum


class PresetName(StrEnum):
    """One of them."""

    AUTH0 = "auth0"
    CLERK = "clerk"
    COGNITO = "cognito"
    ENTRA = "entra"
    FIREBASE = "firebase"
    FUSIONAUTH = "fusionauth"
    GOOGLE = "google"
    KEYCLOAK = "keycloak"
    OKTA = "okta"
    SUPABASE = "supabase"


PRESET_NAMES = tuple(name.value for name in PresetName)
