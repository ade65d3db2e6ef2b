"""Several files of one call, of which only the first became runs: which these are is said, whatever ended the call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from cognito_drop.cli.base_command import Context
from cognito_drop.cli.commands.drop import _upload
from cognito_drop.cli.errors import CommandError
from cognito_drop.core.runs.drop import Drop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (ClientError({"Error": {"Code": "ExpiredToken", "Message": "Expired"}}, "PutObject"), "credentials_refused"),
        (ConnectTimeoutError(endpoint_url="https://drops.s3"), "unreachable"),
        (FileNotFoundError(2, "No such file or directory"), "file_unreadable"),
    ],
)
def test_files_that_were_dropped_before_an_error_are_named(tmp_path: Path, error: BaseException, code: str) -> None:
    """Their runs continue: who takes the call for one that has dropped nothing would import them twice."""
    files = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for file in files:
        file.write_text("email\n")

    def upload(file: Path, name: str, _: object) -> Drop:
        if file == files[1]:
            raise error
        return Drop("drops", f"inbox/people/{name}", "v1")

    zone: Any = SimpleNamespace(upload=upload)
    with pytest.raises(CommandError) as raised:
        _upload(Context("stack", None, None), zone, files, [file.stat() for file in files])
    run_id = Drop("drops", "inbox/people/a.csv", "v1").run_id
    assert raised.value.code == code
    assert raised.value.message.endswith(" 1 of 3 files were dropped.")
    assert raised.value.hint.endswith(f"Their runs continue: {run_id} {files[0]}.")


@pytest.mark.parametrize(("changes_at", "when", "uploaded"), [(0, "while it was uploaded", 1), (1, "since the", 1)])
def test_file_that_another_program_still_writes_is_an_error(
    tmp_path: Path, changes_at: int, when: str, uploaded: int
) -> None:
    """Its run would have a part of it, and end as imported."""
    files = [tmp_path / name for name in ("a.csv", "b.csv")]
    for file in files:
        file.write_text("email\n")

    def upload(_file: Path, name: str, _: object) -> Drop:
        files[changes_at].write_text("email\nada@example.com\n")
        return Drop("drops", f"inbox/people/{name}", "v1")

    zone: Any = SimpleNamespace(upload=upload)
    with pytest.raises(CommandError) as raised:
        _upload(Context("stack", None, None), zone, files, [file.stat() for file in files])
    assert raised.value.code == "file_unreadable"
    assert raised.value.message.startswith(f"The file {files[changes_at]} was changed {when}")
    assert raised.value.message.endswith(f" {uploaded} of 2 files were dropped.")
    assert Drop("drops", "inbox/people/a.csv", "v1").run_id in raised.value.hint
