"""The commit to compare with."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def checkout(commit: str | None, folder: Path) -> Iterator[Path | None]:
    """A checkout of the commit, in a new folder there, which measures as this one does; None without a commit."""
    if commit is None:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "base"
        _git("worktree", "add", "--detach", "--quiet", str(path), commit)
        try:
            shutil.copytree(Path(__file__).parent, path / "tools" / "bench", dirs_exist_ok=True)  # one clock for both
            yield path
        finally:
            _git("worktree", "remove", "--force", str(path))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)  # noqa: S603, S607  (git of the developer)
