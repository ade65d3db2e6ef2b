"""The commands of Amazon Cognito's 2016 guide to importing users, unchanged, with the real AWS CLI and curl.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
The guide's answers are compared member for member; ids, dates and counts are those of the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.localcloud.command import eventually, running
from tests.localcloud.import_world import MAY_LOG, TRUST, csv_of, good_rows
from tests.patience import PATIENCE

AWS = Path(sys.executable).with_name("aws")
REGION = "us-east-1"
CREATED = {
    "Status",
    "SkippedUsers",
    "UserPoolId",
    "ImportedUsers",
    "JobName",
    "JobId",
    "PreSignedUrl",
    "CloudWatchLogsRoleArn",
    "FailedUsers",
    "CreationDate",
}
STARTED = CREATED | {"StartDate"}
ENDED = STARTED | {"CompletionDate", "CompletionMessage"}
# curl 8.7 and later say it in other words.
UPLOADED = ("We are completely uploaded and fine", "upload completely sent off")


class CommandLine:
    """A shell that has the credentials and the endpoint, as after `make local`."""

    def __init__(self, endpoint: str, home: Path) -> None:
        self._endpoint = endpoint
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
        }

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            list(map(str, command)),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def cognito(self, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
        """What `aws cognito-idp` prints."""
        done = self.run(AWS, "cognito-idp", *arguments, "--output", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def client(self, service: str) -> Any:  # noqa: ANN401  (boto3 makes the class of a client at run time)
        """boto3's client, for what the guide does not show: the AWS CLI takes a second to start."""
        credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, region_name=REGION, endpoint_url=self._endpoint, **credentials)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def shell(server: str, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The shell of someone who follows the guide."""
    return CommandLine(server, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def role(shell: CommandLine) -> str:
    """The guide's CloudWatch Logs role."""
    return make_role(shell)


@pytest.fixture
def pool(shell: CommandLine) -> str:
    """A user pool that verifies email addresses."""
    return make_pool(shell)


def make_role(shell: CommandLine) -> str:
    """Create the guide's CloudWatch Logs role; its ARN."""
    iam, name = shell.client("iam"), "CognitoCloudWatchLogsRole"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=json.dumps(MAY_LOG))
    return str(made["Role"]["Arn"])


def make_pool(shell: CommandLine) -> str:
    """Create a user pool that verifies email addresses; its id."""
    made = shell.client("cognito-idp").create_user_pool(PoolName="guide", AutoVerifiedAttributes=["email"])
    return str(made["UserPool"]["Id"])


def create(shell: CommandLine, pool: str, role: str) -> Any:  # noqa: ANN401  (JSON)
    """The guide's create-user-import-job."""
    return shell.cognito(
        "create-user-import-job", "--user-pool-id", pool, "--job-name", "Test1", "--cloud-watch-logs-role-arn", role
    )["UserImportJob"]


def upload(shell: CommandLine, pool: str, job: Any, folder: Path, rows: int) -> str:  # noqa: ANN401  (JSON)
    """The guide's curl command with a file of that many users; what curl says."""
    header = shell.client("cognito-idp").get_csv_header(UserPoolId=pool)["CSVHeader"]
    path = folder / "users.csv"
    path.write_bytes(csv_of(header, good_rows(rows)))
    done = shell.run("curl", "-v", "-T", path, "-H", "x-amz-server-side-encryption:aws:kms", job["PreSignedUrl"])
    assert done.returncode == 0, done.stderr
    return done.stderr


def counts(job: Any) -> tuple[int, int, int]:  # noqa: ANN401  (JSON)
    """Imported, skipped, failed."""
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def test_get_csv_header(shell: CommandLine, pool: str) -> None:
    """The header has the pool's id and its columns, nothing else."""
    answer = shell.cognito("get-csv-header", "--user-pool-id", pool)
    assert set(answer) == {"CSVHeader", "UserPoolId"}
    assert answer["UserPoolId"] == pool
    assert {"cognito:username", "cognito:mfa_enabled", "email", "email_verified"} <= set(answer["CSVHeader"])


