"""`results --download` writes the files that it knows into the directory, and changes nothing else on the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.contract.object_keys import RESULT_FILES
from cognito_drop.core.rows.row_outcome import RowOutcome
from tests.cli.kept_runs import keep_run, summary_saying

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.stage import Stage

FOREIGN = {
    "": b"", "sub/": b"", "sub/summary.json": b"x", "/abs": b"x", "../../outside": b"x", "../summary.html": b"x",
    "..": b"x", ".bashrc": b"x", "summary.json/x": b"x", "retry.csv\x1b[2J": b"x", "RETRY.CSV": b"x", "a\\b": b"x",
}  # fmt: skip
"""What others may have put under the results of a run: the marker of a folder, and keys that lead elsewhere."""


@pytest.fixture(scope="module")
def run_id(stage: Stage) -> str:
    """A run with a summary and two result files beside all of these."""
    own = {**summary_saying("It is so."), "rejected.csv": b"line,code,message\n", "retry.csv": b"a\nb\n"}
    return keep_run(stage, "inbox/people/kept.csv", results={**own, **FOREIGN})


def _tree(folder: Path) -> dict[str, bytes | str]:
    """Everything under a folder: the content of files, the targets of links."""
    found: dict[str, bytes | str] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        found[name] = str(path.readlink()) if path.is_symlink() else "/" if path.is_dir() else path.read_bytes()
    return found


def test_what_needs_a_file_that_is_gone_says_so(stage: Stage, tmp_path: Path) -> None:
    """A retry file with password hashes is deleted before the other results; a copy of its rows can be dropped."""
    gone = keep_run(stage, "inbox/people/gone.csv", results=summary_saying("It is so."))
    sentence = f"results/{gone}/: retry.csv (it may hold password hashes, and hash_retention_days are over)"
    assert sentence in stage.run("status", gone, COLUMNS="2000").out
    listed = stage.run("results", gone, "--download", tmp_path, "--output", "json")
    assert (listed.code, listed.data["gone"]) == (ExitCode.CLEAN, ["retry.csv"])
    assert sentence in stage.run("results", gone).err
    said = stage.run("retry", gone, "--yes", "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.NOT_NOW, "retry_gone")
    assert sentence in said.error["message"]
    copy = tmp_path / "copy.csv"
    copy.write_text("a\nb\n")
    dropped = stage.run("retry", gone, "--file", copy, "--no-check", "--output", "json").data["drops"]
    assert dropped[0]["key"].endswith("/gone-retry.csv")


def test_only_known_names_are_written(stage: Stage, run_id: str, tmp_path: Path) -> None:
    """Into the directory, whatever keys there are; files of the user's stay."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    mine = {".cognito-drop": "mine", "notes.txt": "mine", "sub": "mine"}
    for name, content in mine.items():
        (folder / name).write_text(content)
    said = stage.run("results", run_id, "--download", folder)
    assert said.code == ExitCode.CLEAN, said.err
    assert f"Ignored {len(FOREIGN) - 1} other objects" in said.err
    assert set(_tree(tmp_path)) == {"a", "a/b", *(f"a/b/{name}" for name in (*mine, "summary.json", "rejected.csv")),
                                    "a/b/retry.csv"}  # fmt: skip
    assert all((folder / name).read_text() == content for name, content in mine.items())
    assert {(folder / name).stat().st_mode & 0o777 for name in ("summary.json", "rejected.csv", "retry.csv")} == {0o600}


def test_a_directory_of_dots_is_named_in_full(
    stage: Stage, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.` with the period of the sentence would be the parent directory."""
    (folder := tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(folder)
    for given, named in (".", folder), ("..", folder.parent), ("c", "c"):
        said = stage.run("results", run_id, "--download", given, COLUMNS="2000")
        assert f"Downloaded 3 files into {named}.\n" in said.err


@pytest.mark.parametrize("options", [[], ["--overwrite"]], ids=["new", "overwrite"])
def test_what_is_no_regular_file_is_refused(stage: Stage, run_id: str, tmp_path: Path, options: list[str]) -> None:
    """A link, also one that leads nowhere, a folder, and a pipe: each before anything is downloaded."""
    (tmp_path / "elsewhere").write_text("mine")
    makers: dict[str, Callable[[Path], None]] = {
        "link": lambda path: path.symlink_to(tmp_path / "elsewhere"),
        "dangling": lambda path: path.symlink_to(tmp_path / "nowhere"),
        "folder": lambda path: path.mkdir(),
        "pipe": os.mkfifo,
    }
    for name, make in makers.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder / "retry.csv")
        said = stage.run("results", run_id, "--download", folder, "--output", "json", *options)
        assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "file_exists")
        assert "retry.csv exists already and is not a regular file; nothing was downloaded." in said.error["message"]
        assert [path.name for path in folder.iterdir()] == ["retry.csv"]
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ReadTimeoutError(endpoint_url="x")])
def test_no_file_is_half_there(
    stage: Stage, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Neither a new one, nor in the place of an older one; nothing is left behind beside it."""
    (tmp_path / "rejected.csv").write_text("older")
    monkeypatch.setattr(StreamingBody, "read", _broken_after_a_byte(error))
    said = stage.run("results", run_id, "--download", tmp_path, "--overwrite")
    assert said.code in {ExitCode.UNUSABLE, ExitCode.AWS}, said.err
    assert "Error: " in said.err
    assert _tree(tmp_path) == {"rejected.csv": b"older"}


def _broken_after_a_byte(error: Exception) -> Callable[..., bytes]:
    whole = StreamingBody.read

    def read(body: StreamingBody, amt: int | None = None) -> bytes:
        if amt is None:  # the summary is read at once, a download piece by piece
            return bytes(whole(body))
        if whole(body, 1):
            raise error
        return b""

    return read


def test_the_names_are_those_that_a_run_writes() -> None:
    """A file for each outcome of a row is among them."""
    assert {f"{outcome}.csv" for outcome in RowOutcome} <= RESULT_FILES
