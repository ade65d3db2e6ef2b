"""The committed files of the pipelines, as the machines read them."""

from __future__ import annotations

from typing import Any

import yaml

from tools.toolchain import PROJECT

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
GITLAB = PROJECT / ".gitlab-ci.yml"


def workflow(name: str = "deploy") -> dict[str, Any]:
    """A workflow of GitHub by its name."""
    (file,) = [each for each in WORKFLOWS if each.stem == name]
    found = yaml.safe_load(file.read_text())
    return {**found, "on": found[True]}  # YAML 1.1 reads this key as true


def gitlab() -> dict[str, Any]:
    """GitLab's."""
    found: dict[str, Any] = yaml.safe_load(GITLAB.read_text())
    return found


def script(job: str, step: str) -> str:
    """What a step of a job in GitHub's workflow `deploy` runs."""
    (found,) = [each["run"] for each in workflow()["jobs"][job]["steps"] if each.get("name") == step]
    return str(found)
