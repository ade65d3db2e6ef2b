"""Starts ministack, and ends it with all its functions when the program that started it ends, however that ends.

Run by the Python of ministack's own environment: `launch.py DENIALS`. What ministack's IAM denies is a line of JSON in
the file DENIALS. stdin is a pipe without a writer; its end is the end of the other program.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any

from ministack import app  # type: ignore[import-not-found]  # of its own environment
from ministack.core import iam_evaluator  # type: ignore[import-not-found]


def main() -> None:
    """Be ministack. A Ctrl-C in the terminal is for the program that has started it."""
    os.setsid()
    _record_denials(sys.argv.pop())
    threading.Thread(target=_end_with_the_other_program, daemon=True).start()
    app.main()


def _end_with_the_other_program() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def _record_denials(path: str) -> None:
    judge = iam_evaluator.enforce

    def enforce(access_key: str, action: str, *arguments: Any, **names: Any) -> Any:  # noqa: ANN401  (as the original)
        denied = judge(access_key, action, *arguments, **names)
        if denied is not None:
            seen = {"action": action, "resource": names.get("resource_arn", "*"), "by": denied.principal_arn}
            with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123  (the shortest way)
                file.write(json.dumps(seen) + "\n")
        return denied

    iam_evaluator.enforce = enforce


if __name__ == "__main__":
    main()
