"""The README's first command, as a newcomer runs it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tests.patience import PATIENCE
from tools.demo import DemoChoices, drop_commands, show
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def _demo(*flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools", "demo", *flags]
    return subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_demo_shows_the_whole_way() -> None:
    """It ends green and prints the counts, the email, the results and the number of users, all of one mind."""
    done = _demo()
    assert done.returncode == 0, done.stdout + done.stderr
    first, both = (int(users.replace(",", "")) for users in re.findall(r"now holds ([\d,]+) users", done.stdout))
    assert f"Imported {first} of 1,000 users" in done.stdout
    assert f"Imported {both - first} of 200 users" in done.stdout
    assert "Start it with + and the" in done.stdout
    assert "summary.json" in done.stdout
    assert (PROJECT / ".localcloud" / "demo" / "messy.csv" / "summary.html").is_file()
    assert "Done, 1,000 of 1,000 rows" in done.stdout
    assert "The results are in .localcloud/demo/. The emulator ends now" in done.stdout
    assert "Mark notified" not in done.stdout
    assert "make demo KEEP=1" in done.stdout
    assert "times as fast as yours" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_file_that_cannot_be_imported_is_explained(world: World, tmp_path: Path) -> None:
    """Someone's own file with a wrong header is rejected in words."""
    went_through, said = _shown(world, _file_with_a_wrong_header(tmp_path))
    assert not went_through
    assert "Rejected, nothing was imported: mine.csv" in said
    assert "1 row in the file, none imported. The header" in said
    assert "│ in the file" not in said, "there is nothing to count"


def test_an_export_of_another_system_is_shown(world: World) -> None:
    """It goes into the system's folder, and what stays behind is printed."""
    went_through, said = _shown(world, PROJECT / "examples" / "presets" / "auth0.ndjson", "auth0")
    assert went_through
    assert "inbox/people/auth0/" in said
    assert "Imported 5 of 7 users" in said
    assert "2 users with roles, groups, or claims" in said


def test_the_emulator_is_left_with_commands_that_fit_its_pool() -> None:
    """The pool of a mapping refuses the examples: the commands name the file that was given."""
    mapped = drop_commands([Path("my staff.csv")], DemoChoices(mapping={"columns": {}}), "drops")
    assert mapped[0] == ".venv/bin/cognito-drop drop 'my staff.csv' --dry-run --wait"
    assert mapped[-1] == "aws s3 cp 'my staff.csv' s3://drops/check/people/"
    sample = PROJECT / "examples" / "presets" / "auth0.ndjson"
    drop, *_, copy = drop_commands([sample], DemoChoices(preset="auth0"), "drops")
    assert drop == ".venv/bin/cognito-drop drop examples/presets/auth0.ndjson --preset auth0 --dry-run --wait"
    assert copy == "aws s3 cp examples/presets/auth0.ndjson s3://drops/check/people/auth0/"


@pytest.mark.nightly
def test_demo_ends_well_with_a_file_that_cannot_be_imported(tmp_path: Path) -> None:
    """The whole command, with a cloud and a deployment of its own: the rejection is what it was to show."""
    done = _demo("--file", str(_file_with_a_wrong_header(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Rejected, nothing was imported: mine.csv" in done.stdout
    assert "make demo KEEP=1" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.nightly
def test_demo_says_in_a_sentence_what_it_cannot_build(tmp_path: Path) -> None:
    """Without a network and without what an earlier one has kept."""
    done = _demo(UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "The packages that the functions need could not be installed: " in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.nightly
def test_demo_takes_the_sample_of_a_system() -> None:
    """The whole command, with a cloud and a deployment of its own, for the samples in CSV and in JSON."""
    done = _demo("--preset", "auth0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("/inbox/people/auth0/") == 2
    assert "now holds 4 users" in done.stdout
    assert "now holds 9 users" in done.stdout


def test_demo_names_a_file_that_is_not_there() -> None:
    """A mistyped name is answered at once."""
    done = _demo("--file", "no-such.csv")
    assert done.returncode == 2
    assert "no-such.csv" in done.stdout


def _shown(world: World, file: Path, preset: str | None = None) -> tuple[bool, str]:
    """Whether Cognito went through a file, and what the demo has printed of it."""
    console = Console(file=io.StringIO(), highlight=False, width=200)
    went_through = show(world.cloud, world.pools["people"], world.deployment, file, console, preset=preset)
    assert isinstance(console.file, io.StringIO)
    return went_through, console.file.getvalue()


def _file_with_a_wrong_header(folder: Path) -> Path:
    file = folder / "mine.csv"
    file.write_text("login,mail,shoe size\nada,ada@example.com,42\n")
    return file
