"""The six operations at their edges: columns, errors, ids, listing, limits, and what an import forbids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.localcloud.import_world import ImportWorld, csv_of, good_rows, opened_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_cognito_idp.type_defs import SchemaAttributeTypeTypeDef

# The sample answer of https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
SAMPLE_HEADER = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "cognito:mfa_enabled",
    "cognito:username",
]
TEAM: SchemaAttributeTypeTypeDef = {"Name": "team", "AttributeDataType": "String", "Mutable": True}


def error_of(call: Callable[[], object]) -> tuple[str, str]:
    """Code and message of the error that the call ends with."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_the_header_is_the_one_in_the_guide(world: ImportWorld) -> None:
    """GetCSVHeader of a plain pool answers the sample of the guide, `sub` and `identities` are no columns."""
    assert world.header(world.make_pool()) == SAMPLE_HEADER


def test_the_header_has_every_standard_and_custom_attribute_whatever_the_schema_named(world: ImportWorld) -> None:
    """Custom attributes are columns; a schema that names one attribute does not drop the others."""
    pool = world.make_pool(Schema=[{"Name": "email", "Required": True}, TEAM])
    header = world.header(pool)
    assert set(header) == {*SAMPLE_HEADER, "custom:team"}
    world.cognito.add_custom_attributes(UserPoolId=pool, CustomAttributes=[{**TEAM, "Name": "level"}])
    assert set(world.header(pool)) - set(header) == {"custom:level"}


def test_ids_and_urls_have_the_real_form(world: ImportWorld) -> None:
    """A job id is `import-` and 10 alphanumerics; the URL names account, pool and job and is signed for 899 seconds."""
    pool = world.make_pool()
    job = world.create(pool)
    assert re.fullmatch(r"import-[0-9a-zA-Z]{10}", job["JobId"])
    url = urlsplit(job["PreSignedUrl"])
    assert url.netloc == "aws-cognito-idp-user-import-iad.s3.us-east-1.amazonaws.com"
    assert url.path == f"/123456789012/{pool}/{job['JobId']}"
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-Expires"] == "899"
    assert query["X-Amz-SignedHeaders"] == "host;x-amz-server-side-encryption"
    assert query["X-Amz-Credential"].endswith("/us-east-1/s3/aws4_request")
    assert set(query) == {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
    }


def test_dates_are_epoch_seconds_with_milliseconds(world: ImportWorld) -> None:
    """On the wire a date is a number with at most three decimals."""
    bodies: list[bytes] = []
    client = boto3.client("cognito-idp", region_name="us-east-1")
    client.meta.events.register(
        "after-call.cognito-identity-provider", lambda http_response, **_: bodies.append(http_response.content)
    )
    pool = world.make_pool()
    client.create_user_import_job(UserPoolId=pool, JobName="job", CloudWatchLogsRoleArn=world.role)
    assert re.search(rb'"CreationDate": ?\d{10}(\.\d{1,3})?[,}]', bodies[-1])


def test_jobs_are_listed_newest_first_in_pages(world: ImportWorld) -> None:
    """Tokens lead through all jobs of the pool, newest first, and end."""
    pool = world.make_pool()
    world.create(world.make_pool("other"), name="not-mine")
    ids = [world.create(pool, name=f"job{number}")["JobId"] for number in range(5)]
    listed: list[str] = []
    more: dict[str, str] = {}
    pages = 0
    while pages == 0 or more:
        page = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=2, **more)
        listed += [job["JobId"] for job in page["UserImportJobs"]]
        more = {"PaginationToken": page["PaginationToken"]} if "PaginationToken" in page else {}
        pages += 1
    assert (listed, pages) == (ids[::-1], 3)


def test_a_listing_has_the_url_of_every_job(world: ImportWorld) -> None:
    """List answers the pre-signed URL, as Describe does."""
    pool = world.make_pool()
    job = world.create(pool)
    (listed,) = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60)["UserImportJobs"]
    assert listed == job == world.describe(job)


