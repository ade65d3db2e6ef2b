"""Web pages in a real browser cannot call the local emulator, by its address or by a name of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import find_chromium
from tests.localcloud.command import Command, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.chromium import Chromium

if find_chromium() is None and not os.environ.get("CI"):
    pytest.skip("no Chromium or Chrome on this machine", allow_module_level=True)

_CREATE = """{method: "POST", body: '{"QueueName": "made"}', headers: {
    "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request",
    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.CreateQueue",
}}"""
"""A call as a page can make it to its own origin."""
_RESET = """(async () => {
    const answer = await fetch("URL/moto-api/reset", {method: "POST", mode: "no-cors"});
    const read = await fetch("URL/moto-api/data.json").then(() => "read", () => "not read");
    return [answer.type, read];
})()"""
"""A call as a page can make it to any origin: it forgets everything."""


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The emulator, as it is by default."""
    with running(tmp_path_factory.mktemp("emulator")) as command:
        yield command


def _queues(emulator: Command) -> list[str]:
    answer: dict[str, Any] = emulator.client("sqs").list_queues()
    return [url.rpartition("/")[2] for url in answer.get("QueueUrls", [])]


def test_a_page_of_another_site_changes_nothing(browser: Chromium, emulator: Command, tmp_path: Path) -> None:
    """Nor can it read an answer."""
    emulator.client("sqs").create_queue(QueueName="kept")
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>A page</title>")
    browser.open(page, width=800)
    assert browser.evaluate(_RESET.replace("URL", emulator.url)) == ["opaque", "not read"]
    assert _queues(emulator) == ["kept"]


def test_a_name_that_is_rebound_to_this_machine_changes_nothing(browser: Chromium, emulator: Command) -> None:
    """To the browser the emulator is of the page's own origin then."""
    before = _queues(emulator)
    browser.open(f"http://rebound.example:{emulator.url.rpartition(':')[2]}/", width=800)
    assert browser.evaluate(f"fetch('/', {_CREATE}).then((answer) => answer.status)") == 403
    assert _queues(emulator) == before


def test_the_emulators_own_pages_work(browser: Chromium, emulator: Command) -> None:
    """moto's overview of what is there asks for its data."""
    browser.open(f"{emulator.url}/moto-api/data.json", width=800)
    assert browser.evaluate("fetch('/moto-api/data.json').then((answer) => answer.status)") == 200
