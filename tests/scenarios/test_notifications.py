"""Who is notified what: people by email, a queue of what it asked for, a function of everything; whatever the name
is.
"""

from __future__ import annotations

import json
import re
import time
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import PATIENCE
from tests.published_schemas import validator
from tests.scenarios.subscribers import GONE, MAILBOX, messages_to_queue, sent_to_function
from tests.scenarios.world import user

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

NOTIFICATION = validator("notification-1")
NASTY = "\u202egpj.\u2066users\u200b\r\nBcc: everybody@example.com\x07 <script>alert('1')<br> \"顧客\" Отчёт.csv"


def _valid(message: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(message)
    NOTIFICATION.validate(data)
    return data


def test_machines_are_reported_what_they_asked_for(world: World) -> None:
    """A queue of failures hears of the file that was rejected and not of the one that was imported; the function of
    both."""
    good = world.end_of(world.drop(world.csv("people", [user("told1")]), "people/told.csv"))
    other = world.end_of(world.drop(b"", "strict/empty.csv"))
    bad = world.end_of(world.drop(b"", "people/empty-too.csv"))
    envelopes = messages_to_queue(world, bad.watch.run_id)
    sent = {_valid(envelope["Message"])["run_id"]: envelope for envelope in envelopes}
    assert bad.watch.run_id in sent
    assert not {good.watch.run_id, other.watch.run_id} & sent.keys()
    envelope = sent[bad.watch.run_id]
    assert envelope["Subject"] == "Rejected, nothing was imported: empty-too.csv"
    assert {name: one["Value"] for name, one in envelope["MessageAttributes"].items()} == {
        "pool": "people", "outcome": "rejected", "has_failures": "true",
    }  # fmt: skip
    for ending, has_failures in ((good, "false"), (other, "true"), (bad, "true")):
        to_function = sent_to_function(world, ending.watch.run_id)
        assert _valid(to_function["message"]) == ending.message
        assert to_function["attributes"]["has_failures"] == has_failures


def test_people_are_reported_of_their_pool(world: World) -> None:
    """An address with a filter gets the runs of its pool, the one without gets all."""
    guests = world.end_of(world.drop(world.csv("guests", [user("pooled1")]), "guests/pooled.csv"))
    people = world.end_of(world.drop(world.csv("people", [user("pooled2")]), "people/pooled.csv"))
    to_guests = [mail.get_content() for mail in world.mails_to(MAILBOX)]
    assert [mail for mail in to_guests if guests.watch.run_id in mail]
    assert not [mail for mail in to_guests if people.watch.run_id in mail]


def test_an_email_says_what_to_do_and_where_to_look(world: World) -> None:
    """The command for the rows that are left, the results as a link into the console and as an S3 URI."""
    rows = [user("mailed1"), user("mailed2", email_verified="FALSE")]
    ending = world.end_of(world.drop(world.csv("people", rows), "people/mailed.csv"))
    text, run_id, bucket = ending.mail.get_content(), ending.watch.run_id, world.deployment.bucket
    assert f"\ncognito-drop retry {run_id[:8]} --file retry.csv\n" in text
    link = f"https://us-east-1.console.aws.amazon.com/s3/buckets/{bucket}?region=us-east-1&prefix=results/{run_id}/"
    assert f"\n{link}\ns3://{bucket}/results/{run_id}/\n" in text
    assert ending.message["console"] == link


def test_what_a_program_cannot_be_reported_is_kept(world: World) -> None:
    """A subscribed queue that does not exist leaves a message in the dead-letter queue of the deployed stack."""
    ending = world.end_of(world.drop(b"", "bare/undelivered.csv"))
    sqs = world.cloud.client("sqs")
    (url,) = [url for url in sqs.list_queues()["QueueUrls"] if "Undelivered" in url]
    letters, deadline = list[dict[str, Any]](), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        letters += answer.get("Messages", [])
        if any(ending.watch.run_id in letter["Body"] for letter in letters):
            break
    (letter,) = [letter for letter in letters if ending.watch.run_id in letter["Body"]]
    assert GONE in letter["MessageAttributes"]["ErrorMessage"]["StringValue"]


def test_a_nasty_file_name_does_no_harm(world: World) -> None:
    """Line breaks, marks of direction, zero-width characters and markup in a name reach no one as such."""
    ending = world.end_of(world.drop(world.csv("guests", [user("nasty1")]), f"guests/{NASTY}"))
    assert ending.rows == {"total": 1, "imported": 1}
    assert re.fullmatch(r"Imported 1 user: \?gpj\.\?users\?  Bcc: .*", ending.mail["Subject"])
    assert ending.mail["Bcc"] is None
    text = ending.mail.get_content()
    (line,) = [line for line in text.split("\n") if line.startswith("File: ")]
    assert line.endswith('"顧客" Отчёт.csv')
    page = world.result(ending.watch, "summary.html").decode()
    for shown in (text, page, ending.message["file"]["name"]):
        unseen = {character for character in shown if unicodedata.category(character)[0] == "C"}
        assert unseen <= {"\n"}
    assert "<script" not in page
    assert _valid(json.dumps(ending.message))["file"]["key"] == f"inbox/guests/{NASTY}"
    tags = world.cloud.client("s3").get_object_tagging(
        Bucket=world.deployment.bucket,
        Key=ending.summary["file"]["key"],
        VersionId=ending.summary["file"]["version_id"],
    )["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"run_id": ending.watch.run_id, "outcome": "imported"}
    assert sent_to_function(world, ending.watch.run_id)["subject"] == ending.mail["Subject"]
