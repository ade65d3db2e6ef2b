"""`app.py` as the CDK CLI runs it: a process of its own, without AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from laptop.toolchain import PROJECT
from tests.infra.conftest import CONTEXT, SUBSCRIPTIONS, app_context

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "http://127.0.0.1:9"


def _run(folder: Path, context: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run the app where AWS has no credentials, no profile, no metadata service, and nothing answers."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "CDK_OUTDIR": str(folder / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(app_context(**context)),
        "AWS_PROFILE": "nobody",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
    }
    command = [sys.executable, "app.py"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_synthesis_calls_no_aws(tmp_path: Path) -> None:
    """A template comes out, named by its prefix, and CDK has nothing to look up in the account."""
    done = _run(tmp_path, {**CONTEXT, "name_prefix": "imports-of-staff"})
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
    assert "missing" not in manifest
    assert (tmp_path / "cdk.out" / "imports-of-staff.template.json").is_file()


def test_an_environment_has_its_account_and_region(tmp_path: Path) -> None:
    """No finding of cdk-nag, whose acknowledgements name resources, and nothing to look up there either."""
    prod = {**CONTEXT, "subscriptions": SUBSCRIPTIONS, "account": "123456789012", "region": "us-east-1"}
    done = _run(tmp_path, {"env": "prod", "environments": {"prod": prod}})
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text())
    assert "missing" not in manifest
    assert manifest["artifacts"]["cognito-drop"]["environment"] == "aws://123456789012/us-east-1"


def test_a_wrong_setting_ends_with_one_sentence(tmp_path: Path) -> None:
    """No traceback."""
    done = _run(tmp_path, {"pools": "AbC"})
    assert done.returncode == 1
    assert done.stderr == (
        "The context key `pools` has 'AbC', which is not a user pool id such as us-east-1_AbCdEf123.\n"
    )
