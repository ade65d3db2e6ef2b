"""Which warnings come first: in the summary, the report page, the email, the command, and the check of a file.

What keeps users out or loses passwords comes before what is only to be known. Within a weight the order stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.presets.notes import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cognito_drop.core.text.json_types import WarningJson

_BY_WEIGHT: Final[tuple[tuple[str, ...], ...]] = (
    # Cognito imports nothing, or the whole import is at risk.
    (
        "password_hashes_probably_refused",
        "would_be_refused",
        "password_hashes_not_listed",
        "mostly_known",
    ),
    # Users have no way in, lose their passwords, or anyone has theirs.
    (
        "recovery_admin_only",
        "sms_not_set_up",
        "mfa_without_factor",
        "no_client_for_hashes",
        "ways_in_unknown",
        Note.PASSWORD_ALGORITHM,
        Note.PASSWORD_COST,
        Note.PASSWORD_FORM,
        Note.PASSWORD_NOT_TAKEN,
        Note.PASSWORD_TEMPORARY,
        Note.DIRECTORY,
        "password_hashes_left_out",
        "password_hashes_without_srp",
        "passwords_from_file",
        "hashes_kept",
        Note.NO_STATUS,
        "status_left_out",
    ),
    # Data of users is lost, or perhaps wrong.
    (
        Note.MFA,
        Note.SOCIAL_IDENTITIES,
        Note.ROLES,
        "groups_missing",
        "groups_not_allowed",
        "groups_left_out",
        "too_many_groups_in_pool",
        "too_long_to_retry",
        "results_gone",
        "dates_month_first",
        "damaged_values",
        "values_left_out",
        Note.OTHER_ADDRESSES,
        Note.OTHER_DATA,
        Note.ATTRIBUTES_NOT_ALLOWED,
        "mapping_not_found",
        "columns_left_out",
        "placeholders",
        "look_alikes",
    ),
    # How the import goes, and how users sign in for the first time.
    (
        "would_be_held",
        "first_part",
        "emails_by_cognito",
        "no_app_client",
        "confirmed_by_code",
        "known_users",
        "users_not_looked_up",
        "pool_unchangeable",
    ),
)
WEIGHTS: Final[Mapping[str, int]] = {code: weight for weight, codes in enumerate(_BY_WEIGHT) for code in codes}
"""By code; the heaviest is 0. What has none is only to be known, and comes last."""


def weighed(warnings: Iterable[WarningJson]) -> list[WarningJson]:
    """The warnings, the heaviest first."""
    return sorted(warnings, key=lambda warning: WEIGHTS.get(warning["code"], len(_BY_WEIGHT)))
