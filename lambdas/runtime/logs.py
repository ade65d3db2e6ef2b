"""One JSON logger for all functions; bound keys are run_id, job_id, pool, status and counts, never a row's value."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="cognito-drop")
