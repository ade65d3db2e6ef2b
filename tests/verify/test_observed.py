"""localcloud takes its defaults from the file that the kit has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.__main__ import main, parser
from localcloud.choices import HashColumn, HashColumns, Refusal
from localcloud.observed import ObservedError, observed_settings
from tools.verify.observation import Observation, Observations, Seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Observations:
    """Three observations, two of them of one probe."""
    found = Observations(tmp_path / "observed.json")
    for seen in (
        Seen({"jobs": 50}, {"import_page_size": 50}),
        Seen({"jobs": 60}, {"import_page_size": 60, "import_empty_list": False}),
    ):
        found.add(Observation.of("page-size", seen, region="eu-west-1", aws=True))
    settings = {"import_refusal": Refusal.PARAMETER, "import_password_hashes": HashColumn.TAKEN}
    found.add(Observation.of("start", Seen("refused", settings), region="eu-west-1", aws=True))
    return found


def test_a_probe_has_one_row_with_what_was_seen_and_when(file: Observations) -> None:
    """The row of a later run takes the place of the earlier one."""
    rows = file.rows()
    assert [(row.probe, row.seen, row.aws, row.region) for row in rows] == [
        ("page-size", {"jobs": 60}, True, "eu-west-1"),
        ("start", "refused", True, "eu-west-1"),
    ]
    assert all(row.at.endswith("+00:00") for row in rows)


def test_what_was_observed_becomes_the_default(file: Observations) -> None:
    """A flag still wins."""
    arguments = parser(observed_settings(file.path)).parse_args(["up", "--import-page-size", "5"])
    assert (arguments.import_page_size, arguments.import_empty_list) == (5, False)
    assert arguments.import_refusal is Refusal.PARAMETER
    assert arguments.import_password_hashes == HashColumns("taken")
    assert parser().parse_args(["up"]).import_empty_list is True


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "{}",
        '{"rows": [{"settings": {"import_size": 1}}]}',
        '{"rows": [{"settings": {"import_empty_list": "yes"}}]}',
        '{"rows": [{"settings": {"import_refusal": "ServerError"}}]}',
    ],
)
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With one sentence, before anything is served."""
    path = tmp_path / "observed.json"
    path.write_text(text)
    with pytest.raises(ObservedError) as caught:
        observed_settings(path)
    assert main(["up", "--observed", str(path)]) == 2
    assert capsys.readouterr().err == f"{caught.value}\n"