def test_create_upload_start_and_describe(shell: CommandLine, pool: str, role: str, tmp_path: Path) -> None:
    """The guide from the first command to the imported users."""
    job = create(shell, pool, role)
    assert set(job) == CREATED
    assert (job["Status"], counts(job), job["JobName"]) == ("Created", (0, 0, 0), "Test1")

    said = upload(shell, pool, job, tmp_path, rows=40)
    assert any(phrase in said for phrase in UPLOADED), said

    the_job = ("--user-pool-id", pool, "--job-id", job["JobId"])
    started = shell.cognito("start-user-import-job", *the_job)["UserImportJob"]
    assert set(started) == STARTED
    assert (started["Status"], started["JobId"]) == ("Pending", job["JobId"])

    client = shell.client("cognito-idp")
    eventually(
        lambda: client.describe_user_import_job(UserPoolId=pool, JobId=job["JobId"])["UserImportJob"].get(
            "CompletionDate"
        )
    )
    described = shell.cognito("describe-user-import-job", *the_job)["UserImportJob"]
    assert set(described) == ENDED
    assert (described["Status"], counts(described)) == ("Succeeded", (40, 0, 0))
    assert described["CompletionMessage"] == "Import Job Completed Successfully."
    users = shell.cognito("list-users", "--user-pool-id", pool)["Users"]
    assert {user["UserStatus"] for user in users} == {"RESET_REQUIRED"}
    assert len(users) == 40


def test_list_with_and_without_a_pagination_token(shell: CommandLine, pool: str, role: str) -> None:
    """Newest first; the token of a page leads to the next one, the last page has none."""
    client = shell.client("cognito-idp")
    jobs = [
        client.create_user_import_job(UserPoolId=pool, JobName=f"Test{number}", CloudWatchLogsRoleArn=role)
        for number in range(3)
    ]
    ids = [job["UserImportJob"]["JobId"] for job in jobs]
    command = ("list-user-import-jobs", "--user-pool-id", pool, "--max-results", "2")
    first = shell.cognito(*command)
    assert set(first) == {"PaginationToken", "UserImportJobs"}
    assert set(first["UserImportJobs"][0]) == CREATED
    second = shell.cognito(*command, "--pagination-token", first["PaginationToken"])
    assert set(second) == {"UserImportJobs"}
    assert [job["JobId"] for page in (first, second) for job in page["UserImportJobs"]] == ids[::-1]


def test_stop(tmp_path: Path) -> None:
    """A job that is stopped right after its start answers as in the guide's sample."""
    # However late the stop comes on a busy machine, the job is still pending.
    with running(tmp_path / "cloud", "--import-pending", "3600") as command:
        stopped = _stopped(CommandLine(command.url, tmp_path), tmp_path)
    assert set(stopped) == ENDED
    assert (stopped["Status"], counts(stopped)) == ("Stopped", (0, 0, 0))
    assert stopped["CompletionMessage"] == "The Import Job was stopped by the developer."


def _stopped(shell: CommandLine, folder: Path) -> Any:  # noqa: ANN401  (JSON)
    pool = make_pool(shell)
    job = create(shell, pool, make_role(shell))
    upload(shell, pool, job, folder, rows=10)
    the_job = ("--user-pool-id", pool, "--job-id", job["JobId"])
    shell.cognito("start-user-import-job", *the_job)
    return shell.cognito("stop-user-import-job", *the_job)["UserImportJob"]


def test_starting_without_a_file_is_refused(shell: CommandLine, pool: str, role: str) -> None:
    """The CLI shows Cognito's own words."""
    job = create(shell, pool, role)
    done = shell.run(AWS, "cognito-idp", "start-user-import-job", "--user-pool-id", pool, "--job-id", job["JobId"])
    assert done.returncode != 0
    assert "(PreconditionNotMetException)" in done.stderr
    assert f"No csv file was uploaded for {job['JobId']}" in done.stderr
