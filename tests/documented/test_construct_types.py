"""An app that follows the page on the construct passes a type checker in its strictest mode."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.documented.pages import blocks
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/construct.md"
AROUND = """
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
"""
FUNCTION = """

def more_{}(stack: cdk.Stack, drop: CognitoDrop, staff: cognito.UserPool, queue: sqs.Queue) -> None:
"""
"""What the shorter blocks of the page take from the app around them."""


@pytest.mark.nightly
def test_an_app_that_follows_the_page_passes_mypy(tmp_path: Path) -> None:
    """The app as it is, and each other block in a function of it."""
    app, *others = [block.text for block in blocks(PAGE, "python")]
    assert len(others) >= 3
    bodies = [FUNCTION.format(number) + textwrap.indent(other, "    ") for number, other in enumerate(others)]
    (tmp_path / "app.py").write_text(f"{app}\n{AROUND}{''.join(bodies)}")
    cache = str(PROJECT / ".tools" / "mypy")  # of other settings than the project's own
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        cache,
        str(tmp_path / "app.py"),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
