"""`make second-cloud`: the stack on ministack, with its IAM off and on, compared with the stack on localcloud.

Exit code 0: every difference is in docs/fidelity.md. 1: one is not, or one that is there was not seen. 2: it could not
be found out. 130: interrupted.
"""

from __future__ import annotations

import signal
import sys

from tools.deployment import DeploymentError
from tools.local_cloud import LocalCloudError
from tools.run_watch import RunWatchError
from tools.second_cloud.judgment import compare

_FAILED = 2
_INTERRUPTED = 130


def main() -> int:
    """Compare, print, and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as with Ctrl-C, so that nothing stays behind
    try:
        return compare()
    except (LocalCloudError, DeploymentError, RunWatchError, TimeoutError) as error:
        print(f"No verdict: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        print("Interrupted: no verdict.", file=sys.stderr)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
