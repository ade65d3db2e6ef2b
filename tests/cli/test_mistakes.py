"""What the operator may do wrong: each mistake is answered with a sentence and an exit code, never a traceback."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cognito_drop.cli import following
from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.core.runs.drop import Drop
from tests.cli.command import CLEAN, NOWHERE, Said, run, run_installed
from tests.cli.stage import users

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.cli.stage import Stage

NO_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_PROFILE": None, "AWS_SESSION_TOKEN": None,
    "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}  # fmt: skip
UNKNOWN_RUN = "0123456789abcdef0123456789abcdef"


def assert_message(said: Said, code: ExitCode, words: str, hint: str = "") -> None:
    """Nothing on stdout, the sentence on stderr, and the exit code."""
    assert (said.code, said.out) == (code, "")
    error, _, rest = said.shown.partition("\n")
    assert error.startswith("Error: "), said.err
    assert words in error
    assert hint in rest
    assert "Traceback" not in said.err


def test_no_credentials() -> None:
    """How to sign in is said."""
    said = run("runs", env=NO_CREDENTIALS)
    assert_message(said, ExitCode.AWS, "There are no AWS credentials.", "aws sso login")


def test_an_unknown_profile() -> None:
    """With its name."""
    said = run("runs", "--profile", "unknown", env=NO_CREDENTIALS)
    assert_message(said, ExitCode.AWS, "(unknown) could not be found", "aws configure list-profiles")


def test_no_region() -> None:
    """The option and the variable are named."""
    said = run("runs", env={**NO_CREDENTIALS, "AWS_REGION": None, "AWS_DEFAULT_REGION": None})
    assert_message(said, ExitCode.AWS, "No AWS Region is set.", "--region")


def test_an_endpoint_that_cannot_be_reached() -> None:
    """With its address."""
    assert_message(run("runs", env=NOWHERE), ExitCode.AWS, "http://localhost:1", "AWS_ENDPOINT_URL")


@pytest.mark.parametrize(("env", "error"), [(NO_CREDENTIALS, "no_credentials"), (NOWHERE, "unreachable")])
def test_calls_without_a_time_limit_end_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str | None], error: str
) -> None:
    """An export waits for a network that fails, but not forever; and not for credentials, which do not come."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert len(slept) < 50

    monkeypatch.setattr("cognito_drop.cli.pool_users.time.sleep", sleep)
    said = run("export", "--pool", "us-east-1_AbCdEf123", "--to", tmp_path, "--output", "json", env=env)
    assert (said.code, said.error["code"]) == (ExitCode.AWS, error)
    assert bool(slept) is (error == "unreachable")


class _Foreign(BaseHTTPRequestHandler):
    """A proxy, or another program, that answers every call with something of its own."""

    answer = b""

    def do_POST(self) -> None:
        """Send it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module", params=[b"<html><body>Sign in.</body></html>", b"<?xml version='1.0'?><a/>", b"{}"])
def foreign(request: pytest.FixtureRequest) -> Iterator[str]:
    """The endpoint of such a program."""
    server = ThreadingHTTPServer(("localhost", 0), type("Answering", (_Foreign,), {"answer": request.param}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("command", [["runs"], ["doctor"], ["check", __file__, "--pool", "us-east-1_AbCdEf123"]])
def test_an_answer_that_is_not_from_aws(foreign: str, command: list[str]) -> None:
    """A web page, or what looks like an answer; whatever protocol the service has. For machines it is an envelope."""
    env = {**NOWHERE, "AWS_ENDPOINT_URL": foreign}
    assert_message(run(*command, env=env), ExitCode.AWS, "cannot be read: it is not from AWS.", "sign-in page")
    said = run(*command, "--output", "json", env=env)
    assert (said.code, said.error["code"]) == (ExitCode.AWS, "unreachable")


def test_options_of_all_commands_may_come_first() -> None:
    """As those of other programs do."""
    said = run("--stack", "s", "--output=json", "--region", "us-east-1", "runs", env=NOWHERE)
    assert (said.code, said.error["code"], said.envelope["command"]) == (ExitCode.AWS, "unreachable", "runs")


def test_an_endpoint_that_is_no_url() -> None:
    """Not a ValueError of botocore's."""
    said = run("runs", env={**NOWHERE, "AWS_ENDPOINT_URL": "localhost:4566"})
    assert_message(said, ExitCode.AWS, "localhost:4566", "AWS_ENDPOINT_URL")


@pytest.mark.parametrize("command", ["drop", "check"])
def test_a_file_that_does_not_exist(command: str) -> None:
    """Said before anything is asked of AWS."""
    said = run(command, "nowhere.csv", env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "The file nowhere.csv does not exist.")


@pytest.mark.parametrize("command", ["drop", "check"])
def test_a_directory_instead_of_a_file(command: str, tmp_path: Path) -> None:
    """With the pattern that may have been meant."""
    said = run(command, tmp_path, env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "is a directory, not a file.", "*.csv")


