"""The Lambda zip: `lambdas`, the packages that it imports, and their locked dependencies, built by uv without Docker.

All functions share one asset. Its hash covers each of our files in the zip, the lock, and the command that installs it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "functions" / "lambdas"
_LAMBDAS = _INSTALLED if _INSTALLED.exists() else _PACKAGE.parent / "lambdas"
"""In the wheel the functions travel as data of the package; in a checkout they are a folder beside it."""
_SHIPPED = ("contract", "core", "aws")
"""What the functions import of the package."""
_NOT_SHIPPED = ("__pycache__", "*.pyc", "requirements.in", "requirements.txt")
_INSTALL = (
    "pip",
    "install",
    "--quiet",
    "--no-python-downloads",
    "--require-hashes",
    "--no-deps",
    "--only-binary=:all:",
    "--python-platform=aarch64-manylinux_2_28",
    "--python-version=3.14",
    "--no-compile-bytecode",
)


class PackagingError(Exception):
    """The zip could not be built."""


@jsii.implements(ILocalBundling)
class _UvBundling:
    """Builds the asset on this machine. It raises on failure: an answer of False would send CDK to Docker."""

    def try_bundle(self, output_dir: str, options: BundlingOptions | None = None, **_: Any) -> bool:  # noqa: ANN401, ARG002
        """Fill `output_dir`."""
        build_package(Path(output_dir))
        return True


def lambda_code() -> lambda_.Code:
    """The code of every function, handlers named `lambdas.<function>.handler.lambda_handler`."""
    return lambda_.Code.from_asset(
        str(_LAMBDAS),
        asset_hash=asset_hash(),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("uv-runs-locally"),
            command=["uv", *_INSTALL],
            local=_UvBundling(),
        ),
    )


def build_package(target: Path) -> None:
    """Put the functions and what they need into an empty folder. Raises PackagingError."""
    install_dependencies(_LAMBDAS / "requirements.txt", target)
    for name, source in _sources().items():
        place = target / name
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns(*_NOT_SHIPPED))
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def asset_hash() -> str:
    """The SHA-256, in hexadecimal, of what the zip is made of."""
    digest = hashlib.sha256(repr(_INSTALL).encode())
    for name, source in sorted({**_sources(), "requirements.txt": _LAMBDAS / "requirements.txt"}.items()):
        for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            content = path.read_bytes()
            digest.update(f"{name}/{path.relative_to(source).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _sources() -> dict[str, Path]:
    """Files and folders of ours by their paths in the zip."""
    ours = {f"cognito_drop/{name}": _PACKAGE / name for name in ("__init__.py", *_SHIPPED)}
    return {"lambdas": _LAMBDAS, **ours}


def install_dependencies(requirements: Path, target: Path) -> None:
    """Install what a locked requirements file names, for Lambda's machines, into a folder. Raises PackagingError."""
    command = [_uv(), *_INSTALL, "--target", str(target), "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own command)
    if done.returncode:
        raise PackagingError(f"uv could not install the Lambda dependencies:\n{done.stderr}")


def _uv() -> str:
    """The uv of this Python environment, or the one on the PATH."""
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("uv")
    if found is None:
        raise PackagingError("uv is not installed. `pip install uv` installs it.")
    return found
