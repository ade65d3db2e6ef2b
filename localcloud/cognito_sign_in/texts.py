"""Every sentence that a sign-in says.

A text under "seen" was seen in real output or is in AWS's documentation. A text under "guess" is not public: the class
of the error is what is imitated there.
"""

from __future__ import annotations

from typing import Final

# Seen.
INCORRECT: Final = "Incorrect username or password."
NO_USER: Final = "User does not exist."
NO_COMBINATION: Final = "Username/client id combination not found."
DISABLED: Final = "User is disabled."
UNCONFIRMED: Final = "User is not confirmed."
RESET_REQUIRED: Final = "Password reset required for the user"
FLOW_NOT_ENABLED: Final = "{flow} flow not enabled for this client"
FLOW_NOT_ENABLED_FOR_ADMIN: Final = "Auth flow not enabled for this client"
NOT_THE_OPERATION: Final = "Initiate Auth method not supported."
MISSING_PARAMETER: Final = "Missing required parameter {name}"
BAD_SECRET_HASH: Final = "Unable to verify secret hash for client {client_id}"  # noqa: S105  (a sentence, no secret)
NO_SECRET_HASH: Final = "Client {client_id} is configured with secret but SECRET_HASH was not received"  # noqa: S105  (a sentence)
SRP_INVALID: Final = "Invalid input given"
NOTHING_VERIFIED: Final = "Cannot reset password for the user as there is no registered/verified email or phone_number"
ADMIN_RESETS: Final = "Contact administrator to reset password."
NOT_RESETTABLE: Final = "User password cannot be reset in the current state."
NOT_CONFIRMABLE: Final = "User cannot be confirmed. Current status is {status}"
NO_CODE: Final = "Invalid code provided, please request a code again."
WRONG_RESET_CODE: Final = "Invalid verification code provided, please try again."
WRONG_CODE: Final = "Invalid code or auth state for the user."
NO_SESSION: Final = "Invalid session for the user."
SESSION_EXPIRED: Final = "Invalid session for the user, session is expired."
SMS_NOT_SET_UP: Final = "User pool does not have SMS configuration to send messages."
EMAIL_LIMIT: Final = (
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your "
    "user pool to use your own Amazon SES configuration for sending email."
)
TRIGGER_FAILED: Final = "{trigger} failed with error {error}."
CODE: Final = "Your verification code is {####}. "
SIGN_IN_CODE: Final = "Your authentication code is {####}. "

# Guess.
NOT_IN_TIER: Final = "The sign-in is not available in the feature plan of user pool {pool_id}."
NOT_A_CHOICE: Final = "{answer} is not one of the available challenges."
NOT_THE_CHALLENGE: Final = "The session is not one of the challenge {name}."
NO_FACTOR_SET_UP: Final = "The user has not set up an MFA factor."
SIGN_IN_SUBJECT: Final = "Your authentication code"
