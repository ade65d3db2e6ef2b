"""What `pip install` of the repository gives, used from outside the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tools.toolchain import PROJECT, python_script

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [str(python_script("uv")), "build", "--quiet", "--wheel", "--out-dir", str(folder), "."],
        cwd=PROJECT,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path) -> Path:
    """A folder with the wheel installed, which comes before the checkout on Python's path."""
    folder = wheel.parent / "site"
    command = [str(python_script("uv")), "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True)
    return folder


def _run(site: Path, folder: Path, *command: str, **environment: str) -> str:
    """Run Python in a folder; what the app needs besides the wheel is there already."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_construct_the_functions_and_the_command(wheel: Path) -> None:
    """And nothing of what only the checkout needs; a folder `stacks` of the app's own stays the app's."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"cognito_drop"}
    assert "cognito_drop/functions/lambdas/requirements.txt" in names


def test_an_app_outside_the_checkout_synthesises(site: Path, tmp_path: Path) -> None:
    """With the functions' code from the wheel, and the dependencies that its lock names."""
    app = tmp_path / "own_pool"
    shutil.copytree(PROJECT / "examples" / "own_pool", app)
    where = "import cognito_drop; print(cognito_drop.__file__)"
    assert _run(site, app, "-c", where).startswith(str(site))
    _run(site, app, "app.py", CDK_OUTDIR=str(tmp_path / "cdk.out"))
    template = json.loads((tmp_path / "cdk.out" / "club-members.template.json").read_text())
    assert {"AWS::Cognito::UserPool", "AWS::StepFunctions::StateMachine"} <= {
        resource["Type"] for resource in template["Resources"].values()
    }
    (package,) = (folder for folder in (tmp_path / "cdk.out").iterdir() if folder.name.startswith("asset."))
    shipped = ("lambdas/preflight/handler.py", "cognito_drop/core/rows/check.py", "cognito_drop/aws/run_ledger.py")
    for name in (*shipped, "aws_lambda_powertools/__init__.py"):
        assert (package / name).is_file(), name


def test_the_command_runs(site: Path, tmp_path: Path) -> None:
    """As it was installed."""
    said = _run(site, tmp_path, str(site / "bin" / "cognito-drop"), "--help")
    assert "doctor" in said
