"""The committed files of the pipelines, as the machines read them."""

from __future__ import annotations

from typing import Any

import yaml

from tools.toolchain import PROJECT

WORKFLOW = PROJECT / ".github" / "workflows" / "deploy.yml"
GITLAB = PROJECT / ".gitlab-ci.yml"


def workflow() -> dict[str, Any]:
    """GitHub's."""
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())
    return found


def gitlab() -> dict[str, Any]:
    """GitLab's."""
    found: dict[str, Any] = yaml.safe_load(GITLAB.read_text())
    return found


def script(job: str, step: str) -> str:
    """What a step of a job in GitHub's workflow runs."""
    (found,) = [each["run"] for each in workflow()["jobs"][job]["steps"] if each.get("name") == step]
    return str(found)
