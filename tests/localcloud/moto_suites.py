"""Runs moto's own tests with and without the extension, and names those that only fail with it.

`python -m tests.localcloud.moto_suites FOLDER [SERVICE...]`: the folder holds `tests/` of moto's source distribution in
the version that is installed. What its tests import must be installed, too (freezegun, pyotp, pycognito, PyJWT). As a
plugin of pytest it installs the extension, and lets deliveries happen in the caller's thread and without a policy, as
moto's tests expect. For a custom resource it waits a second and not an hour: nothing answers in one of moto's tests.
`moto_suites.toml` says which losses are right, and why; any other is printed, and makes the command fail.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.delivery.workers import DeliveryTask

_LOG = logging.getLogger(__name__)
_PROJECT: Final = Path(__file__).resolve().parent.parent.parent
_EXPECTED: Final = Path(__file__).with_suffix(".toml")
_SERVICES: Final = (
    *("awslambda", "cloudformation", "cloudwatch", "cognitoidp", "dynamodb", "events", "iam", "kms", "logs", "s3"),
    *("sns", "sqs", "ssm", "stepfunctions", "sts"),
)
_PLUGIN: Final = Path(__file__).stem
_WITHOUT: Final = "not network and not requires_docker"


def pytest_configure() -> None:
    """Install the extension, with deliveries that happen at once."""
    from localcloud import extension  # noqa: PLC0415  (only as a plugin)
    from localcloud.cloud import Cloud, use  # noqa: PLC0415
    from localcloud.cloudformation import custom  # noqa: PLC0415
    from localcloud.delivery.workers import DeliveryWorkers  # noqa: PLC0415
    from localcloud.settings import Settings  # noqa: PLC0415

    later = DeliveryWorkers.send

    def send(workers: DeliveryWorkers, task: DeliveryTask) -> None:
        if threading.current_thread() is not threading.main_thread():
            later(workers, task)
            return
        try:
            task()
        except Exception:  # noqa: BLE001  (as a worker does)
            _LOG.exception("A delivery's task failed.")

    use(Cloud.of(Settings(enforce_delivery_policies=False)))
    extension.install()
    custom._LONGEST_WAIT = 1  # noqa: SLF001
    DeliveryWorkers.send = send  # type: ignore[method-assign, assignment]


def main(arguments: Sequence[str]) -> int:
    """Compare the suites and print the losses that are not expected."""
    folder, *services = arguments
    folder = str(Path(folder).resolve())
    known = {test for row in tomllib.loads(_EXPECTED.read_text())["losses"] for test in row["tests"]}
    unexpected: set[str] = set()
    for service in services or _SERVICES:
        lost = _failed(folder, service, "-p", _PLUGIN) - _failed(folder, service)
        unexpected |= lost - known
        print(f"{service}: {len(lost)} fail with the extension only, {len(lost - known)} of them unexpectedly")
    print(*sorted(unexpected), sep="\n")
    return 1 if unexpected else 0


def _failed(folder: str, service: str, *options: str) -> set[str]:
    """The tests of the service's suite that fail."""
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            *options,
            "-q",
            "-p",
            "no:xdist",
            "-m",
            _WITHOUT,
            f"--junitxml={report}",
        ]
        # moto's tests are a package `tests`, too: the plugin is found under its own name.
        path = (folder, str(_PROJECT), str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
        subprocess.run([*command, f"tests/test_{service}"], cwd=folder, env=environment, check=False)
        cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314  (of our own pytest)
        return {
            f"{case.get('classname', '').removeprefix('tests.')}::{case.get('name')}"
            for case in cases
            if case.find("failure") is not None or case.find("error") is not None
        }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