def test_a_page_has_at_most_50_jobs(world: ImportWorld) -> None:
    """The output shape holds 50 jobs, although 60 may be asked for; the rest comes with the token."""
    pool = world.make_pool()
    for _ in range(51):
        world.create(pool)
    page = world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60)
    assert (len(page["UserImportJobs"]), "PaginationToken" in page) == (50, True)


def test_a_made_up_token_is_refused(world: ImportWorld) -> None:
    """A pagination token that the listing did not give is an invalid parameter."""
    pool = world.make_pool()
    world.create(pool)
    code, _ = error_of(
        lambda: world.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=1, PaginationToken="made-up")
    )
    assert code == "InvalidParameterException"


def test_the_number_of_jobs_of_a_pool_is_limited(tmp_path: Path) -> None:
    """One job more than the quota is refused; another pool has its own quota."""
    with opened_world(tmp_path, import_job_limit=2) as world:
        pool = world.make_pool()
        world.create(pool)
        world.create(pool)
        assert error_of(lambda: world.create(pool))[0] == "LimitExceededException"
        world.create(world.make_pool("other"))


@pytest.mark.parametrize("operation", ["get_csv_header", "list_user_import_jobs", "create_user_import_job"])
def test_an_unknown_pool_is_not_found(world: ImportWorld, operation: str) -> None:
    """Every operation on a pool that is not there answers ResourceNotFoundException."""
    every: dict[str, dict[str, Any]] = {
        "get_csv_header": {},
        "list_user_import_jobs": {"MaxResults": 1},
        "create_user_import_job": {"JobName": "job", "CloudWatchLogsRoleArn": world.role},
    }
    call = getattr(world.cognito, operation)
    code, message = error_of(lambda: call(UserPoolId="us-east-1_none", **every[operation]))
    assert (code, message) == ("ResourceNotFoundException", "User pool us-east-1_none does not exist.")


@pytest.mark.parametrize("operation", ["describe_user_import_job", "start_user_import_job", "stop_user_import_job"])
def test_a_job_is_found_only_in_its_pool(world: ImportWorld, operation: str) -> None:
    """A job's id with another pool's id answers ResourceNotFoundException."""
    job = world.create(world.make_pool())
    call = getattr(world.cognito, operation)
    other = world.make_pool("other")
    assert error_of(lambda: call(UserPoolId=other, JobId=job["JobId"]))[0] == "ResourceNotFoundException"


def test_the_algorithm_of_the_hashes_is_part_of_the_job(world: ImportWorld) -> None:
    """PasswordHashingAlgorithm comes back, and is absent from a job without one."""
    pool = world.make_pool()
    assert world.create(pool, PasswordHashingAlgorithm="BCRYPT")["PasswordHashingAlgorithm"] == "BCRYPT"
    assert "PasswordHashingAlgorithm" not in world.create(pool)


def test_a_pool_cannot_be_changed_while_it_imports(world: ImportWorld) -> None:
    """UpdateUserPool, AddCustomAttributes and DeleteUserPool answer UserImportInProgress until the job has ended."""
    pool, other = world.make_pool(), world.make_pool("other")
    job = world.ready(pool, csv_of(world.header(pool), good_rows(1)))
    world.start(job)
    forbidden: list[Callable[[], object]] = [
        lambda: world.cognito.update_user_pool(UserPoolId=pool),
        lambda: world.cognito.add_custom_attributes(UserPoolId=pool, CustomAttributes=[TEAM]),
        lambda: world.cognito.delete_user_pool(UserPoolId=pool),
    ]
    for call in forbidden:
        assert error_of(call)[0] == "UserImportInProgressException"
    world.cognito.delete_user_pool(UserPoolId=other)
    world.pass_time(60)
    for call in forbidden:
        call()
    assert error_of(lambda: world.describe(job))[0] == "ResourceNotFoundException"


def test_regions_have_jobs_of_their_own(world: ImportWorld) -> None:
    """A job in one region is not found in another."""
    job = world.create(world.make_pool())
    elsewhere = boto3.client("cognito-idp", region_name="eu-west-1")
    call = elsewhere.describe_user_import_job
    code, _ = error_of(lambda: call(UserPoolId=job["UserPoolId"], JobId=job["JobId"]))
    assert code == "ResourceNotFoundException"
