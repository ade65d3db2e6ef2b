"""What a cold start pays for before the first line of a handler runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lambdas.runtime import clients

PROJECT = Path(__file__).resolve().parents[2]
HANDLERS = sorted(path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py"))
MODULES_BUDGET = 700
NOT_NEEDED = {*"pydantic requests jsonschema phonenumbers aws_xray_sdk numpy moto aws_cdk hypothesis pytest".split()}

_PROBE = """
import importlib, json, sys
before = len(sys.modules)
import boto3
boto3.client = boto3.resource = None  # calling it fails
module = importlib.import_module(sys.argv[1])
assert callable(module.lambda_handler)
roots = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"count": len(sys.modules) - before, "roots": sorted(roots)}))
"""


@pytest.mark.parametrize("folder", HANDLERS)
def test_importing_a_handler_makes_no_client_and_loads_nothing_needless(folder: str) -> None:
    """In a fresh interpreter without any settings: no client, no heavy package, a bounded number of modules."""
    command = [sys.executable, "-c", _PROBE, f"lambdas.{folder}.handler"]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert not NOT_NEEDED & set(found["roots"])
    assert found["count"] < MODULES_BUDGET


def test_the_probe_is_of_use() -> None:
    """A handler that made a client at import would be noticed."""
    command = [sys.executable, "-c", _PROBE.replace("module =", "boto3.client('s3');module ="), "json"]
    done = subprocess.run(
        command, env={"PATH": os.defpath, "PYTHONPATH": str(PROJECT)}, capture_output=True, check=False
    )
    assert done.returncode == 1


def test_a_client_is_made_once() -> None:
    """Every later call of an execution environment uses the first one."""
    for client in (
        clients.cognito, clients.dynamodb, clients.events, clients.logs, clients.s3, clients.step_functions,
    ):  # fmt: skip
        client.cache_clear()
        assert client() is client()
        client.cache_clear()
