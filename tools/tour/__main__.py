"""`python -m tools.tour [PATH]`: plays the tour and writes docs/tour.md, or the page at another path."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.deployment import DeploymentError
from tools.local_cloud import LocalCloudError, local_cloud
from tools.toolchain import ToolchainError
from tools.tour.page import TOUR, played
from tools.tour.session import FLAGS, Session, TourError


def main() -> int:
    """Write the page; return the exit code."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TOUR
    try:
        with local_cloud(*FLAGS) as cloud, TemporaryDirectory() as folder:
            target.write_text(played(Session(cloud, Path(folder)).play), encoding="utf-8")
    except (DeploymentError, LocalCloudError, ToolchainError, TourError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
