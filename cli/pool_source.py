"""Where the rules of a user pool come from: the pool itself, or a file with what was asked of it before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PoolSource:
    """DescribeUserPool's `UserPool` and GetCSVHeader's `CSVHeader`."""

    user_pool: dict[str, Any]
    csv_header: list[str]


def ask_pool(pool_id: str) -> PoolSource:
    """Ask the live pool. Raises click.ClickException with one sentence."""
    try:
        client = boto3.client(
            "cognito-idp", region_name=pool_id.partition("_")[0]
        )  # a pool's id starts with its region
        user_pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        header = client.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
    except (ClientError, BotoCoreError) as error:
        raise click.UsageError(f"The user pool {pool_id} cannot be read: {error}") from None
    return PoolSource(dict(user_pool), header)


def read_pool_file(path: Path) -> PoolSource:
    """Read a file with `{"UserPool": …, "CSVHeader": […]}`. Raises click.UsageError with one sentence."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return PoolSource(dict(data["UserPool"]), list(data["CSVHeader"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.UsageError(
            f"{path} is not a pool file ({type(error).__name__}): "
            "it needs UserPool, from describe-user-pool, and CSVHeader, from get-csv-header."
        ) from None
