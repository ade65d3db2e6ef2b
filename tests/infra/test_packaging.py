"""The Lambda package is built on this machine, and a failure says so instead of asking for Docker."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cdk import packaging

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_lambda as lambda_

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


def _synthesize(folder: Path) -> None:
    app = cdk.App(outdir=str(folder))
    lambda_.Function(
        cdk.Stack(app, "packaged"),
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="lambdas.preflight.handler.lambda_handler",
        code=packaging.lambda_code(),
    )
    app.synth()


def test_the_package_holds_the_functions_and_what_they_need(tmp_path: Path) -> None:
    """The `lambdas` package under its own name beside its dependencies; nothing compiled, nothing to install from."""
    _synthesize(tmp_path)
    (package,) = [folder for folder in tmp_path.iterdir() if folder.name.startswith("asset.")]
    assert (package / "lambdas" / "preflight" / "handler.py").is_file()
    assert (package / "boto3" / "__init__.py").is_file()
    assert (package / "aws_lambda_powertools" / "__init__.py").is_file()
    assert (package / "phonenumbers" / "__init__.py").is_file()
    names = {path.name for path in package.rglob("*")}
    assert not names & {"__pycache__", "requirements.in", "requirements.txt", "pytest", "moto", "aws_cdk"}
    assert not {name for name in names if name.endswith(".pyc")}
    compiled = {path.name for path in package.rglob("*.so")}
    assert all("x86_64" not in name for name in compiled)


@pytest.mark.parametrize(
    "changed",
    [
        "lambdas/preflight/handler.py",
        "lambdas/requirements.txt",
        *(f"cognito_drop/{name}/__init__.py" for name in ("contract", "core", "aws")),
        "cognito_drop/__init__.py",
    ],
)
def test_the_hash_covers_every_part_of_the_package(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte more in a part is another asset, which is deployed; the same sources in another place are the same."""
    for name in ("lambdas", "cognito_drop"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = packaging.asset_hash()
    monkeypatch.setattr(packaging, "_LAMBDAS", tmp_path / "lambdas")
    monkeypatch.setattr(packaging, "_PACKAGE", tmp_path / "cognito_drop")
    assert packaging.asset_hash() == before
    with (tmp_path / changed).open("a") as source:
        source.write("#")
    assert packaging.asset_hash() != before


def test_the_hash_covers_the_command_that_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dependencies for another Python are another asset."""
    before = packaging.asset_hash()
    monkeypatch.setattr(packaging, "_INSTALL", (*packaging._INSTALL, "--python-version=3.11"))  # noqa: SLF001
    assert packaging.asset_hash() != before


def test_a_package_that_cannot_be_built_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What uv says is in it, and Docker is not asked."""
    failing = tmp_path / "uv"
    failing.write_text("#!/bin/sh\necho no wheel for this platform >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(packaging, "_uv", lambda: str(failing))
    with pytest.raises(Exception, match=r"could not be installed: .*no wheel for this") as caught:
        _synthesize(tmp_path / "cdk.out")
    assert "docker" not in str(caught.value).lower()


def test_a_machine_without_uv_is_reported_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence names the command."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match=r"uv is not installed. `pip install uv` installs it"):
        _synthesize(tmp_path / "cdk.out")


def test_packages_that_cannot_be_installed_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the cause, and with what it needs."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(packaging.PackagingError) as raised:
        packaging.install_dependencies(PROJECT / "lambdas" / "requirements.txt", tmp_path / "target")
    said = str(raised.value)
    assert said.startswith("The packages that the functions need could not be installed: ")
    assert "was not found in the cache" in said
    assert "\n" not in said
