"""How an imported user signs in for the first time, as results and settings spell it."""

from __future__ import annotations

import enum


class WayIn(enum.StrEnum):
    """The first way in."""

    PASSWORD = "password"  # noqa: S105  (a code, no secret)
    """The password whose hash was imported."""
    CODE_BY_EMAIL = "code_by_email"
    CODE_BY_SMS = "code_by_sms"
    """A one-time code as the first factor."""
    RESET_BY_EMAIL = "reset_by_email"
    RESET_BY_SMS = "reset_by_sms"
    """A new password, after "Forgot password?"."""


class NoWayIn(enum.StrEnum):
    """Why a user cannot sign in."""

    RECOVERY_ADMIN_ONLY = "recovery_admin_only"
    RECOVERY_ELSEWHERE = "recovery_elsewhere"
    RECOVERY_IS_SECOND_FACTOR = "recovery_is_second_factor"
    SMS_NOT_SET_UP = "sms_not_set_up"
    NO_MFA_FACTOR = "no_mfa_factor"


class RequireWayIn(enum.StrEnum):
    """What is done with users who have no way in."""

    NO = "no"
    """They are imported and reported."""
    ROW = "row"
    """Their rows are rejected."""
    FILE = "file"
    """A file that has one of them is refused."""
