"""The shell blocks of the documentation, as they are written, and a shell that runs them in a fresh checkout.

Guarantees that a block is run as it is on the page, but for the names and ids that a reader replaces. What a block may
need (a cloud, a file to drop) is set up by the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from tools.toolchain import PROJECT, python_script

if TYPE_CHECKING:
    from collections.abc import Mapping

SHELLS = ("sh", "bash", "shell", "zsh")
_FENCED = re.compile(
    r"(?:^ *<!-- Not run in the tests: (?P<reason>[^\n]+) -->\n\n)?"
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
"""Variables in which a machine names the certificates it trusts: pip and npm download through its proxy."""
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    section: str
    """The heading above it."""
    language: str
    text: str
    not_run: str | None = None
    """Why the tests cannot run it, from the comment above it."""

    @property
    def is_of_targets(self) -> bool:
        """Each of its lines starts a target of the Makefile, most of which are tests: these are checked by name."""
        return all(line.startswith("make ") and not line.startswith("make .venv") for line in self.text.splitlines())

    def __str__(self) -> str:
        """Where it is, and how it begins."""
        return f"{self.page}, {self.section}: {self.text.splitlines()[0]}"


def pages() -> list[str]:
    """Every page of the project that has a shell block."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if (PROJECT / name).is_file() and shell_blocks(name)]


def shell_blocks(page: str) -> list[Block]:
    """All shell blocks of a page in their order."""
    return [block for block in _blocks(page) if block.language in SHELLS]


def blocks(page: str, language: str = "sh", section: str | None = None) -> list[Block]:
    """The blocks of a page of the project in their order: those of one language, of one section or of all."""
    return [block for block in _blocks(page) if block.language == language and section in (None, block.section)]


def _blocks(page: str) -> list[Block]:
    text = (PROJECT / page).read_text(encoding="utf-8")
    found = []
    for match in _FENCED.finditer(text):
        heading = _HEADING.findall(text[: match.start()])[-1]
        text_of = textwrap.dedent(match["text"])
        found.append(Block(page, heading, match["language"], text_of, match["reason"]))
    return found


def fresh_checkout(folder: Path) -> None:
    """Copy what a clone would have into the folder, and give it a virtual environment with the pinned packages.

    uv links the packages from its cache: `pip install -r requirements.txt`, run as written, then finds each of them
    there in the pinned version instead of downloading it. Their bytecode comes from this environment: compiling the
    CDK's modules anew costs as much CPU as a deployment. Python passes over it where it does not fit a module.
    """
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    uv, environment = str(python_script("uv")), str(folder / ".venv")
    subprocess.run([uv, "venv", "--quiet", "--seed", "--python", sys.executable, environment], check=True)
    into = ["--python", str(folder / ".venv" / "bin" / "python"), "--require-hashes", "-r", "requirements.txt"]
    subprocess.run([uv, "pip", "install", "--quiet", *into], cwd=folder, check=True)
    packages = Path(sysconfig.get_path("purelib"))
    copied = folder / ".venv" / packages.relative_to(sys.prefix)
    for compiled in packages.rglob("*.pyc"):
        place = copied / compiled.relative_to(packages)
        if place.parent.parent.is_dir():
            place.parent.mkdir(exist_ok=True)
            shutil.copy2(compiled, place)


_PRELUDE = """
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
cognito-drop() {
  local code=0
  command cognito-drop "$@" || code=$?
  case "$1 $code" in "check 1" | "watch 5") code=0 ;; esac
  return $code
}
"""
"""AWS CLI 1 reads the environment's endpoint for every service but SQS. A check that finds rows to reject, and the
watching of a run that is stopped, have their exit codes and have worked."""


class Shell:
    """Runs blocks one after the other in a folder, without a terminal; variables that one exports hold for the next.

    So do the variables and functions that a page's first block defines for the rest of the page.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self._kept = folder.with_name(f"{folder.name}.exported")
        python = Path(sys.base_prefix) / "bin"
        kept = {name: os.environ[name] for name in ("HOME", *_CERTIFICATES) if name in os.environ}
        self._environment = {**kept, "PATH": f"{python}:{os.defpath}", **variables}

    def run(self, text: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a text, up to the first command that fails; what it defines is lost if it has variables of its own."""
        before = f". {self._kept}" if self._kept.exists() else ":"
        changed = "\n".join(f"export {name}={value}" for name, value in (variables or {}).items())
        after = "" if variables else f"{{ declare -p | grep -v '^declare -[a-z]*[rAa]'; declare -f; }} > {self._kept}"
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", f"{before}\n{_PRELUDE}\n{changed}\n{text}\n{after}"],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
