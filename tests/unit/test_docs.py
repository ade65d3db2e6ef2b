"""The docs name what the code has: codes, settings, flags, decisions."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cognito_drop.cdk.subscription_config import OUTCOMES, Subscription
from cognito_drop.contract import limits
from cognito_drop.contract.event_names import RunEventKind
from cognito_drop.core.notification import Notification
from cognito_drop.core.pools.pool_settings import PoolChoices
from cognito_drop.core.text.problem import ProblemCode
from stacks.config import Config
from tests.published_schemas import validator

PROJECT = Path(__file__).resolve().parent.parent.parent
DOCS = PROJECT / "docs"


@pytest.mark.parametrize("code", ProblemCode)
def test_every_code_of_an_unusable_file_is_named(code: ProblemCode) -> None:
    """The page on results lists each code."""
    assert f"`{code.value}`" in (DOCS / "results.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Config)])
def test_every_context_key_is_in_the_readme(field: str) -> None:
    """The README's table of the configuration has each key."""
    assert f"\n| `{field}` |" in (PROJECT / "README.md").read_text()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Subscription)])
def test_every_member_of_a_subscription_is_explained(field: str) -> None:
    """The page on notifications has each."""
    assert f"\n| `{field}` |" in (DOCS / "notifications.md").read_text()


@pytest.mark.parametrize("word", [*OUTCOMES, *(kind.value for kind in RunEventKind)])
def test_every_outcome_and_every_event_is_named(word: str) -> None:
    """So that anyone who writes a filter or a rule finds it."""
    assert f"`{word}`" in (DOCS / "notifications.md").read_text()


def test_the_attributes_of_a_notification_are_explained() -> None:
    """Those that are published beside subject and message."""
    attributes = {field.name for field in dataclasses.fields(Notification)} - {"subject", "message"}
    assert attributes
    assert all(f"\n| `{name}` |" in (DOCS / "notifications.md").read_text() for name in attributes)


def test_the_example_of_a_notification_is_of_the_published_shape() -> None:
    """Shortened, but with no member that there is not."""
    blocks = re.findall(r"```json\n(.*?)```", (DOCS / "notifications.md").read_text(), re.DOTALL)
    (example,) = [json.loads(block) for block in blocks if "schema_version" in block]
    errors = validator("notification-1").iter_errors(example)
    assert {error.validator for error in errors} == {"required"}


@pytest.mark.parametrize("field", dataclasses.fields(PoolChoices), ids=lambda field: field.name)
def test_every_setting_of_a_pool_is_explained(field: dataclasses.Field[Any]) -> None:
    """The page on the file has each setting that a pool can have, with its default."""
    default = {"None": "none", "False": "`false`", str(limits.MAX_ROWS): str(limits.MAX_ROWS)}.get(str(field.default))
    assert f"\n| `{field.name}` | {default or f'`{field.default}`'} |" in (DOCS / "file-format.md").read_text()


def test_every_decision_is_listed() -> None:
    """The list of decisions links each of them, and nothing that is not there."""
    listed = (DOCS / "decisions" / "README.md").read_text()
    files = {path.name for path in (DOCS / "decisions").glob("20*.md")}
    assert files
    assert all(f"({name})" in listed for name in files)
    assert listed.count(".md)") == len(files)
