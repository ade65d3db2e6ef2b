"""The errors that moto's Cognito lacks; the others are moto's own.

Source: the errors that InitiateAuth, RespondToAuthChallenge, ForgotPassword, and ConfirmForgotPassword declare in the
service model.
"""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError

from localcloud.cognito_sign_in import texts


class PasswordResetRequiredError(JsonRESTError):
    """The user has to set a password first."""

    def __init__(self) -> None:
        super().__init__("PasswordResetRequiredException", texts.RESET_REQUIRED)


class FeatureUnavailableInTierError(JsonRESTError):
    """The pool's feature plan has no choice-based sign-in."""

    def __init__(self, pool_id: str) -> None:
        super().__init__("FeatureUnavailableInTierException", texts.NOT_IN_TIER.format(pool_id=pool_id))


class SoftwareTokenMFANotFoundError(JsonRESTError):
    """The user has not set up the factor that the pool requires."""

    def __init__(self) -> None:
        super().__init__("SoftwareTokenMFANotFoundException", texts.NO_FACTOR_SET_UP)


class UserLambdaValidationError(JsonRESTError):
    """The trigger's function failed."""

    def __init__(self, message: str) -> None:
        super().__init__("UserLambdaValidationException", message)


class UnexpectedLambdaError(JsonRESTError):
    """The trigger's function could not be invoked."""

    def __init__(self, message: str) -> None:
        super().__init__("UnexpectedLambdaException", message)
