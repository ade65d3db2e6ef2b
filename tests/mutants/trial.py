"""Runs the tests that reach a changed function, each change in a fork of one process that has collected them once.

A first run without a change counts, for each test, which functions it calls and what CPU it takes. A change then meets
its tests with the cheapest files first, until one fails. A test that takes ten times its CPU, or waits for minutes, has
noticed the change too.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import tempfile
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final, TypeVar

import boto3
import botocore.session
import pytest
from hypothesis import Phase, settings
from moto import mock_aws

from tests.mutants import swap
from tests.mutants.changes import Kept, digest_of, module_paths
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from tests.mutants.changes import Change

SELECTED: Final = ("tests/unit", "tests/property")
READ_THE_SOURCE: Final = (
    "tests/unit/strings/test_strings.py",
    "tests/unit/test_language.py",
    "tests/unit/test_contract.py",
    "tests/unit/test_docs.py",
    "tests/unit/test_exhaustive.py",
    "tests/unit/test_import_time.py",
    "tests/unit/test_mutants.py",
)
_TIMES_ITS_CPU: Final = 10
_CPU: Final = 5.0
"""Seconds more, for a test that takes next to none."""
_WAIT: Final = 1800.0
"""Seconds in which a test ends on a busy machine, if it does."""
_SERVICES: Final = (
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "events",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "stepfunctions",
)
_NOTICED: Final = 1
_TIMED_OUT: Final = frozenset({-signal.SIGPROF, -signal.SIGALRM})

_T = TypeVar("_T")

settings.register_profile("mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate])


class CleanTestsFailedError(Exception):
    """Tests fail without any change."""


@dataclass(eq=False)
class Trial:
    """A plugin of pytest that tries changes in place of a plain run; `accepted` are those that no test has noticed."""

    changes: Sequence[Change]
    functions: Sequence[str]
    """All functions that changes are made of: what tests reach is kept for the next sample."""
    jobs: int
    say: Callable[[str], None]
    accepted: list[Change] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once without a change, and those that it needs with each."""
        if session.testsfailed:
            self.failed.append("The tests cannot be collected.")
            return True
        session.config.pluginmanager.unregister(name="terminalreporter")
        _warm_up()
        gc.freeze()
        with tempfile.TemporaryDirectory() as folder:
            reach = self._reach(session, Path(folder))
        if self.failed:
            return True
        ended = _in_forks(self.changes, self.jobs, lambda it: _try(session, it, reach.tests(it)))
        for done, (change, code) in enumerate(ended, 1):
            verdict = {0: "accepted", _NOTICED: "noticed"}.get(code, "timed out" if code in _TIMED_OUT else "crashed")
            self.say(f"{done}/{len(self.changes)} {verdict} {change.name} ({len(reach.tests(change))} tests)")
            if code == 0:
                self.accepted.append(change)
        return True

    def _reach(self, session: pytest.Session, folder: Path) -> Reach:
        kept = Kept("reach")
        files = _by_file(session.items)
        helpers = sorted(_helpers())
        paths = module_paths()

        def digest(file: str, functions: Iterable[str]) -> str:
            modules = {function.rpartition(".")[0] for function in functions}
            return digest_of(Path(file), *helpers, *sorted(paths[it] for it in modules if it in paths))

        def is_known(file: str) -> bool:
            found = kept.values.get(file)
            return found is not None and found["digest"] == digest(file, found["functions"])

        new = [file for file in sorted(files) if not is_known(file)]
        self.say(f"{len(new)} of {len(files)} files of tests run once without a change")
        reached = swap.record(self.functions) if new else set()
        into = {file: folder / f"{number}" for number, file in enumerate(new)}
        for file, code in _in_forks(new, self.jobs, lambda it: _record(session, reached, files[it], into[it])):
            if code:
                self.failed.append(into[file].read_text() if into[file].exists() else f"{file} ended with {code}.")
            else:
                found = json.loads(into[file].read_text())
                kept.values[file] = {**found, "digest": digest(file, found["functions"])}
        kept.write()
        reach = Reach()
        if self.failed:
            return reach
        for file, items in files.items():
            found = kept.values[file]
            for item, (cpu, numbers) in zip(items, found["tests"], strict=True):
                reach.add(item, cpu, [found["functions"][number] for number in numbers])
        return reach


@dataclass
class Reach:
    """Which tests call which function, and what CPU they take."""

    cpu: dict[pytest.Item, float] = field(default_factory=dict)
    of: dict[str, list[pytest.Item]] = field(default_factory=lambda: defaultdict(list))

    def add(self, item: pytest.Item, cpu: float, reached: Iterable[str]) -> None:
        """Add what is known of a test."""
        self.cpu[item] = cpu
        for function in reached:
            self.of[function].append(item)

    def tests(self, change: Change) -> list[tuple[pytest.Item, float]]:
        """The tests of a change and their CPU seconds: the cheapest file first, in it the cheapest test."""
        files = _by_file(self.of.get(change.function, ()))
        by_cost = sorted(files.values(), key=lambda items: sum(self.cpu[it] for it in items) / len(items))
        return [(it, self.cpu[it]) for items in by_cost for it in sorted(items, key=self.cpu.__getitem__)]


