"""cdk-nag, cfn-lint and checkov: no finding, and no acknowledgement that no one needs."""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tools.toolchain import PROJECT, python_script

import aws_cdk as cdk  # isort: skip  (after tests.infra.conftest, which finds the Node that CDK starts)
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import StackTemplate

SHORTEST_REASON = 20  # characters: a reason is a sentence


def _report(folder: Path) -> dict[str, list[str]]:
    report = json.loads((folder / "validation-report.json").read_text())
    return {
        plugin["pluginName"]: [violation["ruleName"] for violation in plugin["violations"]]
        for plugin in report["pluginReports"]
    }


def test_cdk_nag_finds_nothing(any_stack: StackTemplate) -> None:
    """Neither the AwsSolutions pack nor the Serverless pack."""
    assert _report(any_stack.folder) == {"AwsSolutions": [], "Serverless": []}


def test_cdk_nag_finds_what_is_wrong(tmp_path: Path) -> None:
    """Synthesis of a bucket that no one has secured fails, and the findings are named."""
    app = cdk.App(outdir=str(tmp_path))
    s3.Bucket(cdk.Stack(app, "careless"), "Bucket")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    with pytest.raises(RuntimeError, match=r"^ValidationFailed: "):
        app.synth()
    assert set(_report(tmp_path)["AwsSolutions"]) >= {"AwsSolutions-S1", "AwsSolutions-S10"}


def test_every_acknowledgement_is_for_a_finding_that_there_is(any_stack: StackTemplate) -> None:
    """What was acknowledged and is no longer found is removed; what is found is acknowledged where it is."""
    acknowledged = {
        (path.removeprefix("/"), finding): reason
        for path, entries in any_stack.metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for finding, reason in entry["data"].items()
    }
    found = {
        (finding["acknowledgedAt"], finding["acknowledgedId"])
        for plugin in any_stack.report["pluginReports"]
        for finding in plugin["suppressedViolations"]
    }
    assert acknowledged.keys() == found
    assert all(len(reason) > SHORTEST_REASON for reason in acknowledged.values())
    assert not {path for path, _ in acknowledged if path == "cognito-drop"}, (
        "nothing is acknowledged for the whole stack"
    )


def test_cfn_lint_finds_nothing(any_stack: StackTemplate) -> None:
    """With the project's own configuration."""
    command = [str(python_script("cfn-lint")), "--config-file", str(PROJECT / ".cfnlintrc"), "--", str(any_stack.file)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _skips(template: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (logical_id, skip["id"]): skip["comment"]
        for logical_id, resource in template["Resources"].items()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    }


def test_checkov_finds_nothing_but_what_is_skipped_with_a_reason(
    stack: StackTemplate, subscribed_stack: StackTemplate, checkov: Path, tmp_path: Path
) -> None:
    """No template has a finding; the same template without its skips has exactly those that are skipped."""
    bodies = {"stack": stack.body, "subscribed": subscribed_stack.body}
    for name, body in bodies.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
        (tmp_path / f"{name}-bare.json").write_text(json.dumps(_without_skips(body)))
    findings = _findings(checkov, tmp_path, resources=2 * sum(len(body["Resources"]) for body in bodies.values()))
    for name, body in bodies.items():
        skips = _skips(body)
        assert findings[f"/{name}.json"] == set()
        assert findings[f"/{name}-bare.json"] == skips.keys()
        assert all(len(reason) > SHORTEST_REASON for reason in skips.values())


def _without_skips(template: dict[str, Any]) -> dict[str, Any]:
    bare: dict[str, Any] = json.loads(json.dumps(template))
    for resource in bare["Resources"].values():
        resource.get("Metadata", {}).pop("checkov", None)
    return bare


def _findings(checkov: Path, folder: Path, resources: int) -> defaultdict[str, set[tuple[str, str]]]:
    """Resource and check of each finding, by file: one call for all files of the folder, as most of it is imports."""
    files = [part for file in folder.iterdir() for part in ("-f", file.name)]
    command = [str(checkov), *files, "--framework", "cloudformation", "-o", "json"]
    command += ["--compact", "--quiet", "--skip-download"]
    offline = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(command, cwd=folder, env=offline, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["summary"]["parsing_errors"] == 0
    assert found["summary"]["resource_count"] == resources
    findings = defaultdict[str, set[tuple[str, str]]](set)
    for check in found["results"]["failed_checks"]:
        findings[check["file_path"]].add((check["resource"].partition(".")[2], check["check_id"]))
    return findings
