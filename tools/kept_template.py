"""Templates of the stack and zips of its functions that are kept: synthesis costs more CPU than most tests.

A template is made by an app, as its `cdk.json` says, once for each context and each state of the sources, and the
functions' zip once for each state of their sources; both are kept in `.tools/kept`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tools.deployment import STACK
from tools.local_cloud import ACCOUNT, REGION
from tools.toolchain import PROJECT, search_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.local_cloud import LocalCloud

_KEPT = PROJECT / ".tools" / "kept"
_DAY = 86_400  # seconds after which what is not used any more is thrown away
_SOURCES = ("app.py", "cdk.json", "requirements.txt", "cognito_drop", "lambdas", "stacks", "examples")
"""What goes into a template beside the context; the last are other apps, and files that a context may name."""
_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
_BOOTSTRAP = ("/cdk-bootstrap/hnb659fds/version", "30")
"""The parameter with which `cdk bootstrap` says that an account is prepared, and that a template asks for."""


def upload_kept(
    cloud: LocalCloud,
    context: Mapping[str, str],
    change: Callable[[str], str] = str,
    *,
    app: Path = PROJECT,
    stack: str = STACK,
) -> str:
    """Put the template for these context values, with a change, and its assets where the CDK CLI would.

    `app` is the folder of an app that has this stack. Returns the template's URL.
    """
    folder, template_url = _kept_template(app, context), ""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    for name, asset in json.loads((folder / f"{stack}.assets.json").read_text())["files"].items():
        for destination in asset["destinations"].values():
            key = destination["objectKey"]
            if asset["source"]["packaging"] == "zip":
                s3.upload_file(str(_kept_package(name)), _BUCKET, key)
            else:
                template = change((folder / f"{stack}.template.json").read_text())
                s3.put_object(Bucket=_BUCKET, Key=key, Body=template.encode())
                template_url = f"{cloud.endpoint}/{_BUCKET}/{key}"
    cloud.client("ssm").put_parameter(Name=_BOOTSTRAP[0], Value=_BOOTSTRAP[1], Type="String", Overwrite=True)
    return template_url


def kept_resources(context: Mapping[str, str]) -> Any:  # noqa: ANN401  (JSON)
    """The resources of the stack's template for these context values, by logical id."""
    return json.loads((_kept_template(PROJECT, context) / f"{STACK}.template.json").read_text())["Resources"]


def _kept_template(app: Path, context: Mapping[str, str]) -> Path:
    """The folder of the template of an app for a context."""

    def make(folder: Path) -> None:
        settings = json.loads((app / "cdk.json").read_text())
        # The zip is made once for all templates.
        values = {**settings.get("context", {}), **context, "aws:cdk:bundling-stacks": []}
        variables = {"PATH": search_path(), "CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(values)}
        command = shlex.split(settings["app"])
        subprocess.run(command, cwd=app, env={**os.environ, **variables}, check=True)  # noqa: S603  (our own command)

    files = [file for source in _SOURCES for file in _files(PROJECT / source)]
    digest = hashlib.sha256(json.dumps([sys.version, app.name, dict(context)]).encode())
    for file in files:
        digest.update(f"\0{file.relative_to(PROJECT)}\0".encode() + file.read_bytes())
    return _kept(digest.hexdigest(), make)


def _kept_package(name: str) -> Path:
    """The zip of the functions, whose asset has this name, a hash of its sources."""

    def make(folder: Path) -> None:
        from cognito_drop.cdk.packaging import build_package  # noqa: PLC0415  (starts Node; mostly it is not needed)

        with TemporaryDirectory() as package:
            build_package(Path(package))
            folder.mkdir()
            shutil.make_archive(str(folder / "package"), "zip", package)

    return _kept(f"package-{name}", make) / "package.zip"


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made if it is not there; several processes may ask for it at once."""
    kept = _KEPT / name
    if not kept.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=_KEPT, prefix="new-") as work:
            make(Path(work, "made"))
            try:
                Path(work, "made").rename(kept)
            except OSError:  # another process was faster
                if not kept.exists():
                    raise
        _throw_old_ones_away()
    os.utime(kept)
    return kept


def _throw_old_ones_away() -> None:
    for folder in _KEPT.iterdir():
        if folder.stat().st_mtime < time.time() - _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return sorted(file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