@pytest.mark.parametrize("command", ["drop", "check"])
def test_a_file_that_cannot_be_read(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's reason."""
    file = tmp_path / "users.csv"
    file.write_text(CLEAN)

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    said = run(command, file, env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "users.csv cannot be read: Permission denied.")


def test_an_empty_file(tmp_path: Path) -> None:
    """It is not dropped, and neither is the good one beside it."""
    good, empty = tmp_path / "good.csv", tmp_path / "empty.csv"
    good.write_text(CLEAN)
    empty.touch()
    said = run("drop", good, empty, env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "empty.csv is empty.", "Nothing was dropped.")


def test_a_pattern_that_matches_nothing(tmp_path: Path) -> None:
    """A shell hands it over as it is."""
    said = run("drop", f"{tmp_path}/*.csv", env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "No file matches ")


@pytest.mark.parametrize("given", ["abc", "xyz1", "a" * 33, "12 34"])
def test_what_is_no_run_id(stage: Stage, given: str) -> None:
    """Too short, no hex digits, too long."""
    assert_message(stage.run("status", given), ExitCode.UNUSABLE, f"{given!r} is not a run ID", "cognito-drop runs")


@pytest.mark.parametrize("since", ["yesterday", "2h30", "-3d", "2026-13-01", "999999w", ""])
def test_a_bad_since(since: str) -> None:
    """With what is understood."""
    said = run("runs", "--since", since, env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "is neither a span such as 2h or 7d, nor a date", "--help")


def test_a_bad_state() -> None:
    """With the states that there are."""
    said = run("runs", "--state", "asleep", env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "'asleep' is not one of 'accepted', 'waiting'", "--help")


def test_a_bad_output() -> None:
    """For people, as no one knows how else."""
    said = run("runs", "--output", "xml", env=NOWHERE)
    assert_message(said, ExitCode.UNUSABLE, "'xml' is not one of 'text', 'json'.", "--help")


def test_an_unknown_option_for_machines() -> None:
    """Even what cannot be parsed is answered in the format that was asked for."""
    said = run("runs", "--color", "--output=json", env=NOWHERE)
    assert (said.code, said.err) == (ExitCode.UNUSABLE, "")
    assert (said.envelope["command"], said.error["code"]) == ("runs", "usage")


def test_an_unknown_command() -> None:
    """With a hint where the commands are listed."""
    assert_message(run("import"), ExitCode.UNUSABLE, "No such command 'import'.", "cognito-drop --help")


def test_no_command() -> None:
    """The help, on stderr."""
    said = run()
    assert (said.code, said.out) == (ExitCode.UNUSABLE, "")
    assert "doctor" in said.err


def test_a_stack_that_is_not_there(stage: Stage) -> None:
    """With the region in which it was looked for."""
    said = stage.run("runs", "--stack", "users-import")
    assert_message(said, ExitCode.NOT_FOUND, "The stack 'users-import' does not exist in us-east-1.", "--stack")


def test_a_region_without_the_stack(stage: Stage) -> None:
    """The same, in the other region."""
    said = stage.run("doctor", "--region", "eu-west-1")
    assert_message(said, ExitCode.NOT_FOUND, "The stack 'cognito-drop' does not exist in eu-west-1.", "--region")


def test_a_stack_of_something_else(stage: Stage) -> None:
    """It has no drop bucket."""
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    stage.cloud.client("cloudformation").create_stack(StackName="bulletins", TemplateBody=json.dumps(topic))
    said = stage.run("runs", COGNITO_DROP_STACK="bulletins")
    assert_message(
        said, ExitCode.NOT_FOUND, "'bulletins' (CREATE_COMPLETE) has no output DropBucket.", "deploy it again"
    )


@pytest.mark.parametrize("command", [["template"], ["runs"], ["jobs"], ["drop", __file__], ["check", __file__]])
def test_an_unknown_alias(stage: Stage, command: list[str]) -> None:
    """With the nearest one, and all."""
    said = stage.run(*command, "--pool", "peopel")
    assert_message(said, ExitCode.UNUSABLE, "has no pool with the alias 'peopel'.", "Did you mean people?")
    assert "exports, guests, parts, people" in said.err


@pytest.mark.parametrize("command", [["template"], ["drop", __file__], ["check", __file__]])
def test_no_pool_where_there_are_several(stage: Stage, command: list[str]) -> None:
    """Which one is meant would be a guess."""
    said = stage.run(*command)
    assert_message(said, ExitCode.UNUSABLE, "serves several pools: exports, guests, parts, people.", "--pool")


@pytest.mark.parametrize("command", ["status", "results", "retry", "stop"])
@pytest.mark.parametrize("given", [UNKNOWN_RUN, UNKNOWN_RUN[:8]])
def test_an_unknown_run(stage: Stage, command: str, given: str) -> None:
    """By its whole id and by its start."""
    said = stage.run(command, given)
    assert_message(said, ExitCode.NOT_FOUND, f"The run {given} does not exist.", "cognito-drop runs")


def test_watching_an_unknown_run_by_its_start(stage: Stage) -> None:
    """Only a whole id may be one of a drop that is not accepted yet."""
    assert_message(stage.run("watch", UNKNOWN_RUN[:8]), ExitCode.NOT_FOUND, "The run 01234567 does not exist.")


def test_an_upload_that_never_becomes_a_run(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for, but not for ever."""
    monkeypatch.setattr(following, "_ACCEPTED_WITHIN", 0.5)
    said = stage.run("watch", UNKNOWN_RUN, "--interval", "0.2")
    assert (said.code, said.out) == (ExitCode.NOT_FOUND, "")
    assert said.shown.startswith("01234567: waiting to be accepted\n")
    assert "Error: The upload was not accepted within " in said.err


def test_an_ambiguous_run(stage: Stage) -> None:
    """With as many digits of each as it takes, and the names of their files."""
    table = stage.cloud.client("dynamodb")
    names = ("first.csv", "second.csv", "third.csv")
    made = [_item(stage.deployment.bucket, name, version) for name in names for version in range(30_000)]
    others = {run["run_id"][:4] for run in stage.run("runs", "--limit", "1000", "--output", "json").data["runs"]}
    twins = _with_one_start([item for item in made if item["run_id"]["S"][:4] not in others])
    for item in twins:
        table.put_item(TableName=stage.deployment.ledger, Item=item)
    start = twins[0]["run_id"]["S"][:4]
    said = stage.run("status", start)
    assert_message(said, ExitCode.UNUSABLE, f"2 runs start with {start}.", "Give more digits: ")
    for item in twins:
        assert f"{item['run_id']['S'][:8]} {item['key']['S'].rpartition('/')[2]}" in said.err
        assert stage.run("status", item["run_id"]["S"][:8]).code == ExitCode.CLEAN
    said = stage.run("results", twins[0]["run_id"]["S"])
    assert_message(said, ExitCode.NOT_NOW, "The run ", "retention_days")


def _item(bucket: str, name: str, version: int) -> dict[str, dict[str, str]]:
    drop = Drop(bucket, f"inbox/people/{name}", str(version))
    return {
        "pk": {"S": f"run#{drop.run_id}"}, "sk": {"S": "run"}, "run_id": {"S": drop.run_id}, "bucket": {"S": bucket},
        "key": {"S": drop.key}, "version_id": {"S": drop.version_id}, "run_state": {"S": "ended"},
        "dropped_at": {"S": "2020-01-01T00:00:00Z"}, "size": {"N": "1"},
    }  # fmt: skip


def _with_one_start(items: list[dict[str, dict[str, str]]]) -> list[dict[str, dict[str, str]]]:
    seen: dict[str, dict[str, dict[str, str]]] = {}
    for item in items:
        start = item["run_id"]["S"][:4]
        if start in seen:
            return [seen[start], item]
        seen[start] = item
    raise AssertionError("no two ids start alike")


def test_results_into_a_directory_that_cannot_be(stage: Stage, tmp_path: Path) -> None:
    """A file is in its place."""
    file = tmp_path / "users.csv"
    file.write_text(users("blocked", 2))
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    said = stage.run("results", run_id, "--download", file)
    assert_message(said, ExitCode.UNUSABLE, f"Cannot write to {file}: File exists.")


def test_results_over_files_that_are_there(stage: Stage, tmp_path: Path) -> None:
    """Someone's summary is not overwritten unless they say so."""
    file, folder = tmp_path / "users.csv", tmp_path / "results"
    file.write_text(users("over", 2))
    run_id = stage.ended(file, "--pool", "guests")["run_id"]
    folder.mkdir()
    (folder / "summary.json").write_text("mine")
    said = stage.run("results", run_id, "--download", folder)
    assert_message(said, ExitCode.UNUSABLE, "summary.json exists already; nothing was downloaded.", "--overwrite")
    assert [path.name for path in folder.iterdir()] == ["summary.json"]
    assert stage.run("results", run_id, "--download", folder, "--overwrite").code == ExitCode.CLEAN
    assert (folder / "summary.json").read_text() != "mine"


def _policy(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_permission_that_lacks(stage: Stage) -> None:
    """Anyone who may see the stack and nothing behind it is told by AWS's own words what they may not do."""
    iam, anybody = stage.cloud.client("iam"), {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName="onlooker", AssumeRolePolicyDocument=_policy(anybody))["Role"]
    seeing = {"Effect": "Allow", "Action": "cloudformation:Describe*", "Resource": "*"}
    iam.put_role_policy(RoleName="onlooker", PolicyName="see", PolicyDocument=_policy(seeing))
    keys = stage.cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ada")["Credentials"]
    said = stage.run(
        "runs",
        AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
        AWS_SESSION_TOKEN=keys["SessionToken"],
    )
    assert_message(said, ExitCode.AWS, "AWS denied GetParametersByPath: User: arn:aws:sts::", "permission")
    assert "assumed-role/onlooker/ada is not authorized to perform: ssm:GetParametersByPath" in said.err


def test_the_installed_command_makes_no_traceback_either() -> None:
    """Through the console script, as the operator calls it."""
    said = run_installed("runs", env=NOWHERE)
    assert_message(said, ExitCode.AWS, "AWS cannot be reached")
