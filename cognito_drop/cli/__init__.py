"""The operator's command, `cognito-drop`."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("click") is None:
    raise ImportError("The command needs its extra: `pip install 'cognito-drop[cli]'` installs it.")
