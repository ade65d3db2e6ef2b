"""`app.py` as the CDK CLI runs it: a process of its own, without AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import CONTEXT, SUBSCRIPTIONS, app_context
from tools.toolchain import PROJECT

CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/01234567-89ab-cdef-0123-456789abcdef"
NOWHERE = "http://127.0.0.1:9"
VALIDATED = {"CDK_VALIDATION": "true"}
"""CDK validates the templates against its default rules, as it does for a user."""
PLACE = {"account": "123456789012", "region": "us-east-1"}


def _run(
    folder: Path, context: dict[str, Any], *, app: str = "app.py", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the app where AWS has no credentials, no profile, no metadata service, and nothing answers.

    What costs most of the CPU is left out: CDK's own validation if no variable says otherwise, and the unpacking of the
    CDK, which is cached below the home folder.
    """
    environment = {
        "PATH": os.defpath,
        "HOME": str(Path.home()),
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
        "CDK_OUTDIR": str(folder / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(app_context(**context)),
        "AWS_PROFILE": "unknown",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "CDK_VALIDATION": "false",
        **variables,
    }
    command = [sys.executable, app]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_a_failure_of_packaging_is_one_sentence(tmp_path: Path) -> None:
    """From within the CDK, without a traceback of it; a variable shows that."""
    nothing_kept = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "uv")}
    context = {**CONTEXT, "aws:cdk:bundling-stacks": ["**"]}
    done = _run(tmp_path, context, **nothing_kept)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    *_, said = done.stderr.splitlines()
    assert said.startswith(
        "The app cannot be synthesized: The packages that the functions need could not be installed: "
    )
    assert "COGNITO_DROP_TRACEBACK=1" in said
    assert "Traceback" in _run(tmp_path, context, **nothing_kept, COGNITO_DROP_TRACEBACK="1").stderr


def test_synthesis_calls_no_aws(tmp_path: Path) -> None:
    """A valid template comes out, named by its prefix, and CDK has nothing to look up in the account."""
    done = _run(tmp_path, {**CONTEXT, "name_prefix": "imports-of-staff"}, **VALIDATED)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
    assert "missing" not in manifest
    assert (tmp_path / "cdk.out" / "imports-of-staff.template.json").is_file()
    assert _errors(tmp_path) == []


def test_an_environment_has_its_account_and_region(tmp_path: Path) -> None:
    """No finding of cdk-nag, whose acknowledgements name resources, and nothing to look up there either."""
    prod = {**CONTEXT, "subscriptions": SUBSCRIPTIONS, "account": "123456789012", "region": "us-east-1"}
    done = _run(tmp_path, {"env": "prod", "environments": {"prod": prod}}, **VALIDATED)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
    assert "missing" not in manifest
    assert manifest["artifacts"]["cognito-drop"]["environment"] == "aws://123456789012/us-east-1"


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("app", "context"),
    [
        ("-mstacks.pipelines.roles", {"github": "acme/users"}),
        ("-mstacks.pipelines.codepipeline", {"connection": CONNECTION, "repository": "acme/users"}),
        ("examples/own_pool/app.py", {}),
        ("examples/several_pools/app.py", {}),
    ],
)
def test_the_other_apps_pass_cdks_own_rules(tmp_path: Path, app: str, context: dict[str, str]) -> None:
    """Those of the stack are in the tests above, and cfn-lint has most of the rules."""
    dev = {**PLACE, **CONTEXT}
    done = _run(tmp_path, {"env": "dev", "environments": {"dev": dev}, **context}, app=app, **VALIDATED)
    assert done.returncode == 0, done.stderr


def test_a_wrong_setting_ends_with_one_sentence(tmp_path: Path) -> None:
    """No traceback."""
    done = _run(tmp_path, {"pools": "AbC"})
    assert done.returncode == 1
    assert done.stderr == (
        "The context key `pools` has 'AbC', which is not a user pool id such as us-east-1_AbCdEf123.\n"
    )


