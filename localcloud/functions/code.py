"""Code on disk: every zip unpacked once, and the folder of what Lambda's own Python runtime brings along.

Guarantees folders that are complete as soon as they exist, also when several processes unpack at once. Nothing is
removed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from moto.awslambda.exceptions import LambdaClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.functions.definition import Package

# What a function finds in Lambda without shipping it: the SDK
# (https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html) and the runtime client with what that needs.
# Anything else of this virtual environment stays out of a function's sight.
_SDK = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
AWS_CLIENT = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
OWN_CLIENT = "localcloud_bootstrap"
STARTER = "localcloud_start"
_FILLING = threading.Lock()  # several functions that start at once mostly have the same package


class InvalidZipFileError(LambdaClientError):
    """The code is not a zip."""

    code = 502

    def __init__(self) -> None:
        super().__init__("InvalidZipFileException", "Lambda could not unzip the deployment package.")


def unpacked(package: Package, folder: Path) -> Path:
    """The folder with the package's files, below `folder`. Raises InvalidZipFileError."""
    if not zipfile.is_zipfile(io.BytesIO(package.content)):
        raise InvalidZipFileError

    def fill(target: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
            for member in archive.infolist():
                path = Path(archive.extract(member, target))
                mode = member.external_attr >> 16
                path.chmod(path.stat().st_mode | (mode & 0o777))

    return _filled_once(folder / package.sha256, fill)


def runtime_folder(folder: Path) -> Path:
    """The folder with links to the SDK, to AWS's runtime client where it is installed, and to ours, below `folder`."""
    links = {found.name: found for found in map(_location, (*_SDK, *AWS_CLIENT)) if found}
    links[f"{OWN_CLIENT}.py"] = Path(__file__).with_name("bootstrap.py")
    links[f"{STARTER}.py"] = Path(__file__).with_name("start.py")
    fingerprint = hashlib.sha256("\n".join(map(str, links.values())).encode()).hexdigest()

    def fill(target: Path) -> None:
        for name, source in links.items():
            (target / name).symlink_to(source)

    return _filled_once(folder / f"runtime-{fingerprint[:16]}", fill)


def has_aws_client() -> bool:
    """Whether AWS's runtime client can run functions with this interpreter."""
    return all(importlib.util.find_spec(module) for module in AWS_CLIENT)


def _location(module: str) -> Path | None:
    """The file or folder that an import of the module reads."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    return origin.parent if spec.submodule_search_locations else origin


def _filled_once(target: Path, fill: Callable[[Path], None]) -> Path:
    with _FILLING:
        if not target.exists():
            _fill(target, fill)
    return target


def _fill(target: Path, fill: Callable[[Path], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        fill(draft)
        draft.chmod(0o755)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():  # otherwise another process was faster
            raise
