"""The environment variable with which commands and apps show an error as Python shows it."""

from __future__ import annotations

from typing import Final

TRACEBACK: Final = "COGNITO_DROP_TRACEBACK"
