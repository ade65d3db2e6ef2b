"""A released version as it was deployed: its template, and the sources of its functions with the lock of the rest.

Each version is one zip file. `assembly/` in it is a cloud assembly of the CDK without the code asset; `code/` is what
that asset is made of. The dependencies are fetched by their hashes, so they are those of the release.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_drop.cdk.packaging import LOCK, install_dependencies, package_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASES = Path(__file__).parent
STACK = "cognito-drop"
POOL_ID = "us-east-1_RELEASED1"
"""Represents in a kept template the pool with the alias `people`."""
SUBSCRIBER = "ops@example.com"
_TEMPLATE, _ASSETS, _MANIFEST = f"{STACK}.template.json", f"{STACK}.assets.json", "manifest.json"
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # that a zip can hold: the same sources are the same bytes


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was kept."""

    version: str

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return RELEASES / f"{self.version}.zip"

    @property
    def template(self) -> dict[str, Any]:
        """Its template, with POOL_ID for the pool."""
        found: dict[str, Any] = json.loads(zipfile.ZipFile(self.file).read(f"assembly/{_TEMPLATE}"))
        return found

    def lay_out(self, target: Path, pool_id: str) -> Path:
        """Make a cloud assembly for this pool in an empty folder; return what `cdk deploy --app` takes.

        Raises PackagingError when the dependencies cannot be installed.
        """
        with zipfile.ZipFile(self.file) as archive:
            archive.extractall(target)
        assembly, code = target / "assembly", target / "code"
        template = assembly / _TEMPLATE
        template.write_text(template.read_text().replace(POOL_ID, pool_id))
        install_dependencies(code / LOCK, code)
        (code / LOCK).unlink()
        code.rename(assembly / _code_asset(json.loads((assembly / _ASSETS).read_text())))
        return assembly


def releases() -> list[Release]:
    """All that were kept, the oldest first."""
    versions = [file.stem for file in RELEASES.glob("*.zip")]
    return [Release(version) for version in sorted(versions, key=lambda it: [int(part) for part in it.split(".")])]


def keep(assembly: Path, version: str) -> Path:
    """Keep a synthesized assembly and the functions' sources as a version; return its file."""
    release = Release(version)
    with zipfile.ZipFile(release.file, "w") as archive:
        for name, content in (*_deployed(assembly), *((f"code/{name}", it) for name, it in package_sources().items())):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_MOMENT), content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return release.file


def _deployed(assembly: Path) -> Iterator[tuple[str, bytes]]:
    for name in (_TEMPLATE, _ASSETS):
        yield f"assembly/{name}", (assembly / name).read_bytes()
    manifest = json.loads((assembly / _MANIFEST).read_text())
    artifacts = {name: _bare(manifest["artifacts"][name]) for name in (STACK, f"{STACK}.assets")}
    yield f"assembly/{_MANIFEST}", json.dumps({**manifest, "artifacts": artifacts}).encode()


def _bare(artifact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in artifact.items() if name not in ("metadata", "additionalMetadataFile")}


def _code_asset(assets: dict[str, Any]) -> str:
    (path,) = (file["source"]["path"] for file in assets["files"].values() if file["source"]["packaging"] == "zip")
    return str(path)
