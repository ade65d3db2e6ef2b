"""The link into the AWS console that `drop` gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cognito_drop.cli.aws import Aws
from cognito_drop.cli.dropping import Dropped, drops_result
from tests.unit.samples import drop

MACHINE = "arn:aws:states:eu-west-1:123456789012:execution:machine"


@pytest.mark.parametrize(
    ("region", "endpoint", "is_aws"),
    [
        ("eu-west-1", "", True),
        ("cn-north-1", "", True),
        ("us-gov-west-1", "", True),
        ("eu-west-1", "http://127.0.0.1:4566", False),
        ("eu-west-1", "https://amazonaws.com.example.org", False),
    ],
)
def test_an_emulator_has_no_console(
    monkeypatch: pytest.MonkeyPatch, region: str, endpoint: str, *, is_aws: bool
) -> None:
    """It is known by its address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    if not endpoint:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
    assert Aws(None, region).is_aws is is_aws


@pytest.mark.parametrize(("is_aws", "waits"), [(True, False), (True, True), (False, False)])
def test_a_drop_names_its_execution_where_there_is_one(*, is_aws: bool, waits: bool) -> None:
    """As data and in a sentence; a run that waits for its malware scan has none yet."""
    said: list[str] = []
    context: Any = SimpleNamespace(
        messages=SimpleNamespace(say=said.append, say_whole=said.append),
        aws=SimpleNamespace(is_aws=is_aws),
        deployment=SimpleNamespace(execution_arn=lambda name: f"{MACHINE}:{name}"),
    )
    pool: Any = SimpleNamespace(
        to_json=lambda: {"alias": "people", "id": "us-east-1_AbCdEf123"},
        settings=SimpleNamespace(waits_for_scan=waits),
    )
    result = drops_result(context, pool, [Dropped("made.csv", 9, drop())], is_dry_run=False, wait=False, interval=1.0)
    data: Any = result.data
    link = data["drops"][0]["console"]
    if is_aws and not waits:
        assert link.endswith(f"#/v2/executions/details/{MACHINE}:{drop().run_id}")
        assert f"In the console: {link}" in said
    else:
        assert link is None
