"""Names of files that would do harm where they are shown: tried in every place that a run's file is named in."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.notification import notification_of
from cognito_drop.core.notification.run_events import run_finished, run_started, run_waiting
from cognito_drop.core.report_page import render
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.console import Site
from cognito_drop.core.text.names import with_notes
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.nasty_names import NASTY
from tests.unit.report_world import ReportWorld
from tests.unit.samples import POOL_ID, STARTED, checked, csv_file, drop, row, summary
from tests.unit.test_summary_page import Page

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

pytestmark = pytest.mark.usefixtures("aws")

KEY_LENGTH = 1_024  # bytes, Amazon S3's limit
TAG = re.compile(r"[\w +\-=.:/@]{0,256}", re.ASCII)
"""What S3 takes as the value of a tag, and some more. Source:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html"""


@pytest.fixture(params=list(NASTY.values()), ids=list(NASTY))
def name(request: pytest.FixtureRequest) -> str:
    """Each of the names."""
    return str(request.param)


def _summary(name: str, alias: str = "people", outcome: Outcome = Outcome.REJECTED) -> Summary:
    problem = Problem(ProblemCode.NO_ROWS, "The file has a header but no users.", "Add a row for each user.")
    return summary(
        drop=drop(f"inbox/{alias}/{name}"),
        outcome=outcome,
        file=CheckedFile(POOL_ID, problem=problem) if outcome is Outcome.REJECTED else checked(2),
        site=Site("aws", "us-east-1"),
    )


def _is_seen(text: str) -> bool:
    """Whether each character is drawn, or is the common blank."""
    return all(unicodedata.category(character)[0] in "LMNPS" or character == " " for character in text)


def test_s3_could_hold_the_names() -> None:
    """Otherwise they prove nothing."""
    assert all(name and len(f"inbox/people/{name}".encode()) <= KEY_LENGTH for name in NASTY.values())


def test_a_subject_is_one_line_of_ascii(name: str) -> None:
    """No header of an email can be forged, and SNS takes it; the SMS is the same line."""
    notification = notification_of(_summary(name))
    assert re.fullmatch(r"[A-Za-z][ -~]{0,99}", notification.subject)
    assert json.loads(notification.message)["sms"] == notification.subject


@pytest.mark.parametrize("outcome", [Outcome.IMPORTED, Outcome.REJECTED])
def test_an_email_has_the_lines_that_it_always_has(name: str, outcome: Outcome) -> None:
    """A name adds no line to the text, turns none, and survives the way through an email."""
    text = json.loads(notification_of(_summary(name, outcome=outcome)).message)["email"]
    plain = json.loads(notification_of(_summary("users.csv", outcome=outcome)).message)["email"]
    assert len(text.split("\n")) == len(plain.split("\n"))
    assert all(_is_seen(line) for line in text.split("\n"))
    mail = EmailMessage()
    mail["Subject"] = notification_of(_summary(name)).subject
    mail.set_content(text)
    read = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert read.get_content() == text
    assert read.keys() == mail.keys()


def test_machines_get_the_key_as_it_is_and_a_name_to_show(name: str) -> None:
    """The key leads to the object; the name may be put on a screen."""
    data = json.loads(json.loads(notification_of(_summary(name)).message)["default"])
    assert data["file"]["key"] == f"inbox/people/{name}"
    assert _is_seen(data["file"]["name"])
    assert len(data["file"]["name"]) <= 200


def test_an_attribute_is_never_empty_and_always_seen(name: str) -> None:
    """The folder is as free as the file's name, and its name becomes the attribute `pool`."""
    pool = notification_of(_summary("users.csv", alias=name)).pool
    assert pool
    assert _is_seen(pool)
    assert len(pool) <= 200


def test_events_have_the_key_as_it_is_and_a_name_to_show(name: str) -> None:
    """All three, in JSON of ASCII only."""
    made = _summary(name)
    waiting = run_waiting(made.drop, made.file, position=1, since=STARTED, dropped=None)
    for event in (waiting, run_started(made.drop, made.file, started=STARTED, dropped=None), run_finished(made)):
        entry = event.to_entry()
        assert entry["Detail"].isascii()
        assert entry["Detail"].isprintable()
        file = json.loads(entry["Detail"])["file"]
        assert file["key"] == made.drop.key
        assert _is_seen(file["name"])


def test_a_link_into_the_console_has_no_part_of_the_name(name: str) -> None:
    """The results are under the run's id, whatever the file is called."""
    made = _summary(name, alias=name)
    assert made.console is not None
    assert parse_qs(urlsplit(made.console).query) == {
        "region": ["us-east-1"], "prefix": [f"results/{made.drop.run_id}/"],
    }  # fmt: skip
    assert re.fullmatch(r"https://[!-~]+", made.console)


def test_a_page_has_the_elements_that_it_always_has(name: str) -> None:
    """Nothing in the name acts, turns the text around it, or ends a line."""
    page = render(_summary(name, alias=name, outcome=Outcome.IMPORTED).to_json())
    plain = render(_summary("users.csv", outcome=Outcome.IMPORTED).to_json())
    assert Page(page).tags == Page(plain).tags
    body = page.partition("</style>")[2].strip("\n")
    assert _is_seen(body)


@pytest.mark.parametrize("folder", ["inbox", "check"])
def test_a_report_of_the_file_can_be_written(name: str, folder: str) -> None:
    """Keys of results and values of tags are S3's own kind of text, and the summary has the key as it is."""
    world = ReportWorld(drop(f"{folder}/people/{name}"))
    world.check(csv_file(row("maria"), row("unknown", verified="false")))
    if folder == "inbox":
        world.import_part(1)
    made = world.reports.of(world.drop, "", STARTED + timedelta(minutes=5))
    stored = world.s3.objects[world.drop.key][-1]
    assert stored.tags.keys() == {"run_id", "outcome"}
    assert all(TAG.fullmatch(value) for value in stored.tags.values())
    results = world.s3.under("results/")
    assert {"summary.json", "summary.html"} <= {result.rpartition("/")[2] for result in results}
    assert all(re.fullmatch(r"[0-9a-f]{32}/[a-z.]+", result) for result in results)
    shown = json.loads(world.s3.body(f"results/{made.drop.run_id}/summary.json"))
    assert shown["file"]["key"] == world.drop.key


def test_a_name_and_its_note_are_cut() -> None:
    """However long the names of a file are."""
    (shown,) = with_notes(["n" * 200], lambda _: "o" * 200).split(", ")
    assert shown == f"{'n' * 59}… ({'o' * 119}…)"
