"""Every sentence that an import job says: API errors, completion messages, lines of the job's log.

A text under "seen" was seen in real output or is in AWS's documentation. A text under "guess" is not public: the
class of the error or the outcome of the row is what is imitated there, the words are ours. docs/fidelity.md repeats
which is which."""

from __future__ import annotations

from typing import Final

# Seen: completion messages of a job.
SUCCEEDED: Final = "Import Job Completed Successfully."
TOO_MANY_FAILED: Final = "Too many users have failed or been skipped during the import."
STOPPED: Final = "The Import Job was stopped by the developer."
EXPIRED: Final = "The user import job has expired."

# Guess: completion messages of a job that failed as a whole for another reason (the model allows 128 characters).
UNEXPECTED_HEADER: Final = "The header of the csv file does not match the header of the user pool."
NO_PASSWORD_HASH_COLUMN: Final = "The csv file has no password_hash column."  # noqa: S105  (a sentence, no secret)
NOT_UTF8: Final = "The csv file is not encoded in UTF-8."
FILE_TOO_LARGE: Final = "The csv file is larger than 100 MB."
TOO_MANY_ROWS: Final = "The csv file has more than 500,000 users."
LOGS_ROLE_LOST: Final = "The CloudWatch Logs role could not be used to write the log of the import."
POOL_GONE: Final = "The user pool does not exist any more."

# Seen: API errors.
NO_FILE: Final = "No csv file was uploaded for {job_id}"
POOL_NOT_FOUND: Final = "User pool {pool_id} does not exist."
BAD_FILTER: Final = "Error while parsing filter."

# Guess: API errors. The operations declare the classes; which condition gets which class is the likeliest reading.
JOB_NOT_FOUND: Final = "User import job {job_id} does not exist."
JOB_NOT_STARTABLE: Final = "User import job {job_id} cannot be started: its status is {status}."
JOB_NOT_STOPPABLE: Final = "User import job {job_id} cannot be stopped: its status is {status}."
ANOTHER_JOB_ACTIVE: Final = "Another user import job is already in progress: {job_id}."
ROLE_NOT_ASSUMABLE: Final = "Cognito cannot assume the CloudWatch Logs role {role_arn}."
ROLE_MAY_NOT_LOG: Final = "The CloudWatch Logs role {role_arn} does not allow {action} on {resource}."
NO_AUTO_VERIFIED_ATTRIBUTE: Final = "User pool {pool_id} has no auto verified attribute."
JOB_LIMIT: Final = "User pool {pool_id} already has {limit} user import jobs."
IMPORT_IN_PROGRESS: Final = "User pool {pool_id} has a user import job in progress: {job_id}."
FILTER_TOO_LONG: Final = (
    "1 validation error detected: Value '{filter}' at 'filter' failed to satisfy constraint: "
    "Member must have length less than or equal to 256"
)
NOT_SEARCHABLE: Final = "Invalid search attribute: {attribute}"
NOT_ENABLED: Final = "The operation is not enabled for user pool {pool_id} in this region."
BAD_TOKEN: Final = "Invalid pagination token given."  # noqa: S105  (a sentence, no secret)

# Seen: lines of the job's log.
LOG_TEST: Final = "Cognito User Pools Import - Test Log"
LOG_LINE: Final = "[{outcome}] Line Number {line} - {reason}"
ROW_IMPORTED: Final = "The import succeeded."
ROW_EXISTS: Final = "The user already exists."
ROW_NOT_VERIFIED: Final = (
    "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."
)

# Seen elsewhere in Cognito (SignUp and AdminCreateUser say so); for an import a guess.
ROW_BAD_EMAIL: Final = "Invalid email address format."
ROW_BAD_PHONE: Final = "Invalid phone number format."
ROW_USERNAME_NOT_EMAIL: Final = "Username should be an email."
ROW_USERNAME_NOT_PHONE: Final = "Username should be a phone number."
ROW_USERNAME_NOT_EMAIL_OR_PHONE: Final = "Username should be either an email or a phone number."
ROW_ALIAS_TAKEN: Final = "An account with the given {column} already exists."
ROW_USERNAME_LIKE_ALIAS: Final = (
    "Username cannot be of {shape} format, since user pool is configured for {shape} alias."
)
ROW_TOO_SHORT: Final = "{column}: String must be at least {bound} characters long."
ROW_TOO_LONG: Final = "{column}: String must be no longer than {bound} characters."
ROW_TOO_SMALL: Final = "{column}: Number must be at least {bound}."
ROW_TOO_GREAT: Final = "{column}: Number must be no greater than {bound}."
ROW_REQUIRED: Final = "Attributes did not conform to the schema: {column}: The attribute is required."

# Guess: lines of the job's log. They name columns and limits, never a value of the row.
ROW_FIELD_COUNT: Final = "The number of values ({found}) does not match the number of columns ({expected})."
ROW_CHARACTERS: Final = "The row has more than {limit} characters."
ROW_VALUE_BYTES: Final = "{column}: The value is longer than {limit} bytes."
ROW_NO_USERNAME: Final = "The User Record has no cognito:username."
ROW_BAD_USERNAME: Final = "The cognito:username is not a valid username."
ROW_USERNAME_CONTRADICTS: Final = "{column}: The value is not the one in cognito:username."
ROW_BAD_BOOLEAN: Final = "{column}: The value must be true or false."
ROW_BAD_NUMBER: Final = "{column}: The value must be a number."
ROW_BAD_DATE_TIME: Final = "{column}: The value must be a date and time."
ROW_BAD_BIRTHDATE: Final = "birthdate: The value must be a date in the form mm/dd/yyyy."
ROW_BAD_UPDATED_AT: Final = "updated_at: The value must be seconds since the epoch."
ROW_VERIFIED_WITHOUT_VALUE: Final = "{column} cannot be verified without a value."
ROW_MFA_MUST_BE_ON: Final = "cognito:mfa_enabled must be true or empty, as the user pool requires MFA."
ROW_MFA_MUST_BE_OFF: Final = "cognito:mfa_enabled must be false or empty, as the user pool has no MFA."
ROW_BAD_PASSWORD_HASH: Final = "password_hash: The value is not a valid hash of the job's algorithm."  # noqa: S105  (a sentence, no secret)
ROW_HASH_WITHOUT_ALGORITHM: Final = "password_hash: The import job has no password hashing algorithm."
