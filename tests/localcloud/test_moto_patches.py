"""Every patch of moto is needed in the version that is installed."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.moto_patches import PATCHES

if TYPE_CHECKING:
    from types import ModuleType

PROJECT = Path(__file__).resolve().parent.parent.parent


def name_of(patch: ModuleType) -> str:
    """The name of the patch's file."""
    return patch.__name__.rpartition(".")[2]


@pytest.fixture(scope="module")
def needed() -> dict[str, bool]:
    """What moto shows without the patches: by the name of the patch, whether it is needed."""
    command = [sys.executable, "-m", "tests.localcloud.stock_moto"]
    answers: dict[str, bool] = json.loads(subprocess.check_output(command, cwd=PROJECT))
    return answers


@pytest.mark.parametrize("patch", PATCHES, ids=name_of)
def test_a_patch_is_needed(patch: ModuleType, needed: dict[str, bool]) -> None:
    """In stock moto the gap is open; a patch for one that is closed goes."""
    known = re.search(r"^moto (\d+\.\d+\.\d+) ", str(patch.__doc__), re.MULTILINE)
    assert known, "the file says which version of moto needs it"
    installed = importlib.metadata.version("moto")
    assert needed[name_of(patch)], f"moto {installed} closes the gap of {patch.__name__}, which {known[1]} needed"


def test_every_file_is_a_patch_that_is_installed() -> None:
    """None lies in the folder and is forgotten."""
    folder = PROJECT / "localcloud" / "moto_patches"
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == {name_of(patch) for patch in PATCHES}
