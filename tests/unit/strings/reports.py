"""What is written of a run that has ended: its summary, page, notification, event, and metrics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cognito_drop.core.metrics.run_metrics import of_run
from cognito_drop.core.notification import notification_of
from cognito_drop.core.notification.run_events import run_finished
from cognito_drop.core.report_page import render
from tests.summaries import EXAMPLES
from tests.unit.strings.documents import differences, text_lines, values, without
from tests.unit.strings.markup import page_lines
from tests.unit.strings.sample_pages import sample_pages
from tests.unit.strings.sample_runs import sample_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.notification.message import Notification
    from cognito_drop.core.results.summary import Summary
    from tests.unit.strings.documents import Lines


def pages() -> Iterator[str]:
    """The page of each sample."""
    seen: set[str] = set()
    for name, example in EXAMPLES.items():
        yield from (f"[{name}]", *page_lines(render(example()), seen), "")
    for name, further in sample_pages().items():
        yield from (f"[{name}]", *page_lines(render(further), seen), "")
    for name, run in sample_runs().items():
        yield from (f"[run: {name}]", *page_lines(render(run.to_json()), seen), "")


def emails() -> Iterator[str]:
    """The email of each run."""
    for name, run in sample_runs().items():
        notification = notification_of(run)
        email = message(notification)["email"]
        yield from (f"[{name}]", f"Subject: {notification.subject}", *text_lines(email), "")


def documents() -> Iterator[str]:
    """What programs read of each run. The notification and the event are shown where they differ from the summary."""
    runs = sample_runs()
    first = _documents(next(iter(runs.values())))
    for number, (name, run) in enumerate(runs.items()):
        found = _documents(run) if number else first
        yield from (f"[{name}]", *differences(first, found), "")


def _documents(run: Summary) -> Lines:
    summary, notification, event = values(run.to_json()), notification_of(run), run_finished(run).to_entry()
    detail = event.pop("Detail")
    return {
        **summary,
        **_prefixed("notification", without(values(json.loads(message(notification)["default"])), summary)),
        **_prefixed("attribute", values({"outcome": notification.outcome, "pool": notification.pool})),
        **_prefixed("attribute", values({"has_failures": notification.has_failures})),
        **_prefixed("event", without(values(json.loads(detail)), summary)),
        **_prefixed("event", values(event)),
        **_prefixed("metric", values(of_run(run))),
    }


def message(notification: Notification) -> dict[str, str]:
    """The texts of a notification by protocol; the line for SMS is the subject."""
    texts: dict[str, str] = json.loads(notification.message)
    assert texts.keys() == {"default", "email", "sms"}
    assert texts["sms"] == notification.subject
    return texts


def _prefixed(prefix: str, lines: Lines) -> Lines:
    return {f"{prefix} {place}": value for place, value in lines.items()}
