"""What a scenario has: the cloud, the deployed stack, three pools, and the eyes of a subscriber.

Everything is asked of AWS's own interfaces; nothing looks into the product's or the cloud's process.
"""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambdas.core.drop import Drop
from laptop.run_watch import RunWatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import EmailMessage

    from laptop.deployment import Deployment
    from laptop.local_cloud import LocalCloud

_PATIENCE = 120  # seconds; guards against hanging only


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run has ended, as anybody can see it."""

    watch: RunWatch
    status: str
    """Step Functions' word."""
    summary: dict[str, Any]
    message: dict[str, Any]
    """The notification as a machine gets it."""
    mail: EmailMessage

    @property
    def rows(self) -> dict[str, int]:
        """The summary's account of the rows, without the columns that are 0."""
        return {name: count for name, count in self.summary["rows"].items() if count}

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The import jobs of the run's parts."""
        return [part["job"] for part in self.summary["parts"] if part["job"]]


@dataclass(frozen=True, slots=True)
class World:
    """The deployed stack and what is around it."""

    cloud: LocalCloud
    deployment: Deployment
    pools: Mapping[str, str]
    """Alias → user pool id."""
    inbox_url: str
    """A queue that is subscribed to the topic."""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Notifications that were received, by run id."""

    def header(self, alias: str) -> list[str]:
        """The pool's CSV header."""
        answer = self.cloud.client("cognito-idp").get_csv_header(UserPoolId=self.pools[alias])
        columns: list[str] = answer["CSVHeader"]
        return columns

    def csv(self, alias: str, users: Iterable[Mapping[str, str]]) -> bytes:
        """A file for the pool with these users, in Cognito's dialect."""
        header = self.header(alias)
        lines = [",".join(header), *(",".join(user.get(column, "") for column in header) for user in users)]
        return "".join(f"{line}\n" for line in lines).encode()

    def drop(self, body: bytes, key: str, folder: str = "inbox") -> RunWatch:
        """Put an object under `inbox/` and return what watches its run."""
        key = f"{folder}/{key}"
        answer = self.cloud.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body)
        run_id = Drop(self.deployment.bucket, key, answer["VersionId"]).run_id
        return RunWatch(self.cloud, self.deployment, run_id)

    def end_of(self, watch: RunWatch) -> Ending:
        """Wait for the run's end, its summary and its notifications."""
        *_, last = watch.views()
        return Ending(watch, last.status, watch.summary(), self._message(watch.run_id), self._mail(watch.run_id))

    def result(self, watch: RunWatch, name: str) -> bytes:
        """One of the run's result files."""
        key = f"results/{watch.run_id}/{name}"
        body: bytes = self.cloud.client("s3").get_object(Bucket=self.deployment.bucket, Key=key)["Body"].read()
        return body

    def table(self, watch: RunWatch, name: str) -> list[tuple[int, str]]:
        """Line and code of each row of a result table; an empty one where the file was not written."""
        if name not in watch.summary()["files"]:
            return []
        rows = csv.DictReader(io.StringIO(self.result(watch, name).decode()))
        return [(int(row["line"]), row["code"]) for row in rows]

    def usernames(self, alias: str, prefix: str) -> set[str]:
        """The names of the pool's users that start so."""
        pages = self.cloud.client("cognito-idp").get_paginator("list_users")
        found = (user["Username"] for page in pages.paginate(UserPoolId=self.pools[alias]) for user in page["Users"])
        return {name for name in found if name.startswith(prefix)}

    def jobs(self, alias: str) -> list[dict[str, Any]]:
        """All import jobs of the pool, the newest first."""
        client, found = self.cloud.client("cognito-idp"), list[dict[str, Any]]()
        token: dict[str, str] = {}
        while True:
            answer = client.list_user_import_jobs(UserPoolId=self.pools[alias], MaxResults=60, **token)
            found += answer["UserImportJobs"]
            if "PaginationToken" not in answer:
                return found
            token = {"PaginationToken": answer["PaginationToken"]}

    def states(self, watch: RunWatch) -> list[str]:
        """The names of the states that the run has entered, in order."""
        arn = f"{self.deployment.state_machine.replace(':stateMachine:', ':execution:')}:{watch.run_id}"
        pages = self.cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
        events = (event for page in pages for event in page["events"])
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def run_item(self, watch: RunWatch) -> dict[str, Any]:
        """The run's item in the ledger, in DynamoDB's own shape."""
        key = {"pk": {"S": f"run#{watch.run_id}"}, "sk": {"S": "run"}}
        answer = self.cloud.client("dynamodb").get_item(TableName=self.deployment.ledger, Key=key, ConsistentRead=True)
        item: dict[str, Any] = answer["Item"]
        return item

    def mails(self) -> list[EmailMessage]:
        """All emails that were sent."""
        paths = sorted(self.cloud.outbox.glob("*.eml"))
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]

    def _message(self, run_id: str) -> dict[str, Any]:
        sqs, deadline = self.cloud.client("sqs"), time.monotonic() + _PATIENCE
        while run_id not in self.messages and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=self.inbox_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                data = json.loads(message["Body"])
                assert data["run_id"] not in self.messages, "a run was notified twice"
                self.messages[data["run_id"]] = data
                sqs.delete_message(QueueUrl=self.inbox_url, ReceiptHandle=message["ReceiptHandle"])
        return self.messages[run_id]

    def _mail(self, run_id: str) -> EmailMessage:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            found = [mail for mail in self.mails() if run_id in mail.get_content()]
            if found:
                assert len(found) == 1, "a run was mailed twice"
                return found[0]
            time.sleep(0.2)
        raise AssertionError(f"No email came for the run {run_id}.")


def user(name: str, **attributes: str) -> dict[str, str]:
    """A row that Cognito imports; `attributes` change it (a double underscore stands for a colon)."""
    given = {column.replace("__", ":"): value for column, value in attributes.items()}
    return {
        "cognito:username": name,
        "cognito:mfa_enabled": "FALSE",
        "email": f"{name}@example.com",
        "email_verified": "TRUE",
        "phone_number_verified": "FALSE",
        **given,
    }
