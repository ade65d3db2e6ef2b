"""`drop --together`: what the operator sees, and what is dropped."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cognito_drop.cli.dropping import Dropped, drops_result
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.joining import joined_file
from cognito_drop.contract import limits
from cognito_drop.core.rows.together import JoinedFile
from tests.unit.samples import drop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three of one layout."""
    made = []
    for name, rows in (("mon", 40), ("tue", 20), ("wed", 1)):
        path = tmp_path / f"{name}.csv"
        path.write_text("cognito:username,email\n" + "".join(f"{name}{n},{name}{n}@example.com\n" for n in range(rows)))
        made.append(path)
    return made


def test_the_joined_file_has_a_name_that_says_what_it_is(files: list[Path], tmp_path: Path) -> None:
    """One header, and all rows."""
    folder = tmp_path / "made"
    folder.mkdir()
    made, joined = joined_file(files, folder, None)
    assert made.name == "mon-and-2-more.csv"
    lines = made.read_text().splitlines()
    assert (len(lines), lines[41], lines[61]) == (62, "tue0,tue0@example.com", "wed0,wed0@example.com")
    assert joined[1] == JoinedFile(str(files[1]), 42, 61, 2)


@pytest.mark.parametrize("preset", ["auth0", {"columns": {}}])
def test_exports_are_not_joined(files: list[Path], tmp_path: Path, preset: object) -> None:
    """Some have no header, and some are JSON."""
    with pytest.raises(CommandError) as refused:
        joined_file(files, tmp_path, preset)
    assert refused.value.code is ErrorCode.NOT_TOGETHER


def test_more_than_a_job_takes_is_not_joined(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing would be gained."""
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1000)
    with pytest.raises(CommandError, match=r"joins up to 1\.0 kB"):
        joined_file(files, tmp_path, None)


def test_the_command_says_whose_rows_are_on_which_lines() -> None:
    """For people, and as data."""
    joined = [JoinedFile("mon.csv", 2, 41, 2), JoinedFile("tue.csv", 42, 61, 4)]
    context: Any = SimpleNamespace(messages=SimpleNamespace(say=lambda _: None), aws=SimpleNamespace(is_aws=False))
    pool: Any = SimpleNamespace(
        to_json=lambda: {"alias": "people", "id": "us-east-1_AbCdEf123"},
        settings=SimpleNamespace(waits_for_scan=False),
    )
    result = drops_result(
        context, pool, [Dropped("made.csv", 9, drop())], is_dry_run=False, wait=False, interval=1.0, joined=joined
    )
    shown = io.StringIO()
    Console(file=shown, width=200).print(*result.text)
    assert "tue.csv  42 to 61              4 to 23" in shown.getvalue()
    data: Any = result.data
    assert data["joined"][1] == {"file": "tue.csv", "first_line": 42, "last_line": 61, "own_first_line": 4}