def test_a_mistyped_key_ends_with_one_sentence(tmp_path: Path) -> None:
    """Whichever app reads the context; CDK would ignore the key."""
    for app in ("app.py", "-mstacks.pipelines.roles", "-mstacks.pipelines.codepipeline"):
        done = _run(tmp_path, {**CONTEXT, "retentiondays": "7"}, app=app)
        assert done.returncode == 1
        assert done.stderr == "The context key `retentiondays` does not exist; did you mean `retention_days`?\n"


@pytest.mark.parametrize(
    ("context", "place"),
    [
        ({}, "aws://unknown-account/unknown-region"),
        ({"env": "dev", "environments": {"dev": PLACE}}, "aws://123456789012/us-east-1"),
    ],
)
def test_without_pools_the_stack_is_empty_with_an_error(tmp_path: Path, context: dict[str, Any], place: str) -> None:
    """So `cdk bootstrap`, `cdk ls` and `cdk destroy` have a stack, and `cdk deploy` has the sentence and no other."""
    _run(tmp_path, {"name_prefix": "imports-of-staff", **context})
    artifact = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())["artifacts"]["imports-of-staff"]
    assert artifact["environment"] == place
    template = json.loads((tmp_path / "cdk.out" / "imports-of-staff.template.json").read_text())
    assert "Resources" not in template
    (error,) = _errors(tmp_path)
    assert "The context key `pools` is missing: " in error


def test_a_pool_of_another_region_is_an_error_where_the_cli_knows_the_region(tmp_path: Path) -> None:
    """`cdk deploy` would go there. Without the CLI, the region is not known yet."""
    _run(tmp_path, CONTEXT, CDK_DEFAULT_REGION="eu-west-1")
    (error,) = _errors(tmp_path)
    assert error.startswith("The context key `pools` has us-east-1_AbCdEf123 for staff, and the stack is in eu-west-1")
    _run(tmp_path, CONTEXT, CDK_DEFAULT_REGION="us-east-1")
    assert _errors(tmp_path) == []


def _errors(folder: Path) -> list[str]:
    report = json.loads((folder / "cdk.out" / "validation-report.json").read_text())
    return [each["description"] for plugin in report["pluginReports"] for each in plugin["violations"]]


_OWN_APP = """
import aws_cdk as cdk
from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

app = cdk.App()
pools = {"people": TargetPool("us-east-1_AbCdEf123")}
CognitoDrop(cdk.Stack(app, "members"), "Import", ImportSettings(pools=pools, retention_days=%s))
app.synth()
"""


@pytest.mark.parametrize(
    ("days", "begins"),
    [
        ("-3", "`retention_days` is -3: it must be a whole number from 1 to 3653. ("),
        ("30", "The packages that the functions need could not be installed: "),
    ],
)
def test_an_app_of_ones_own_ends_with_one_sentence(tmp_path: Path, days: str, begins: str) -> None:
    """A wrong setting and a failure of packaging, which comes through the CDK; a variable shows the traceback."""
    app = tmp_path / "own.py"
    app.write_text(_OWN_APP % days)
    nothing_kept = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "uv"), "PYTHONPATH": str(PROJECT)}
    context = {"aws:cdk:bundling-stacks": ["**"]}
    done = _run(tmp_path, context, app=str(app), **nothing_kept)
    assert done.returncode == 1
    *_, said = done.stderr.splitlines()
    assert said.startswith(begins)
    assert said.endswith(" (COGNITO_DROP_TRACEBACK=1 shows where.)")
    assert "Traceback" not in done.stderr
    assert "Traceback" in _run(tmp_path, context, app=str(app), **nothing_kept, COGNITO_DROP_TRACEBACK="1").stderr


def test_an_error_of_an_apps_own_is_shown_as_python_shows_it(tmp_path: Path) -> None:
    """With its traceback."""
    app = tmp_path / "own.py"
    app.write_text("import cognito_drop.cdk\nraise ValueError('mine')\n")
    done = _run(tmp_path, {}, app=str(app), PYTHONPATH=str(PROJECT))
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("ValueError: mine\n")
