"""`make verify-aws PROFILE=…`: verifies in a real AWS account what localcloud imitates and guesses."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tools.deployment import DeploymentError
from tools.toolchain import ToolchainError
from tools.verify.account import AccountError
from tools.verify.cloud import VerifiedCloud
from tools.verify.kit import Visit, VisitError
from tools.verify.observation import Observations
from tools.verify.probes import PROBES

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as with Ctrl-C, so that nothing stays behind
    arguments = _parser().parse_args(argv)
    with TemporaryDirectory(prefix="verify-") as folder:
        cloud = VerifiedCloud(arguments.profile, arguments.region, arguments.endpoint, arguments.pace, Path(folder))
        visit = Visit(cloud, Observations(arguments.observed), _say, lambda text: arguments.yes or _ask(text))
        try:
            if arguments.clean:
                return visit.clean()
            if arguments.later:
                return visit.visit_again()
            return visit.verify(only=arguments.only, is_probing_alone=arguments.probes_alone)
        except (VisitError, AccountError, DeploymentError, ToolchainError, ClientError, BotoCoreError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return _INTERRUPTED


def _say(text: str) -> None:
    print(text, flush=True)


def _ask(text: str) -> bool:
    return input(text).strip().lower() == "yes"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.verify", description=__doc__)
    parser.add_argument("--profile", help="the profile of the AWS account (default: the environment's credentials)")
    parser.add_argument("--region", help="the region (default: the profile's)")
    parser.add_argument("--observed", type=Path, default=Path("observed.json"), help="the file of what was seen")
    parser.add_argument("--only", nargs="+", choices=list(PROBES), default=[], metavar="PROBE", help="these probes")
    parser.add_argument("--probes-alone", action="store_true", help="deploy no stack and run no tests")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--later", action="store_true", help="the second visit, days after the first one")
    parser.add_argument("--clean", action="store_true", help="take away what an interrupted visit has left")
    parser.add_argument("--endpoint", help="a localcloud in place of AWS")
    parser.add_argument("--pace", type=float, default=1.0, help="the clock factor of that localcloud")
    return parser


if __name__ == "__main__":
    sys.exit(main())