def try_changes(
    changes: Sequence[Change], functions: Sequence[str], jobs: int, say: Callable[[str], None]
) -> list[Change]:
    """Return the changes that all tests accept."""
    trial = Trial(changes, functions, jobs, say)
    with tempfile.TemporaryDirectory() as folder:
        ignored = [f"--ignore={path}" for path in READ_THE_SOURCE]
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder  # each process makes a folder of its own in it
        options = ["-n0", "-q", "-s", "-pno:cacheprovider", "--hypothesis-profile=mutants"]
        code = pytest.main([f"--rootdir={PROJECT}", *options, *ignored, *SELECTED], plugins=[trial])
    if trial.failed or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CleanTestsFailedError("\n".join(trial.failed) or f"pytest ended with {code}.")
    order = {it.name: number for number, it in enumerate(changes)}
    return sorted(trial.accepted, key=lambda it: order[it.name])


def _by_file(items: Iterable[pytest.Item]) -> dict[str, list[pytest.Item]]:
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    return files


def _in_forks(tasks: Iterable[_T], jobs: int, run: Callable[[_T], int]) -> Iterator[tuple[_T, int]]:
    """Run each task in a process of its own, and yield it with its exit code, or minus the signal that ended it."""
    running: dict[int, _T] = {}
    silence = os.open(os.devnull, os.O_WRONLY)

    def ended() -> tuple[_T, int]:
        pid, status = os.wait()
        return running.pop(pid), os.waitstatus_to_exitcode(status)

    for task in tasks:
        if len(running) >= jobs:
            yield ended()
        pid = os.fork()
        if not pid:
            errors = os.fdopen(os.dup(2), "w")
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            try:
                os._exit(run(task))
            except BaseException:  # noqa: BLE001  (whatever it is, it must not go on as a second parent)
                traceback.print_exc(file=errors)
                errors.flush()
                os._exit(3)
        running[pid] = task
    while running:
        yield ended()


def _warm_up() -> None:
    """Load once what each process would load anew: botocore's models, and moto's backends."""
    setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))  # noqa: B010  (it has no type)
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws():
        for service in _SERVICES:
            session.client(service)
        session.client("s3").list_buckets()
        session.client("dynamodb").list_tables()
        session.client("cognito-idp").list_user_pools(MaxResults=1)


def _helpers() -> Iterator[Path]:
    """What all tests use, whatever they reach, and what finds out what they reach."""
    yield Path(__file__).relative_to(PROJECT)
    for folder in ("cognito_drop/contract", "tests/unit", "tests/property"):
        for path in (PROJECT / folder).rglob("*.py"):
            if not path.name.startswith("test_"):
                yield path.relative_to(PROJECT)


def _record(session: pytest.Session, reached: set[str], items: Sequence[pytest.Item], into: Path) -> int:
    """Write the CPU seconds of each test, and the functions that it adds to `reached`; or what failed."""
    recorder = _Recorder(reached)
    session.config.pluginmanager.register(recorder)
    numbers: dict[str, int] = {}
    tests = []
    for item, following in zip(items, (*items[1:], None), strict=True):
        reached.clear()
        begun = process_time()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        cpu = process_time() - begun
        of_test = reached.union(*(recorder.of_fixture.get(name, ()) for name in getattr(item, "fixturenames", ())))
        tests.append((cpu, [numbers.setdefault(it, len(numbers)) for it in of_test]))
    into.write_text("\n".join(recorder.failures) or json.dumps({"functions": list(numbers), "tests": tests}))
    return int(bool(recorder.failures))


@dataclass(eq=False)
class _Recorder:
    """Which tests fail, and what fixtures call that tests share: each of these tests may notice a change."""

    reached: set[str]
    of_fixture: dict[str, set[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures.append(f"{report.nodeid}\n{report.longreprtext}")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        before = self.reached.copy()
        self.reached.clear()
        try:
            return (yield)
        finally:
            self.of_fixture[fixturedef.argname] = self.reached.copy()
            self.reached |= before


def _try(session: pytest.Session, change: Change, tests: Sequence[tuple[pytest.Item, float]]) -> int:
    """Return 1 as soon as a test notices the change, and 0 if none does."""
    swap.put(change)
    followings = (*(item for item, _ in tests[1:]), None)
    for (item, cpu), following in zip(tests, followings, strict=False):
        signal.setitimer(signal.ITIMER_PROF, cpu * _TIMES_ITS_CPU + _CPU)
        signal.setitimer(signal.ITIMER_REAL, cpu * _TIMES_ITS_CPU + _WAIT)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return _NOTICED
    return 0
