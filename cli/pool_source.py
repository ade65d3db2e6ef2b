"""Where the rules of a user pool come from: the pool itself, or a file with what was asked of it before."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.core.rows import PoolRules

if TYPE_CHECKING:
    from pathlib import Path

_POOL_ID = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]{1,55}")


@dataclass(frozen=True, slots=True)
class PoolSource:
    """DescribeUserPool's `UserPool` and GetCSVHeader's `CSVHeader`."""

    origin: str
    """Where they come from, to begin a sentence with."""
    user_pool: dict[str, Any]
    csv_header: list[str]

    def rules(self, hash_algorithm: str | None) -> PoolRules:
        """What the pool asks of its users. Raises click.UsageError with one sentence."""
        try:
            return PoolRules.of(self.user_pool, self.csv_header, hash_algorithm)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise click.UsageError(f"{self.origin} does not describe a user pool: {error}") from None


def ask_pool(pool_id: str) -> PoolSource:
    """Ask the live pool, in the region with which its id starts. Raises click.UsageError with one sentence."""
    if not _POOL_ID.fullmatch(pool_id):
        raise click.UsageError(f"{pool_id!r} is not a user pool id such as us-east-1_AbCdEf123.")
    try:
        client = boto3.client("cognito-idp", region_name=pool_id.partition("_")[0])
        user_pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        header = client.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
    except (ClientError, BotoCoreError) as error:
        raise click.UsageError(f"The user pool {pool_id} cannot be read: {error}") from None
    return PoolSource(f"The user pool {pool_id}", dict(user_pool), header)


def read_pool_file(path: Path) -> PoolSource:
    """Read a file with `{"UserPool": …, "CSVHeader": […]}`. Raises click.UsageError with one sentence."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        user_pool, header = dict(data["UserPool"]), _names(data["CSVHeader"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.UsageError(
            f"{path} is not a pool file ({type(error).__name__}): "
            "it needs UserPool, from describe-user-pool, and CSVHeader, from get-csv-header."
        ) from None
    return PoolSource(str(path), user_pool, header)


def _names(header: object) -> list[str]:
    if not isinstance(header, list) or not all(isinstance(name, str) for name in header):
        raise TypeError("CSVHeader is no list of names")
    return header
