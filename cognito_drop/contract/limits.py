"""The limits of what Amazon Cognito imports.

Import the module and not its members, so that a limit is read where it is used.
Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html and
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

MAX_FILE_BYTES = 100_000_000
"""AWS says 100 MB; counted in decimal megabytes, the smaller reading."""

MAX_ROWS = 500_000
"""Users in a file; the header does not count."""

MAX_ROW_CHARACTERS = 16_000
"""Characters in a row, the header included."""

IMPORT_JOB_QUOTA = 1000
"""Import jobs that a pool takes in its life where AWS has not raised the quota."""

COGNITO_EMAILS_A_DAY = 50
"""Emails that Cognito sends for an account in a day without Amazon SES."""

MAX_GROUPS_OF_POOL = 10_000
"""Groups that a pool can have."""

MAX_GROUPS_OF_USER = 100
"""Groups that a user can be in."""

USUAL_RATES = (20, 30)
"""Rows a second that an import job goes through, from and to: seen in real jobs, not documented."""
