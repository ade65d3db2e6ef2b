"""How pools are named: by the alias of the deployment, which is also the folder of a drop, and by Cognito's id."""

from __future__ import annotations

import re

ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What the alias of a pool may be."""

DEFAULT_ALIAS = "default"
"""The alias of a pool that was configured without one; its drops may be directly under `inbox/`."""

POOL_ID = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]{1,55}")
"""What the id of a user pool may be."""


def pools_path(stack_name: str) -> str:
    """What the names of the pools' parameters begin with in Systems Manager; a slash and the alias follow.

    A name must not begin with `aws` or `ssm`, as a stack's may.
    """
    return f"/cognito-drop/{stack_name}/pools"


def pauses_path(pools_path: str) -> str:
    """What the names of the parameters begin with that pause imports, beside those of the pools."""
    return f"{pools_path.removesuffix('/pools')}/paused"
