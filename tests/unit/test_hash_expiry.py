"""Files that may hold password hashes are tagged when their run has no more use for them, so that they expire early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.staging import Staging
from cognito_drop.cli.uploads import DropZone
from cognito_drop.contract.object_keys import HASHES_TAG
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.presets import preset_of
from cognito_drop.core.rows.layout import may_hold_hashes
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_state import CheckedFile
from tests.unit.report_world import ReportWorld
from tests.unit.samples import HEADER, POOL_ID, csv_file, drop, row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tests.unit.fake_s3 import Stored

pytestmark = pytest.mark.usefixtures("aws")

KEY, VALUE = HASHES_TAG
PLAIN = csv_file(row("maria"), row("fail-ana"))
HASHED = f"{HEADER},password_hash\n{row('maria')},$2b$12${'a' * 53}\n{row('fail-ana')},\n".encode()
LEFT_OUT: dict[str, Any] = {"password_hashes": []}


def _dropped(world: ReportWorld) -> Stored:
    (found,) = world.s3.objects[world.drop.key]
    return found


def _retry(world: ReportWorld) -> Stored:
    return world.s3.objects[f"results/{world.drop.run_id}/retry.csv"][-1]


def _codes(world: ReportWorld) -> set[str]:
    return {warning["code"] for warning in world.report().warnings()}


def test_the_dropped_file_and_the_retry_file_expire_early() -> None:
    """Also where the hashes are left out: they are in the file, and in its rows that are to be dropped again."""
    world = ReportWorld(**LEFT_OUT)
    summary = world.run(HASHED)
    assert summary.rows.imported == 1
    assert _dropped(world).tags == {KEY: VALUE, "run_id": world.drop.run_id, "outcome": "partly_imported"}
    assert _retry(world).tags == {KEY: VALUE}
    assert all(
        KEY not in stored.tags
        for key, versions in world.s3.objects.items()
        for stored in versions
        if key not in (world.drop.key, f"results/{world.drop.run_id}/retry.csv")
    )


def test_a_file_without_hashes_stays_as_long_as_others() -> None:
    """So does its file of rows to drop again."""
    world = ReportWorld()
    world.run(PLAIN)
    assert KEY not in _dropped(world).tags
    assert KEY not in _retry(world).tags


def test_nothing_expires_under_a_run() -> None:
    """The tag comes with the report."""
    world = ReportWorld(**LEFT_OUT)
    world.check(HASHED)
    world.import_part(1)
    assert _dropped(world).tags == {}


@pytest.mark.parametrize(
    "data", [HASHED, b"", b"\x1f\x8b", b"name;hash\nmaria;x\n"], ids=["hashes", "0", "gzip", "odd"]
)
def test_a_file_that_is_refused_may_hold_hashes(data: bytes) -> None:
    """What was not read as rows is not known to hold none."""
    world = ReportWorld()
    assert world.check(data).problem
    world.report()
    assert _dropped(world).tags[KEY] == VALUE


def test_a_run_that_was_never_checked_is_treated_alike() -> None:
    """It was stopped before, for example."""
    world = ReportWorld()
    world.s3.drop(world.drop, HASHED)
    world.report("Stopped")
    assert _dropped(world).tags[KEY] == VALUE


def test_a_minimal_report_tags_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps the full report from being written."""
    world = ReportWorld(**LEFT_OUT)
    world.check(HASHED)
    world.import_part(1)

    monkeypatch.setattr(Staging, "preflight", Mock(side_effect=KeyError))
    assert list(world.report().missing) == [DetailGap.REPORT_FAILED]
    assert _dropped(world).tags[KEY] == VALUE


