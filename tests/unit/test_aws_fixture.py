"""The mocked AWS of the unit tests: one mock for all of them, an empty account for each."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import HTTPClientError

from tests.ledger_table import create_ledger_table


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.usefixtures("aws")
def test_account_is_empty_at_the_start_of_each_test(time: str) -> None:
    """In whichever order they run, neither sees what the other leaves behind."""
    s3, dynamodb, cognito = (boto3.client("s3"), boto3.client("dynamodb"), boto3.client("cognito-idp"))
    logs = boto3.client("logs")
    assert s3.list_buckets()["Buckets"] == []
    assert dynamodb.list_tables()["TableNames"] == []
    assert cognito.list_user_pools(MaxResults=60)["UserPools"] == []
    assert logs.describe_log_groups()["logGroups"] == []
    s3.create_bucket(Bucket=f"left-by-the-{time}")
    create_ledger_table(dynamodb)
    cognito.create_user_pool(PoolName=time)
    logs.create_log_group(logGroupName=time)


@pytest.mark.usefixtures("mocked_aws")
@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_mock_answers_no_test_without_an_account() -> None:
    """A test that does not ask for the fixture `aws` cannot call AWS, in whichever order the tests run."""
    with pytest.raises(HTTPClientError, match="A test tried to use socket"):
        boto3.client("sts").get_caller_identity()
