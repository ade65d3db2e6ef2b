"""What `pip install` of the wheel gives, used from outside the checkout: one environment for each extra."""

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

_OWN_PACKAGES = ("lambdas", "cli", "stacks")
"""Folders that an app may well have, named like those of the checkout."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution: that one is complete too."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [str(python_script("uv")), "build", "--quiet", "--no-build-isolation", "--python", sys.executable]
    _succeed([*build, "--out-dir", str(folder), "."], PROJECT)
    (built,) = folder.glob("*.whl")
    return built


def _installed(wheel: Path, extras: str) -> Path:
    """A new virtual environment with the wheel and some extras, in the versions of the lock; its folder of scripts."""
    environment, uv = wheel.parent / extras, str(python_script("uv"))
    _succeed([uv, "venv", "--quiet", "--python", sys.executable, str(environment)], PROJECT)
    into = ["--python", str(environment / "bin" / "python"), "--constraint", str(PROJECT / "requirements.txt")]
    _succeed([uv, "pip", "install", "--quiet", *into, f"{wheel}[{extras}]"], PROJECT)
    return environment / "bin"


def _succeed(command: list[str], folder: Path, **variables: str) -> str:
    """Run a command, without what this process sees of the checkout; what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "JSII_NODE")}
    done = subprocess.run(
        command, cwd=folder, env={**environment, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_installs_one_package(wheel: Path) -> None:
    """With its types, its license, and the functions as data, and nothing of what only the checkout needs."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"cognito_drop"}
    assert {"cognito_drop/py.typed", "cognito_drop/functions/lambdas/requirements.txt"} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_alone_brings_nothing_else(wheel: Path) -> None:
    """Whatever is needed beyond the standard library is in an extra."""
    metadata = next(name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA"))
    lines = zipfile.ZipFile(wheel).read(metadata).decode().splitlines()
    required = [line for line in lines if line.startswith("Requires-Dist: ")]
    assert required
    assert all("extra ==" in line for line in required)


def test_the_package_imports_nothing_by_itself() -> None:
    """The modules that `import cognito_drop` adds are itself."""
    code = "import sys; before = set(sys.modules); import cognito_drop; print(*(set(sys.modules) - before))"
    assert _succeed([sys.executable, "-c", code], PROJECT).split() == ["cognito_drop"]


def test_an_app_with_folders_of_the_same_names_synthesizes(wheel: Path, tmp_path: Path) -> None:
    """Its own packages stay its own, and the functions' asset has ours and the dependencies that its lock names."""
    app = tmp_path / "app"
    shutil.copytree(PROJECT / "examples" / "own_pool", app)
    for name in _OWN_PACKAGES:
        (app / name).mkdir()
        (app / name / "__init__.py").write_text('OWNER = "the app"\n')
    (app / "main.py").write_text(
        f"import {', '.join(_OWN_PACKAGES)}\n"
        f"assert {{package.OWNER for package in ({', '.join(_OWN_PACKAGES)})}} == {{'the app'}}\n"
        "import app, cognito_drop\n"
        "print(cognito_drop.__file__)\n"
    )
    scripts = _installed(wheel, "cdk,node")
    place = _succeed([str(scripts / "python"), "main.py"], app, CDK_OUTDIR=str(tmp_path / "cdk.out"))
    assert place.startswith(str(scripts.parent))
    template = json.loads((tmp_path / "cdk.out" / "club-members.template.json").read_text())
    assert {"AWS::Cognito::UserPool", "AWS::StepFunctions::StateMachine"} <= {
        resource["Type"] for resource in template["Resources"].values()
    }
    (package,) = (folder for folder in (tmp_path / "cdk.out").iterdir() if folder.name.startswith("asset."))
    ours = [f"cognito_drop/{name}/__init__.py" for name in ("contract", "core", "aws")]
    for name in (*ours, "lambdas/preflight/handler.py", "aws_lambda_powertools/__init__.py"):
        assert (package / name).is_file(), name
    assert not (package / "cognito_drop" / "cdk").exists()
    installed = {path.name for path in scripts.parent.glob("lib/python*/site-packages/*")}
    assert "aws_cdk" in installed
    assert not installed & {"boto3", "click", "rich"}


def test_the_command_runs(wheel: Path, tmp_path: Path) -> None:
    """As it is installed, without CDK: one command that loads all others, one that says the version."""
    scripts = _installed(wheel, "cli")
    assert "doctor" in _succeed([str(scripts / "cognito-drop"), "--help"], tmp_path)
    assert "cognito-drop" in _succeed([str(scripts / "cognito-drop"), "--version"], tmp_path)
    installed = {path.name for path in scripts.parent.glob("lib/python*/site-packages/*")}
    assert {"click", "rich"} <= installed
    assert not installed & {"aws_cdk", "constructs", "uv"}