@pytest.mark.parametrize("others", [8, 9, 10])
def test_tags_of_others_stay(others: int) -> None:
    """S3 allows ten: where there is room for one, it is the one that lets the file expire."""
    world = ReportWorld(**LEFT_OUT)
    world.check(HASHED)
    _dropped(world).tags.update({f"tag{number}": "x" for number in range(others)})
    world.import_part(1)
    assert ("hashes_kept" in _codes(world)) is (others == 10)
    tags = _dropped(world).tags
    assert sum(name.startswith("tag") for name in tags) == others
    assert (KEY in tags) is (others < 10)
    assert "run_id" not in tags


@pytest.mark.parametrize("denied", ["get_object_tagging", "put_object_tagging"])
def test_a_tag_that_is_denied_ends_no_run(monkeypatch: pytest.MonkeyPatch, denied: str) -> None:
    """The report has all its details, and says that the files are kept longer."""
    world = ReportWorld(**LEFT_OUT)
    world.check(HASHED)
    world.import_part(1)

    def denies(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObjectTagging")

    monkeypatch.setattr(world.s3, denied, denies)
    summary = world.report()
    (warning,) = [each for each in summary.warnings() if each["code"] == "hashes_kept"]
    assert warning["message"].startswith("The dropped file and retry.csv may hold password hashes")
    assert not summary.is_incomplete
    assert world.ledger.read(world.drop.run_id).state is RunState.REPORTED


def test_a_report_that_is_made_again_after_the_file_expired_keeps_the_results() -> None:
    """Its notification could not be published for days."""
    world = ReportWorld(**LEFT_OUT)
    world.run(HASHED)
    before = world.files
    world.s3.delete(world.drop.key)
    again = world.report()
    assert (world.files, list(again.missing)) == (before, [DetailGap.FILE_GONE])
    assert again.rows.imported == 1


def test_rows_that_are_dropped_again_do_not_take_the_tag_along(s3: S3Client) -> None:
    """The new file would expire under its run; S3 copies tags unless it is asked not to."""
    s3.put_object(Bucket="drops", Key="results/0/retry.csv", Body=b"rows", Tagging=f"{KEY}={VALUE}")
    dropped = DropZone(s3, "drops", "people", is_dry_run=False).copy("results/0/retry.csv", "users-retry.csv")
    assert s3.get_object_tagging(Bucket="drops", Key=dropped.key, VersionId=dropped.version_id)["TagSet"] == []


@pytest.mark.parametrize(
    ("name", "may"),
    [("password_hash", True), ("Password Hash", True), ("custom:pwd_hash", True), ("PASSWD", True), ("email", False),
     ("custom:role", False), ("totp_secret", True), ("digest", True)],
)  # fmt: skip
def test_columns_that_may_hold_hashes_are_known_by_their_names(name: str, may: bool) -> None:
    """Imported or not: a column that is left out is in the file all the same."""
    assert may_hold_hashes(name) is may


@pytest.mark.parametrize(("name", "may"), [("auth0", True), ("okta", True), ("entra", False), ("cognito", False)])
def test_an_export_may_hold_hashes_unless_its_system_gives_none_out(name: str, may: bool) -> None:
    """A mapping may pass over the member that has them."""
    assert preset_of(name).gives_hashes is may
    assert preset_of({"preset": "entra", "columns": {"nickname": "alias"}}).gives_hashes


def test_an_export_is_judged_by_its_system() -> None:
    """By the preset with which it was read."""
    data = b'[{"userPrincipalName": "a@example.com", "mail": "a@example.com", "accountEnabled": true}]'
    world = ReportWorld(drop("inbox/people/users.json"))
    world.pools["people"] = PoolSettings(POOL_ID, preset="entra")
    file = world.check(data)
    assert not file.problem
    assert not file.may_hold_hashes


def test_what_an_earlier_release_has_checked_may_hold_hashes() -> None:
    """It did not look."""
    piece = CheckedFile(may_hold_hashes=False).to_json()
    assert not CheckedFile.from_json(piece).may_hold_hashes
    del piece["may_hold_hashes"]
    assert CheckedFile.from_json(piece).may_hold_hashes
