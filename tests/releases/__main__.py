"""Keeps the version of this checkout as a release: `python -m tests.releases`.

It is done once for each version that is released; the tests of upgrades start from what is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.releases.release import POOL_ID, SUBSCRIBER, Release, keep
from tools.toolchain import PROJECT, cdk, search_path


def main() -> int:
    """Synthesize and keep; say where. A version that was kept before stays as it is."""
    version: str = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    if Release(version).file.exists():
        sys.stderr.write(f"{version} is kept already: raise the version in pyproject.toml before the next release.\n")
        return 1
    with TemporaryDirectory() as folder:
        context = ["--context", f"pools=people={POOL_ID}", "--context", f"emails={SUBSCRIBER}"]
        command = [str(cdk()), "--no-notices", "synth", "--quiet", "--output", folder, *context]
        subprocess.run(command, cwd=PROJECT, env={**os.environ, "PATH": search_path()}, check=True)
        kept = keep(Path(folder), version)
    sys.stdout.write(f"Kept {version} in {kept.relative_to(PROJECT)}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
