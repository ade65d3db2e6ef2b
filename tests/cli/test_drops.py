"""The way of a file through the commands: template, drop, watch, status, results, retry; and the lists with it."""

from __future__ import annotations

import csv
import json
import re
import stat
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from boto3.s3.transfer import TransferConfig

from cognito_drop.cli import uploads
from cognito_drop.cli.exit_codes import ExitCode
from tests.cli.stage import columns, facts_in, users
from tools.deployment import STACK
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.cli.stage import Stage


@pytest.fixture(scope="module")
def partly(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run of ten users, of whom two have no email address."""
    file = tmp_path_factory.mktemp("partly") / "partly.csv"
    file.write_text(users("partly", 10, bad=2))
    return stage.ended(file, "--pool", "guests")


def test_a_drop_says_which_run_it_is(stage: Stage, tmp_path: Path) -> None:
    """A table on stdout, talk on stderr; the run is there under that id, though it was not waited for."""
    file = tmp_path / "one.csv"
    file.write_text(users("one", 3))
    said = stage.run_installed("drop", file, "--pool", "guests")
    assert said.code == ExitCode.CLEAN
    (header, row) = columns(said.out)
    run_id = row[0]
    assert header == ["run", "file", "dropped as"]
    assert row == [run_id, str(file), f"s3://{stage.deployment.bucket}/inbox/guests/one.csv"]
    assert said.shown.splitlines() == [
        "Dropped 1 file for guests.", f"Follow with `cognito-drop watch {run_id[:8]}`.",
    ]  # fmt: skip
    watched = stage.run("watch", run_id, "--interval", "0.2", "--output", "json")
    (run,) = watched.data["runs"]
    assert (watched.code, run["run_id"], run["outcome"]) == (ExitCode.CLEAN, run_id, "imported")
    assert run["rows"] == {"total": 3, "imported": 3, "skipped": 0, "failed": 0, "rejected": 0, "unprocessed": 0}


def test_several_files_are_waited_for_together(stage: Stage, tmp_path: Path) -> None:
    """A line a change on stderr, the outcome of each on stdout, and the exit code of the worst."""
    for name, text in (("b-good.csv", users("good", 4)), ("b-bad.csv", "\x1f\x8b no csv"), ("c.csv", "")):
        (tmp_path / name).write_text(text)
    flags = ("--no-check", "--wait", "--interval", "0.2")
    said = stage.run_installed("drop", f"{tmp_path}/b-*.csv", "--pool", "guests", *flags)
    assert said.code == ExitCode.REJECTED, said
    assert "Dropped 2 files for guests." in said.err
    bad, good = (facts_in(one) for one in said.out.split("\n\n")[:2])
    assert bad["outcome"] == "rejected"
    assert (good["outcome"], good["rows"]) == ("imported", "4 rows: 4 imported")
    lines = said.shown.splitlines()
    assert any(line.endswith(" b-good.csv: imported, 4 rows: 4 imported") for line in lines)
    assert len(lines) == len(set(lines)), "a line a change"


def test_a_large_file_goes_up_in_parts(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that the parts make is the run."""
    file = tmp_path / "large.csv"
    file.write_text(users("large", 1) + f"{'':1023}\n" * (11 << 10))  # blank lines
    monkeypatch.setattr(uploads, "_CONFIG", TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    run = stage.ended(file, "--pool", "guests")
    assert (run["outcome"], run["file"]["bytes"]) == ("imported", file.stat().st_size)
    head = stage.cloud.client("s3").head_object(Bucket=run["file"]["bucket"], Key=run["file"]["key"])
    assert head["VersionId"] == run["file"]["version_id"]
    assert head["ETag"].endswith('-3"'), "three parts"


def test_a_dry_run_imports_nothing(stage: Stage, tmp_path: Path) -> None:
    """It is under check/, and says by its exit code whether every row is good."""
    file = tmp_path / "dry.csv"
    file.write_text(users("dry", 5, bad=1))
    said = stage.run("drop", file, "--pool", "guests", "--dry-run", "--wait", "--interval", "0.2", "--output", "json")
    (run,) = said.data["runs"]
    assert (said.code, run["outcome"], run["dry_run"]) == (ExitCode.INCOMPLETE, "checked", True)
    assert said.data["drops"][0]["key"] == "check/guests/dry.csv"
    assert run["rows"]["imported"] == 0
    file.write_text(users("dry", 5))
    said = stage.run("drop", file, "--pool", "guests", "--dry-run", "--wait", "--interval", "0.2")
    assert said.code == ExitCode.CLEAN
    assert f"dry.csv, {file.stat().st_size} bytes, dry run" in said.out
    assert facts_in(said.out)["rows"] == "5 rows: 5 can be imported"


def test_an_export_goes_into_the_folder_of_its_preset(stage: Stage) -> None:
    """It is read as what it is: records of another system, checked here only."""
    export = PROJECT / "examples" / "presets" / "auth0.ndjson"
    said = stage.run("drop", export, "--pool", "guests", "--preset", "auth0", "--dry-run", "--wait", "--output", "json")
    (run,) = said.data["runs"]
    assert run["file"]["key"] == "check/guests/auth0/auth0.ndjson"
    assert run["outcome"] == "checked", said


def test_a_file_in_parts_is_reported_part_by_part(stage: Stage, tmp_path: Path) -> None:
    """With the pool's setting for the rows of a part."""
    file = tmp_path / "parts.csv"
    file.write_text(users("parts", 1000))
    said = stage.run("drop", file, "--pool", "parts", "--wait", "--interval", "0.2")
    assert said.code == ExitCode.CLEAN
    assert re.search(r"parts\.csv: importing part [123] of 3, ", said.err), said.err


def test_a_run_that_is_over_says_why_rows_are_missing(stage: Stage, partly: dict[str, Any]) -> None:
    """The counts, the reasons with their lines, and the commands for what comes next."""
    said = stage.run("status", partly["run_id"][:6])
    assert said.code == ExitCode.CLEAN, "status answers a question; the outcome of the run is in the answer"
    facts = facts_in(said.out)
    assert (facts["outcome"], facts["rows"]) == ("partly imported", "10 rows: 8 imported, 2 rejected")
    *_, header, reason = columns(said.out)
    assert header == ["rows", "what", "why", "what to do", "lines"]
    assert [cell.strip() for cell in reason if cell] == [
        "2", "rejected", "email is not a valid email address.", "Use a form such as ada@example.com.", "10, 11",
    ]  # fmt: skip
    assert f"cognito-drop results {partly['run_id'][:8]} --download ." in said.err
    (reason,) = stage.run("status", partly["run_id"], "--output", "json").data["run"]["reasons"]
    assert (reason["code"], reason["count"], reason["first_lines"]) == ("email_invalid", 2, [10, 11])


def test_a_run_that_is_over_ends_the_watching_at_once(stage: Stage, partly: dict[str, Any]) -> None:
    """With the exit code of its outcome."""
    said = stage.run("watch", partly["run_id"][:8])
    assert said.code == ExitCode.INCOMPLETE
    assert "partly.csv: partly imported, 10 rows: 8 imported, 2 rejected" in said.err


def test_results_are_listed_and_downloaded(stage: Stage, partly: dict[str, Any], tmp_path: Path) -> None:
    """The same files; with --download their contents, into a directory that is made."""
    listed = stage.run("results", partly["run_id"])
    names = ["imported.csv", "rejected.csv", "retry.csv", "summary.html", "summary.json"]
    assert [row[0] for row in columns(listed.out)] == ["file", *names]
    folder = tmp_path / "a" / "b"
    said = stage.run("results", partly["run_id"], "--download", folder, "--output", "json")
    assert sorted(path.name for path in folder.iterdir()) == names
    assert {file["name"]: file["bytes"] for file in said.data["files"]} == {
        path.name: path.stat().st_size for path in folder.iterdir()
    }
    assert json.loads((folder / "summary.json").read_text())["run_id"] == partly["run_id"]
    with (folder / "rejected.csv").open() as rejected:
        assert [row["line"] for row in csv.DictReader(rejected)] == ["10", "11"]


@pytest.mark.parametrize("has_browser", [True, False])
def test_the_report_page_is_opened_from_a_folder_of_ones_own(
    stage: Stage, partly: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_browser: bool
) -> None:
    """Only the user can read it, and where it stays is said."""
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return has_browser

    monkeypatch.setattr(webbrowser, "open", open_page)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = stage.run("results", partly["run_id"], "--open", "--output", "json")
    page = Path(said.data["opened"])
    assert opened == [page.as_uri()]
    assert "partly.csv" in page.read_text()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (page, page.parent)] == [0o600, 0o700]
    assert str(page) in said.err
    assert ("No browser was found" in said.err) is not has_browser
    assert stage.run("results", partly["run_id"], "--output", "json").data["opened"] is None


def test_memberships_in_groups_are_reported_where_the_file_names_groups(stage: Stage, tmp_path: Path) -> None:
    """By status and with the results, as words and as data; a file without groups has no such line."""
    file = tmp_path / "grouped.csv"
    header, *rows = users("grouped", 2).splitlines()
    file.write_text("\n".join([f"{header},cognito:groups", *(f"{row},nowhere" for row in rows), ""]))
    checked = stage.run("check", file, "--pool", "guests")
    assert "2 group memberships would be added after the import" in checked.out
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    facts = facts_in(stage.run("status", run_id).out)
    assert facts["groups"] == "2 memberships: 2 failed"
    assert facts["active users"].startswith("Adding users to groups")
    listed = stage.run("results", run_id)
    groups, active, cost, _ = listed.out.splitlines()[-4:]
    assert groups == "Groups: 2 memberships: 2 failed"
    assert active == "Adding users to groups makes at most 2 users monthly active users of Amazon Cognito."
    assert "0.03 USD in the Essentials tier (0.00 USD if all 10,000 free users are left)" in cost
    data = stage.run("results", run_id, "--output", "json").data
    assert (data["memberships"]["failed"], data["memberships"]["total"]) == (2, 2)
    assert "groups.csv" in [one["name"] for one in data["files"]]


def test_bad_rows_are_not_dropped_again_unasked(stage: Stage, partly: dict[str, Any]) -> None:
    """They would come to the same end, and cost a run: where no one can be asked, --yes is needed."""
    said = stage.run("retry", partly["run_id"], "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "confirmation_needed")
    assert "Not fixed: 2 of 2 rows in retry.csv, rejected or failed before." in said.error["message"]
    said = stage.run("retry", partly["run_id"], "--yes", "--wait", "--interval", "0.2")
    assert said.code == ExitCode.REJECTED
    assert "file     partly-retry.csv" in said.out


def test_a_fixed_copy_is_dropped_for_the_run(stage: Stage, partly: dict[str, Any], tmp_path: Path) -> None:
    """Into the same pool, under the name of the file that it fixes."""
    stage.run("results", partly["run_id"], "--download", tmp_path)
    retry = tmp_path / "retry.csv"
    retry.write_text(retry.read_text().replace(",none,", ",fixed@example.com,"))
    said = stage.run(
        "retry", partly["run_id"], "--file", retry, "--wait", "--interval", "0.2", "--output", "json"
    )  # fmt: skip
    (run,) = said.data["runs"]
    assert (said.code, run["outcome"], run["rows"]["imported"]) == (ExitCode.CLEAN, "imported", 2)
    assert said.data["drops"][0]["key"] == "inbox/guests/partly-retry.csv"


def test_records_of_an_export_are_fixed_and_go_back_into_its_folder(stage: Stage, tmp_path: Path) -> None:
    """A record a line, under a name that says so; elsewhere they would be read as CSV and refused."""
    run = stage.ended(PROJECT / "examples" / "presets" / "keycloak.json", "--pool", "guests", "--preset", "keycloak")
    assert "records" in stage.run("status", run["run_id"]).out
    stage.run("results", run["run_id"], "--download", tmp_path)
    retry = tmp_path / "retry.ndjson"
    retry.write_text(retry.read_text().replace('"emailVerified": false', '"emailVerified": true'))
    said = stage.run("retry", run["run_id"], "--file", retry, "--wait", "--interval", "0.2", "--output", "json")
    assert said.data["drops"][0]["key"] == "inbox/guests/keycloak/keycloak-retry.ndjson"
    again = said.data["runs"][0]["rows"]
    assert run["rows"]["rejected"] == 3  # two of them are shut out, and not in it
    assert (again["total"], again["imported"]) == (1, 1)


MAPPING = "columns:\n  email: Mail\n  email_verified: {constant: true}\n  cognito:username: Login\n"


def test_a_file_is_read_with_the_mapping_that_is_dropped_with_it(stage: Stage, tmp_path: Path) -> None:
    """The mapping is named by its hash, the report says which it was, and its rows are dropped again with it."""
    file, mapping = tmp_path / "staff.csv", tmp_path / "staff.yaml"
    mapping.write_text(MAPPING)
    file.write_text("Login,Mail\nmapped0,mapped0@example.com\nmapped1,no address\n")
    run = stage.ended(file, "--pool", "guests", "--mapping", str(mapping))
    assert (run["rows"]["imported"], run["rows"]["rejected"]) == (1, 1)
    assert stage.run("verify", run["run_id"]).code == ExitCode.CLEAN
    stage.run("results", run["run_id"], "--download", tmp_path)
    named = json.loads((tmp_path / "summary.json").read_text())["mapping"]
    s3, bucket = stage.cloud.client("s3"), stage.deployment.bucket
    (kept,) = s3.list_object_versions(Bucket=bucket, Prefix=f"mappings/guests/{named['sha256']}.json")["Versions"]
    assert kept["VersionId"] == named["version_id"]
    (tmp_path / "retry.csv").write_text("Login,Mail\nmapped1,mapped1@example.com\n")
    again = ("--file", tmp_path / "retry.csv", "--wait", "--interval", "0.2", "--output", "json")
    assert stage.run("retry", run["run_id"], *again).data["runs"][0]["rows"]["imported"] == 1


def test_a_pool_that_takes_no_mappings_says_who_can_change_it(stage: Stage, tmp_path: Path) -> None:
    """Before anything is uploaded; the setting and the stack are named."""
    file, mapping = tmp_path / "staff.csv", tmp_path / "staff.yaml"
    mapping.write_text(MAPPING)
    file.write_text("Login,Mail\nmapped2,mapped2@example.com\n")
    said = stage.run("drop", file, "--pool", "people", "--mapping", mapping, "--output", "json")
    assert (said.code, said.error["code"]) == (ExitCode.UNUSABLE, "mapping_not_allowed")
    assert "`mappings`" in said.error["message"]
    assert f"deploys the stack {STACK}" in said.error["hint"]


def test_a_run_without_bad_rows_has_nothing_to_retry(stage: Stage, tmp_path: Path) -> None:
    """Refused, whatever file is given."""
    file = tmp_path / "fine.csv"
    file.write_text(users("fine", 2))
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    for options in ((), ("--yes",), ("--file", file)):
        said = stage.run("retry", run_id, *options)
        assert (said.code, said.out) == (ExitCode.NOT_NOW, "")
        assert f"Error: The run {run_id[:8]} (imported) has no rows to drop again." in said.err


def test_a_run_that_is_over_cannot_be_stopped(stage: Stage, partly: dict[str, Any]) -> None:
    """With the outcome of it."""
    said = stage.run("stop", partly["run_id"], "--yes")
    assert said.code == ExitCode.NOT_NOW
    assert f"The import of the run {partly['run_id'][:8]} is over: it was partly imported." in said.err


def test_runs_are_listed_and_chosen_from(stage: Stage, partly: dict[str, Any], tmp_path: Path) -> None:
    """By pool, state and time; the newest first; no more than asked for, and said so."""
    said = stage.run("runs", "--pool", "guests", "--since", "1w", "--output", "json")
    found = said.data["runs"]
    assert partly["run_id"] in [run["run_id"] for run in found]
    assert {run["pool"]["alias"] for run in found} == {"guests"}
    dropped = [run["dropped_at"] for run in found]
    assert dropped == sorted(dropped, reverse=True)
    others = stage.run("runs", "--pool", "people", "--output", "json").data["runs"]
    assert not {run["run_id"] for run in found} & {run["run_id"] for run in others}
    ended_so = stage.run("runs", "--outcome", "partly_imported", "--output", "json").data["runs"]
    assert partly["run_id"] in [run["run_id"] for run in ended_so]
    assert {run["outcome"] for run in ended_so} == {"partly_imported"}
    assert stage.run("runs", "--outcome", "expired").shown == "No runs with the outcome expired.\n"
    assert stage.run("runs", "--state", "waiting").shown == "No runs with the state waiting.\n"
    assert stage.run("runs", "--since", "2099-01-01", "--output", "json").data["runs"] == []
    file = tmp_path / "another.csv"
    file.write_text(users("another", 1))
    stage.ended(file, "--pool", "guests")
    few = stage.run("runs", "--limit", "1", "--state", "ended")
    assert "The newest 1 run; there are more (--limit)." in few.err
    header, row = columns(few.out)
    assert header == ["run", "pool", "file", "dropped (UTC)", "state", "outcome", "rows", "imported"]
    assert row[4] == "ended"
    text = stage.run("runs", "--pool", "guests").out
    assert [partly["run_id"][:8], "guests", "partly.csv"] in [row[:3] for row in columns(text)]


def test_jobs_are_cognitos_own_with_their_runs(stage: Stage, partly: dict[str, Any]) -> None:
    """Also those that someone else has made; a pool under two aliases comes once; the pre-signed URL never."""
    cognito = stage.cloud.client("cognito-idp")
    roles = stage.cloud.client("iam").list_roles()["Roles"]
    role = next(role["Arn"] for role in roles if "CognitoLogs" in role["RoleName"])
    made = cognito.create_user_import_job(
        JobName="by hand", UserPoolId=stage.pools["guests"], CloudWatchLogsRoleArn=role
    )["UserImportJob"]
    said = stage.run("jobs", "--output", "json")
    assert "PreSignedUrl" not in said.out
    assert "X-Amz-Signature" not in said.out
    guests, people = said.data["pools"]
    assert (people["aliases"], guests["aliases"]) == (["people"], ["exports", "guests", "parts"])
    by_run = {job["run_id"]: job for job in guests["jobs"]}
    assert (by_run[partly["run_id"]]["status"], by_run[partly["run_id"]]["imported"]) == ("Succeeded", 8)
    assert (by_run[None]["id"], by_run[None]["ours"], by_run[None]["status"]) == (made["JobId"], False, "Created")
    text = stage.run("jobs", "--pool", "guests", "--limit", "1")
    assert columns(text.out)[1][:4] == [made["JobId"], "guests", "Created", "not ours"]
    assert "guests: the newest 1 job; there are more (--limit)." in text.err


@pytest.mark.parametrize("pool", ["people", "guests"])
def test_the_template_with_its_sample_can_be_imported(stage: Stage, tmp_path: Path, pool: str) -> None:
    """stdout is a file that the check accepts, whatever the pool asks for; required columns are marked on stderr."""
    said = stage.run_installed("template", "--pool", pool, "--sample")
    header, sample = said.out.splitlines()
    answer = stage.cloud.client("cognito-idp").get_csv_header(UserPoolId=stage.pools[pool])
    assert header.split(",") == answer["CSVHeader"]
    required = {row[0] for row in columns(said.err) if "required" in row}
    assert required == {"cognito:username", "email", "email_verified"}
    file = tmp_path / "users.csv"
    file.write_text(said.out)
    checked = stage.run_installed("check", file, "--pool", pool, "--output", "json")
    assert (checked.code, checked.data["rows"], checked.data["accepted"]) == (ExitCode.CLEAN, 1, 1)
    assert stage.run("template", "--pool", pool).out == f"{header}\n"
    data = stage.run("template", "--pool", pool, "--output", "json").data
    assert (data["header"], data["sample"]) == (header, sample)
    assert {column["name"] for column in data["columns"] if column["required"]} == required


def test_a_check_by_alias_takes_the_settings_of_the_stack(stage: Stage, tmp_path: Path) -> None:
    """As the pipeline would: one alias leaves unknown columns out, the other one refuses the file."""
    file = tmp_path / "users.csv"
    file.write_text("cognito:username,email,email_verified,shoe\nada,ada@example.com,true,42\n")
    assert stage.run("check", file, "--pool", "guests").code == ExitCode.UNUSABLE
    said = stage.run("check", file, "--pool", "parts", "--output", "json")
    assert (said.code, said.data["columns"]["left_out"]) == (ExitCode.CLEAN, ["shoe"])
    export = PROJECT / "examples" / "presets" / "okta.csv"
    said = stage.run("check", export, "--pool", "exports", "--output", "json")
    assert (said.code, said.data["preset"]["name"], said.data["accepted"]) == (ExitCode.INCOMPLETE, "okta", 4)
    for asked, use in ((("--preset", "auto"), "setting `presets`"), ((), "")):
        said = stage.run("check", export, "--pool", "guests", *asked, "--output", "json")
        assert (said.code, said.data["problem"]["code"]) == (ExitCode.UNUSABLE, "wrong_export")
        assert "inbox/guests/okta/" in said.data["problem"]["hint"]
        assert use in (said.data["recognized"] or {"hint": ""})["hint"]
