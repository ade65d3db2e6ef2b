"""What a cold start pays for before the first line of a handler runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambdas.runtime import clients

PROJECT = Path(__file__).resolve().parents[2]
HANDLERS = sorted(path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py"))
MODULES_BUDGET = 700
NOT_NEEDED = {*"pydantic requests jsonschema phonenumbers aws_xray_sdk numpy moto aws_cdk hypothesis pytest".split()}

_PROBE = """
import importlib, json, os, sys
before = len(sys.modules)
import boto3
boto3.client = boto3.resource = None  # calling it fails
for name in sys.argv[1:]:
    if os.fork():
        os.wait()
        continue
    module = importlib.import_module(name)
    roots = {name.partition(".")[0] for name in sys.modules}
    print(json.dumps({"module": name, "count": len(sys.modules) - before, "roots": sorted(roots)}), flush=True)
    assert callable(module.lambda_handler)
    os._exit(0)
"""


def _probed(probe: str, *modules: str) -> tuple[dict[str, dict[str, Any]], str]:
    """What each module loads in a fresh interpreter without any settings, which has boto3; and the errors."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", probe, *modules], env=environment, capture_output=True, text=True, check=False
    )
    return {found["module"]: found for found in map(json.loads, done.stdout.splitlines())}, done.stderr


@pytest.fixture(scope="module")
def probed() -> tuple[dict[str, dict[str, Any]], str]:
    """All handlers: boto3 is loaded once, and each handler in a process that has loaded nothing else."""
    return _probed(_PROBE, *(f"lambdas.{folder}.handler" for folder in HANDLERS))


@pytest.mark.parametrize("folder", HANDLERS)
def test_importing_a_handler_makes_no_client_and_loads_nothing_needless(
    folder: str, probed: tuple[dict[str, dict[str, Any]], str]
) -> None:
    """No client, no heavy package, a bounded number of modules."""
    loaded, errors = probed
    assert errors == ""
    found = loaded[f"lambdas.{folder}.handler"]
    assert not NOT_NEEDED & set(found["roots"])
    assert found["count"] < MODULES_BUDGET


def test_the_probe_is_of_use() -> None:
    """A handler that made a client at import would be noticed, and a module that is no handler."""
    makes_a_client = _PROBE.replace("    module =", "    boto3.client('s3');module =")
    assert "'NoneType' object is not callable" in _probed(makes_a_client, "json")[1]
    assert "has no attribute 'lambda_handler'" in _probed(_PROBE, "json")[1]


def test_a_client_is_made_once() -> None:
    """Every later call of an execution environment uses the first one."""
    for client in (
        clients.cognito, clients.dynamodb, clients.events, clients.logs, clients.s3, clients.step_functions,
    ):  # fmt: skip
        client.cache_clear()
        assert client() is client()
        client.cache_clear()
