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
        _upload(Context("stack", None, None), zone, files)
    run_id = Drop("drops", "inbox/people/a.csv", "v1").run_id
    assert raised.value.code == code
    assert raised.value.message.endswith(" 1 of 3 files were dropped.")
    assert raised.value.hint.endswith(f"Their runs continue: {run_id} {files[0]}.")
