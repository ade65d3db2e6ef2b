"""A released version as it was deployed: its template, and the sources of its functions with their locked dependencies.

A folder here is a cloud assembly of the CDK without the code asset, which is made again from `lambdas.zip`: the
dependencies are fetched by their hashes, so they are those of the release.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_drop.cdk.packaging import install_dependencies

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASES = Path(__file__).parent
STACK = "cognito-drop"
POOL_ID = "us-east-1_RELEASED1"
"""Stands in a kept template for the pool under the alias `people`."""
SUBSCRIBER = "ops@example.com"
TEMPLATE, ASSETS, MANIFEST, SOURCES = f"{STACK}.template.json", f"{STACK}.assets.json", "manifest.json", "lambdas.zip"

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name: the same sources are the same bytes


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was kept."""

    version: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return RELEASES / self.version

    @property
    def template(self) -> dict[str, Any]:
        """Its template, with the pool that stands for any."""
        found: dict[str, Any] = json.loads((self.folder / TEMPLATE).read_text())
        return found

    def lay_out(self, target: Path, pool_id: str) -> None:
        """Make the cloud assembly that `cdk deploy --app` takes, for this pool, in a folder that is not there yet.

        Raises PackagingError when the dependencies cannot be had.
        """
        shutil.copytree(self.folder, target, ignore=shutil.ignore_patterns(SOURCES))
        template = target / TEMPLATE
        template.write_text(template.read_text().replace(POOL_ID, pool_id))
        code = target / _code_asset(json.loads((target / ASSETS).read_text()))
        with zipfile.ZipFile(self.folder / SOURCES) as archive:
            archive.extractall(code)
        install_dependencies(code / "lambdas" / "requirements.txt", code)


def releases() -> list[Release]:
    """All that were kept, the oldest first."""
    versions = [folder.name for folder in RELEASES.iterdir() if (folder / TEMPLATE).is_file()]
    return [Release(version) for version in sorted(versions, key=lambda it: [int(part) for part in it.split(".")])]


def keep(assembly: Path, lambdas: Path, version: str) -> Path:
    """Keep a synthesised assembly and the functions' sources as a version; return its folder."""
    folder = RELEASES / version
    folder.mkdir()
    shutil.copy(assembly / ASSETS, folder / ASSETS)
    template = json.loads((assembly / TEMPLATE).read_text())
    (folder / TEMPLATE).write_text(json.dumps(template, indent=1) + "\n")
    manifest = json.loads((assembly / MANIFEST).read_text())
    deployed = {name: _bare(manifest["artifacts"][name]) for name in (STACK, f"{STACK}.assets")}
    (folder / MANIFEST).write_text(json.dumps({**manifest, "artifacts": deployed}, indent=1) + "\n")
    with zipfile.ZipFile(folder / SOURCES, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _sources(lambdas):
            name = str(path.relative_to(lambdas.parent))
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return folder


def _bare(artifact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in artifact.items() if name not in ("metadata", "additionalMetadataFile")}


def _sources(lambdas: Path) -> Iterator[Path]:
    for path in sorted(lambdas.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _code_asset(assets: dict[str, Any]) -> str:
    (path,) = (file["source"]["path"] for file in assets["files"].values() if file["source"]["packaging"] == "zip")
    return str(path)
