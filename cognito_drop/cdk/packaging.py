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
LOCK = "requirements.txt"
_CAUSE = "cause: "
_NOT_SHIPPED = ("requirements.in", LOCK)
failures: list[str] = []
"""Why no zip could be built: of an exception that passes through the CDK only the text comes out."""
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
        try:
            build_package(Path(output_dir))
        except PackagingError as error:
            failures.append(str(error))
            raise
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
    install_dependencies(_LAMBDAS / LOCK, target)
    for name, source in _sources().items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)


def asset_hash() -> str:
    """The SHA-256, in hexadecimal, of what the zip is made of."""
    digest = hashlib.sha256(repr(_INSTALL).encode())
    for name, content in package_sources().items():
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def package_sources() -> dict[str, bytes]:
    """Our files by their paths in the zip, and the lock of what is installed beside them, which is not in it."""
    files = {**_sources(), LOCK: _LAMBDAS / LOCK}
    return {name: path.read_bytes() for name, path in sorted(files.items())}


def _sources() -> dict[str, Path]:
    folders = {"lambdas": _LAMBDAS, **{f"cognito_drop/{name}": _PACKAGE / name for name in _SHIPPED}}
    found = {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in folders.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in _NOT_SHIPPED
    }
    return {"cognito_drop/__init__.py": _PACKAGE / "__init__.py", **found}


def install_dependencies(requirements: Path, target: Path) -> None:
    """Install what a locked requirements file names, for Lambda's machines, into a folder. Raises PackagingError.

    uv keeps each package that it has installed by the hash in the lock: only the first time needs a network.
    """
    command = [_uv(), *_INSTALL, "--color=never", "--target", str(target), "-r", str(requirements)]
    for more in (["--offline"], []):
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)  # noqa: S603  (our own)
        if not done.returncode:
            return
    raise PackagingError(
        f"The packages that the functions need could not be installed: {_cause(done.stderr)}. The first time needs the "
        "package index; afterwards uv has them in its cache."
    )


def _cause(said: str) -> str:
    """What uv complains of, in one line: its error, and the innermost of its causes."""
    lines = [line.strip().removeprefix("error: ") for line in said.splitlines() if line.strip()]
    causes = [line.removeprefix(_CAUSE) for line in lines if line.startswith(_CAUSE)]
    return ": ".join([*lines[:1], *causes[-1:]]).removesuffix(".") or "uv does not say why"


def _uv() -> str:
    """The uv of this Python environment, or the one on the PATH."""
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("uv")
    if found is None:
        raise PackagingError("uv is not installed. `pip install uv` installs it.")
    return found
