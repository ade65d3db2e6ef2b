"""One JSON logger for all functions; bound keys are run_id, job_id, pool, status and counts, never a row's value."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code

logger = Logger(service="cognito-drop")


def log_failure(sentence: str, error: Exception, **keys: Any) -> None:  # noqa: ANN401  (as the logger's)
    """Log what has failed, with AWS's code or the error's type: its own text could quote a value."""
    logger.error(sentence, error=error_code(error) if isinstance(error, ClientError) else type(error).__name__, **keys)
