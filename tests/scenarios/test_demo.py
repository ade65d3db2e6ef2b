"""The README's first command, as a newcomer runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from laptop.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.scenario

_PATIENCE = 600  # seconds; guards against hanging only


def _demo(*flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "laptop", "demo", *flags]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=_PATIENCE)


def test_demo_shows_the_whole_way() -> None:
    """It ends green and prints the counts, the email, the results and the number of users, all of one mind."""
    done = _demo()
    assert done.returncode == 0, done.stdout + done.stderr
    first, both = (int(users.replace(",", "")) for users in re.findall(r"now holds ([\d,]+) users", done.stdout))
    assert f"Imported {first} of 1,000 users" in done.stdout
    assert f"Imported {both - first} of 200 users" in done.stdout
    assert "Start it with + and the" in done.stdout
    assert "summary.json" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_demo_explains_a_file_that_cannot_be_imported(tmp_path: Path) -> None:
    """Somebody's own file with a wrong header is rejected in words, and the command says so by its exit code."""
    file = tmp_path / "mine.csv"
    file.write_text("login,mail,shoe size\nada,ada@example.com,42\n")
    done = _demo("--file", str(file))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Rejected, nothing was imported: mine.csv" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_demo_shows_an_export_of_another_system() -> None:
    """Its sample goes into the system's folder, and what stays behind is printed."""
    done = _demo("--preset", "auth0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "inbox/people/auth0/" in done.stdout
    assert "Imported 5 of 7 users" in done.stdout
    assert "2 users with roles, groups or claims" in done.stdout
    assert "now holds 5 users" in done.stdout


def test_demo_names_a_file_that_is_not_there() -> None:
    """A mistyped name is answered at once."""
    done = _demo("--file", "no-such.csv")
    assert done.returncode == 2
    assert "no-such.csv" in done.stdout
