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
from typing import TYPE_CHECKING, Any, cast

from cognito_drop.core.runs.drop import Drop
from tests.localcloud.command import eventually
from tests.patience import PATIENCE
from tools.run_watch import RunWatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import EmailMessage

    from tools.deployment import Deployment
    from tools.local_cloud import LocalCloud

HELD = 300
"""Rows of a file whose job is held: more than it imports."""
SUBSCRIBER = "ops@example.com"
"""The address that gets all notifications."""


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
    context: Mapping[str, str]
    """What the stack was deployed with."""
    inbox_url: str
    """A queue that is subscribed to the topic."""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Notifications that were received, by run id."""
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Notifications that a run waits for a decision, by run id."""
    maybe_notified_twice: set[str] = field(default_factory=set)
    """Runs whose execution was stopped where it may have published and not marked yet."""

    @property
    def logs_role(self) -> str:
        """The name of the role with which Cognito writes import logs."""
        return self.deployment.logs_role.rpartition("/")[2]

    def header(self, alias: str) -> list[str]:
        """The pool's CSV header."""
        answer = self.cloud.client("cognito-idp").get_csv_header(UserPoolId=self.pools[alias])
        columns: list[str] = answer["CSVHeader"]
        return columns

    def csv(self, alias: str, users: Iterable[Mapping[str, str]], *more: str) -> bytes:
        """A file for the pool with these users, in Cognito's dialect, with `more` columns than the pool's."""
        header = [*self.header(alias), *more]
        lines = [",".join(header), *(",".join(user.get(column, "") for column in header) for user in users)]
        return "".join(f"{line}\n" for line in lines).encode()

    def drop(self, body: bytes, key: str, folder: str = "inbox") -> RunWatch:
        """Put an object under `inbox/` and return what watches its run."""
        key = f"{folder}/{key}"
        answer = self.cloud.client("s3").put_object(Bucket=self.deployment.bucket, Key=key, Body=body)
        return RunWatch(self.cloud, self.deployment, Drop(self.deployment.bucket, key, answer["VersionId"]))

    def end_of(self, watch: RunWatch) -> Ending:
        """Wait for the run's end, its summary and its notifications."""
        *_, last = watch.views()
        return Ending(
            watch,
            last.status,
            cast("dict[str, Any]", watch.summary()),
            self._message(watch.run_id),
            self._mail(watch.run_id),
        )

    def end_of_stopped(self, watch: RunWatch) -> Ending:
        """Wait for the end of a run that was stopped: the sweep starts another execution, which finalizes it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.run_item(watch)["run_state"]["S"] == "ended":
                return self.end_of(watch)
            time.sleep(0.1)
        raise AssertionError(f"The run {watch.run_id} was not settled: {self.run_item(watch)}")

    def run_item_when(self, watch: RunWatch, state: str, having: str = "run_state") -> dict[str, Any]:
        """The run's item as soon as the run is in this state, and the item has an attribute."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            view = watch.view()
            if view.status and (item := self.run_item(watch))["run_state"]["S"] == state and having in item:
                return item
            time.sleep(0.05)
        raise AssertionError(f"The run {watch.run_id} did not come to be {state}.")

    def job_when(self, watch: RunWatch, status: str) -> dict[str, Any]:
        """The run's first import job as soon as Cognito says this of it."""
        alias, deadline = watch.drop.key.split("/")[1], time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = [job for job in self.jobs(alias) if watch.run_id in job["JobName"] and job["Status"] == status]
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"No job of the run {watch.run_id} came to be {status}.")

    def execution_arn(self, watch: RunWatch) -> str:
        """The run's newest execution."""
        return watch.execution_arn()

    def lock_holder(self, scope: str) -> str | None:
        """The run that has the turn of a scope."""
        key = {"pk": {"S": f"lock#{scope}"}, "sk": {"S": "lock"}}
        answer = self.cloud.client("dynamodb").get_item(TableName=self.deployment.ledger, Key=key, ConsistentRead=True)
        holder: str | None = answer.get("Item", {}).get("holder", {}).get("S")
        return holder

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
            found += answer.get("UserImportJobs", [])
            if "PaginationToken" not in answer:
                return found
            token = {"PaginationToken": answer["PaginationToken"]}

    def hold(self, name: str) -> RunWatch:
        """Drop a file of 300 users, whose job imports 200 of them and is active until it is stopped."""
        watch = self.drop(self.csv("held", (user(f"{name}{number}") for number in range(HELD))), f"held/{name}.csv")
        self.run_item_when(watch, "importing")
        return watch

    def stop_job(self, alias: str) -> None:
        """Stop the job of the pool once it is active, as someone in the console does."""
        (job,) = eventually(lambda: [job for job in self.jobs(alias) if job["Status"] in ("Pending", "InProgress")])
        self.cloud.client("cognito-idp").stop_user_import_job(UserPoolId=self.pools[alias], JobId=job["JobId"])

    def states(self, watch: RunWatch) -> list[str]:
        """The names of the states that the run has entered, in order."""
        return watch.states()

    def run_item(self, watch: RunWatch) -> dict[str, Any]:
        """The run's item in the ledger, in DynamoDB's own shape."""
        key = {"pk": {"S": f"run#{watch.run_id}"}, "sk": {"S": "run"}}
        answer = self.cloud.client("dynamodb").get_item(TableName=self.deployment.ledger, Key=key, ConsistentRead=True)
        item: dict[str, Any] = answer["Item"]
        return item

    def mails_to(self, address: str) -> list[EmailMessage]:
        """All emails that were sent to this address."""
        paths = sorted(self.cloud.outbox.glob("*.eml"))
        mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        return [mail for mail in mails if mail["To"] == address]

    def last_mail_to(self, address: str) -> EmailMessage:
        """The newest email to this address, without a look at the older ones: what it says may end in seconds."""
        for path in sorted(self.cloud.outbox.glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if mail["To"] == address:
                return mail
        raise AssertionError(f"No email came to {address}.")

    def notice_of(self, watch: RunWatch) -> tuple[dict[str, Any], EmailMessage]:
        """The notification that the run waits for a decision, as programs and people get it."""
        return self._received(watch.run_id, self.waiting), self._mail(watch.run_id, waits=True)

    def notification_of(self, run_id: str) -> dict[str, Any]:
        """The notification of a run or of an undo, as programs get it."""
        return self._message(run_id)

    def _message(self, run_id: str) -> dict[str, Any]:
        return self._received(run_id, self.messages)

    def _received(self, run_id: str, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
        sqs, deadline = self.cloud.client("sqs"), time.monotonic() + PATIENCE
        while run_id not in found and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=self.inbox_url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                data = json.loads(message["Body"])
                kept = self.waiting if data["outcome"] == "waiting" else self.messages
                assert data["run_id"] not in kept.keys() - self.maybe_notified_twice, "a run was notified twice"
                kept[data["run_id"]] = data
                sqs.delete_message(QueueUrl=self.inbox_url, ReceiptHandle=message["ReceiptHandle"])
        return found[run_id]

    def _mail(self, run_id: str, *, waits: bool = False) -> EmailMessage:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            mails = [mail for mail in self.mails_to(SUBSCRIBER) if run_id in mail.get_content()]
            found = [mail for mail in mails if mail["Subject"].startswith("Waiting") == waits]
            if found:
                assert len(found) == 1 or run_id in self.maybe_notified_twice, "a run was mailed twice"
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


def drop_queue(cloud: LocalCloud) -> str:
    """The queue behind the drop bucket: the one with a redrive policy."""
    sqs = cloud.client("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        if "RedrivePolicy" in attributes:
            return str(url)
    raise AssertionError("There is no queue with a redrive policy.")


def event_of(drop: Drop) -> dict[str, Any]:
    """The part of an upload's event that the product reads."""
    return {
        "source": "aws.s3",
        "time": "2026-01-01T00:00:00Z",
        "detail": {
            "bucket": {"name": drop.bucket},
            "object": {"key": drop.key, "version-id": drop.version_id, "size": 1},
            "requester": "123456789012",
        },
    }


def wait_for_state(watch: RunWatch, state: str) -> None:
    """Until the run enters the state; one that is passed at once is stopped a little behind it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if state in watch.states():
            return
        time.sleep(0.01)
    raise AssertionError(f"The run did not come to {state}.")
