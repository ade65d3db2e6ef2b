"""Cognito's limits: a change of one in its module is a change everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.settings import ImportSettings, TargetPool
from cognito_drop.contract import limits
from cognito_drop.core.rows import RejectionCode
from tests.unit.rows.files import ADA, check, file_of

PROJECT = Path(__file__).resolve().parents[2]
_DEFAULTS = """
import json
from cognito_drop.contract import limits
limits.MAX_ROWS, limits.MAX_FILE_BYTES = 7, 70
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.rows import Options
settings = PoolSettings("us-east-1_AbCdEf123")
print(json.dumps([settings.options.max_part_rows, Options().max_part_rows, Options().max_part_bytes]))
"""


def test_the_limits_are_those_that_aws_documents() -> None:
    """Written here once more, so that a change is on purpose."""
    assert (limits.MAX_ROWS, limits.MAX_FILE_BYTES) == (500_000, 100_000_000)
    assert (limits.MAX_ROW_CHARACTERS, limits.IMPORT_JOB_QUOTA) == (16_000, 1000)


def test_the_parts_of_a_file_follow_the_limits() -> None:
    """What a file is cut into unless a pool says otherwise, in an interpreter that has other limits from its start."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", _DEFAULTS], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [7, 7, 70]


def test_the_setting_of_rows_follows_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the setting may be, and the sentence that says so."""
    assert TargetPool("us-east-1_AbCdEf123").part_rows == limits.MAX_ROWS
    monkeypatch.setattr(limits, "MAX_ROWS", 7)
    ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123", part_rows=7)})
    with pytest.raises(ConfigError, match="part_rows = 8 for people: it must be 1 to 7"):
        ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123", part_rows=8)})


def test_the_length_of_a_row_follows_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row that fits is too long under a lower limit, and its sentence names that."""
    assert check(file_of(ADA)).code is None
    monkeypatch.setattr(limits, "MAX_ROW_CHARACTERS", 30)
    outcome = check(file_of(ADA))
    assert outcome.code is RejectionCode.ROW_TOO_LONG
    assert "30 characters" in outcome.sink.rejections[0].sentence
