"""The log of a part's job becomes the outcomes of its rows, and says which part comes next."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.aws.import_jobs import JobNotFoundError
from cognito_drop.aws.staging import Staging
from cognito_drop.contract.statuses import JobStatus, RunState
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.runs.detail_gap import DetailGap
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import CheckedFile, JobProgress, PartProgress
from lambdas.collect_part import handler
from lambdas.collect_part.part_collection import PartCollection
from tests.unit.fake_s3 import InMemoryS3
from tests.unit.fakes import InMemoryImports, InMemoryLog
from tests.unit.handler_world import give
from tests.unit.samples import CREATED, JOB_ID, POOL_ID, checked, drop, job, pool
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("aws")

POLLS, WAIT = 3, 20
RUN = drop().run_id


class World:
    """A job that has ended, and its log."""

    def __init__(self) -> None:
        self.imports = InMemoryImports(pool())
        self.log = InMemoryLog()
        self.has_time = True
        self.staging = Staging(InMemoryS3().client)
        self.ledger = WatchedLedger()
        self.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
        self.ledger.put(
            RUN, file=checked(3, 2), state=RunState.IMPORTING, parts={1: PartJob(JOB_ID), 2: PartJob(JOB_ID)}
        )

    @property
    def collection(self) -> PartCollection:
        """The function's use case."""
        return PartCollection(self.imports, self.log, self.staging, self.ledger, POLLS, WAIT)

    def ended(self, status: str, imported: int = 0, failed: int = 0) -> None:
        """The job is in this status."""
        self.imports.add(POOL_ID, job(status, imported, 0, failed))

    def wrote(self, *rows: str) -> None:
        """The log has these words, from the first row on."""
        self.log.written[JOB_ID] = ["Cognito User Pools Import - Test Log"] + [
            f"[{word}] Line Number {number} - The text." for number, word in enumerate(rows, 2)
        ]

    def collect(self, file: CheckedFile | None = None, part: int = 1, polls: int = 0) -> PartProgress:
        """What the function answers."""
        progress = JobProgress(part, JOB_ID, "Succeeded", 10)
        if file is not None:
            self.ledger.put(RUN, file=file)
        return self.collection.collect(drop(), progress, polls, has_time=lambda: self.has_time)

    def kept(self, part: int = 1) -> list[str] | None:
        """The outcomes that were kept for a part."""
        outcomes = self.staging.outcomes(drop(), part, self.ledger.checked_file(RUN).part_rows[part - 1])
        return None if outcomes is None else [verdict.outcome.value for verdict in outcomes]


@pytest.fixture
def world() -> World:
    """A world in which no job has ended."""
    return World()


def test_a_complete_log_is_kept_and_the_next_part_comes(world: World) -> None:
    """Every row of the part has its outcome."""
    world.ended("Succeeded", 2, 1)
    world.wrote("SUCCEEDED", "FAILED", "SUCCEEDED")
    assert world.collect() == PartProgress(1, complete=True, more=True)
    assert world.kept() == ["imported", "failed", "imported"]


def test_a_call_that_was_delayed_replaces_no_complete_outcomes(world: World) -> None:
    """It has read less of the log, and ends when another call has kept all of it."""
    world.ended("Succeeded", 2, 1)
    world.wrote("SUCCEEDED")
    assert world.collect(polls=POLLS).complete
    assert world.kept() == ["imported", "unknown", "unknown"], "as long as there is nothing better"
    world.wrote("SUCCEEDED", "FAILED", "SUCCEEDED")
    world.collect()
    world.wrote("SUCCEEDED")
    assert world.collect(polls=POLLS).complete
    assert world.kept() == ["imported", "failed", "imported"]


def test_a_call_that_was_delayed_replaces_no_outcomes_that_say_more(world: World) -> None:
    """Neither has read the whole log."""
    world.ended("Succeeded", 1, 2)
    world.wrote("FAILED", "SUCCEEDED")
    world.collect(polls=POLLS)
    world.wrote("FAILED")
    assert world.collect(polls=POLLS).complete
    assert world.kept() == ["failed", "imported", "failed"]


def test_a_call_that_was_delayed_calls_no_row_unprocessed_that_another_has_counted(world: World) -> None:
    """It has asked for the job's counts when Cognito had none yet, and so misses no line of the log."""
    world.ended("Stopped", 2)
    world.wrote("SUCCEEDED", "SUCCEEDED")
    world.collect()
    world.ended("Stopped")
    world.wrote()
    assert world.collect().complete
    assert world.kept() == ["imported", "imported", "unprocessed"]


def test_the_end_of_the_job_is_recorded_when_its_log_is_kept(world: World) -> None:
    """With its counts, for this part only: the lock may be released without asking Cognito again."""
    world.ended("Succeeded", 2, 1)
    world.collect()
    assert world.ledger.read(RUN).parts[1] == PartJob(JOB_ID), "the log is not complete yet"
    world.wrote("SUCCEEDED", "FAILED", "SUCCEEDED")
    world.collect(polls=1)
    assert world.ledger.read(RUN).parts == {
        1: PartJob(JOB_ID, status=JobStatus.SUCCEEDED, counts=JobCounts(2, 0, 1)),
        2: PartJob(JOB_ID),
    }


def test_the_end_of_a_job_that_was_replaced_is_an_error(world: World) -> None:
    """It cannot be: only a job that never started is replaced."""
    world.ended("Succeeded", 3)
    world.wrote(*["SUCCEEDED"] * 3)
    world.ledger.put(RUN, parts={1: PartJob("import-other00000")})
    with pytest.raises(LedgerConflictError):
        world.collect()


def test_after_the_last_part_comes_none(world: World) -> None:
    """The rows are those of this part."""
    world.ended("Succeeded", 2)
    world.wrote("SUCCEEDED", "SUCCEEDED")
    assert world.collect(part=2) == PartProgress(2, complete=True, more=False)
    assert (world.kept(1), world.kept(2)) == (None, ["imported", "imported"])


def test_lines_that_come_late_are_waited_for(world: World) -> None:
    """The job counts three rows and the log has one: nothing is kept yet."""
    world.ended("Succeeded", 3)
    world.wrote("SUCCEEDED")
    assert world.collect() == PartProgress(1, complete=False, more=False, polls=1, wait_seconds=WAIT)
    assert world.kept() is None
    world.wrote("SUCCEEDED", "SUCCEEDED", "SUCCEEDED")
    assert world.collect(polls=1) == PartProgress(1, complete=True, more=True)
    assert world.kept() == ["imported"] * 3


def test_a_log_that_is_not_there_yet_is_waited_for(world: World) -> None:
    """Cognito makes it when the job begins, and CloudWatch shows it when it does."""
    world.ended("Succeeded", 3)
    assert not world.collect().complete


def test_lines_that_are_lost_are_not_waited_for_for_ever(world: World) -> None:
    """After the last look the import goes on; rows that the log does not have are unknown, and why is recorded."""
    world.ended("Succeeded", 2, 1)
    world.wrote("SUCCEEDED", "?", "?")
    polls = 0
    answers: list[PartProgress] = []
    while not (answers and answers[-1].complete):
        answers.append(world.collect(polls=polls))
        polls = answers[-1].polls
    assert len(answers) == POLLS + 1
    assert answers[-1] == PartProgress(1, complete=True, more=True)
    assert world.kept() == ["imported", "unknown", "unknown"]
    assert world.ledger.read(RUN).parts[1].gap is DetailGap.LOG_SHORT


@pytest.mark.parametrize("gap", [gap for gap in DetailGap if gap.name.startswith("LOG_")])
def test_a_log_that_cannot_be_read_never_ends_the_import(world: World, gap: DetailGap) -> None:
    """It is read again like one that is late; then the job's counts tell what they can, and the next part comes."""
    world.ended("Succeeded", 3)
    world.log.gap = gap
    answers = [world.collect(polls=polls) for polls in range(POLLS + 1)]
    assert [answer.complete for answer in answers] == [*[False] * POLLS, True]
    assert answers[-1].more
    assert world.kept() == ["imported"] * 3
    assert world.ledger.read(RUN).parts[1] == PartJob(JOB_ID, status=JobStatus.SUCCEEDED, counts=JobCounts(3), gap=gap)


def test_what_was_read_before_the_log_failed_is_kept(world: World) -> None:
    """Rows without a line are unknown only where the counts leave two outcomes for them."""
    world.ended("Succeeded", 2, 1)
    world.wrote("FAILED")
    world.log.gap = DetailGap.LOG_BUSY
    world.collect(polls=POLLS)
    assert world.kept() == ["failed", "imported", "imported"]


def test_a_log_that_fails_after_its_last_row_is_complete(world: World) -> None:
    """Nothing is missing of the details."""
    world.ended("Succeeded", 3)
    world.wrote(*["SUCCEEDED"] * 3)
    world.log.gap = DetailGap.LOG_BUSY
    assert world.collect() == PartProgress(1, complete=True, more=True)
    assert world.ledger.read(RUN).parts[1].gap is None


def test_a_log_of_a_job_that_has_counted_no_row_is_not_missed(world: World) -> None:
    """Cognito could not read the file: no row has an outcome to tell."""
    world.ended("Failed")
    world.log.gap = DetailGap.LOG_MISSING
    assert world.collect() == PartProgress(1, complete=True, more=False)
    assert world.kept() == ["unprocessed"] * 3
    assert world.ledger.read(RUN).parts[1].gap is None


def test_the_log_of_a_stopped_job_is_waited_for_where_its_counts_do_not_say_what_it_has_done(world: World) -> None:
    """They may be 0, and the lines of what it has done come late: an imported row is not called unprocessed."""
    world.imports.add(POOL_ID, job("Stopped", started=CREATED))
    world.log.gap = DetailGap.LOG_MISSING
    assert world.collect() == PartProgress(1, complete=False, more=False, polls=1, wait_seconds=WAIT)
    world.log.gap = None
    world.wrote("SUCCEEDED")
    assert not world.collect(polls=1).complete
    assert world.collect(polls=POLLS).complete
    assert world.kept() == ["imported", "unknown", "unknown"]


@pytest.mark.parametrize(("lines", "is_complete"), [(2, False), (3, True), (4, True)])
def test_the_log_of_a_stopped_job_that_has_a_line_for_each_row_is_not_waited_for(
    world: World, lines: int, *, is_complete: bool
) -> None:
    """The job was stopped after its last row, before it counted any: there is nothing more to come."""
    world.imports.add(POOL_ID, job("Stopped", started=CREATED))
    world.wrote(*["SUCCEEDED"] * lines)
    assert world.collect().complete is is_complete
    assert world.kept() == (["imported"] * 3 if is_complete else None)


def test_the_log_of_a_job_that_was_stopped_before_its_start_is_not_waited_for(world: World) -> None:
    """It has done nothing."""
    world.ended("Stopped")
    assert world.collect().complete
    assert world.kept() == ["unprocessed"] * 3


def test_a_log_that_is_read_too_slowly_is_left_in_time(world: World) -> None:
    """The function is not killed by its timeout: it keeps what it has read."""
    world.ended("Succeeded", 3)
    world.wrote("SUCCEEDED")
    world.has_time = False
    assert not world.collect().complete
    assert world.collect(polls=POLLS).complete
    assert world.kept() == ["imported"] * 3
    assert world.ledger.read(RUN).parts[1].gap is DetailGap.LOG_SLOW


@pytest.mark.parametrize("name", ["User pool - k3xmzn", "a+b@c", "a=b", "a,b"])
def test_a_missing_log_of_a_pool_whose_name_no_log_group_can_have_is_explained(world: World, name: str) -> None:
    """By the name, which the operator can change; no other error is explained by it."""
    world.ended("Succeeded", 3)
    file = replace(checked(3, 2), pool_name=name)
    for gap, shown in (
        (DetailGap.LOG_MISSING, DetailGap.LOG_UNNAMEABLE),
        (DetailGap.LOG_FORBIDDEN, DetailGap.LOG_FORBIDDEN),
    ):
        world.log.gap = gap
        world.collect(file, polls=POLLS)
        assert world.ledger.read(RUN).parts[1].gap is shown


@pytest.mark.parametrize(
    ("status", "failed", "more"),
    [("Stopped", 0, False), ("Expired", 0, False), ("Failed", 0, False), ("Failed", 2, True), ("Succeeded", 0, True)],
)
def test_what_comes_after_a_part(world: World, status: str, failed: int, *, more: bool) -> None:
    """A job that failed for its rows went through all of them; one that ended before its rows did ends the import."""
    world.ended(status, 1, failed)
    world.wrote("SUCCEEDED", *["FAILED"] * failed)
    answer = world.collect()
    assert (answer.complete, answer.more) == (True, more)
    assert world.kept() == ["imported", *["failed"] * failed, *["unprocessed"] * (2 - failed)]


def test_a_job_that_counts_more_rows_than_the_part_has_is_not_waited_for(world: World) -> None:
    """No line can describe them."""
    world.ended("Succeeded", 7)
    world.wrote("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED")
    assert world.collect().complete


def test_a_second_call_keeps_the_same(world: World) -> None:
    """The answer was lost; the log is read again."""
    world.ended("Succeeded", 3)
    world.wrote("SUCCEEDED", "SKIPPED", "SUCCEEDED")
    assert world.collect() == world.collect()
    assert world.kept() == ["imported", "skipped", "imported"]


def test_a_late_call_that_has_read_less_changes_nothing_of_what_follows(world: World) -> None:
    """Cognito's counts may be 0 while the log has the rows: the counts of the fuller log say which part is next."""
    world.ended("Failed")
    world.wrote("SUCCEEDED", "SUCCEEDED", "FAILED")
    assert world.collect().more
    recorded = world.ledger.read(RUN).parts
    world.wrote()
    assert world.collect(polls=POLLS).more
    assert world.ledger.read(RUN).parts == recorded
    assert recorded[1].counts == JobCounts(2, 0, 1)


def test_a_job_that_is_gone_is_an_error(world: World) -> None:
    """Its pool was deleted; the boundary makes an error of it that ends the run."""
    with pytest.raises(JobNotFoundError):
        world.collect()


@pytest.fixture
def handle(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The handler, as the workflow calls it."""
    give(monkeypatch, handler.lambda_handler, world.collection)
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=256, invoked_function_arn="arn", aws_request_id="r",
        get_remaining_time_in_millis=lambda: 600_000,
    )  # fmt: skip

    def call(state: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = handler.lambda_handler(json.loads(json.dumps(state)), context)  # type: ignore[arg-type]
        return answer

    return call


def _state(of: int, **pieces: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    return {
        "run_id": RUN, "bucket": "drops", "key": drop().key, "version_id": "v1",
        "file": checked(3, 2).to_json(), "job": JobProgress(of, JOB_ID, "Succeeded", 10).to_json(), **pieces,
    }  # fmt: skip


def test_polls_are_counted_for_each_part_anew(world: World, handle: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The state still has the part before; its looks are not this part's."""
    world.ended("Succeeded", 2)
    state = _state(2, part=PartProgress(1, complete=True, more=True, polls=POLLS).to_json())
    polls = []
    for _ in range(POLLS + 1):
        answer = state["part"] = handle(state)
        polls.append((answer["number"], answer["polls"], answer["complete"]))
    assert polls == [(2, 1, False), (2, 2, False), (2, 3, False), (2, 0, True)]


@pytest.mark.parametrize("stopped", [False, True])
def test_a_run_that_was_stopped_imports_no_other_part(
    world: World, handle: Callable[[dict[str, Any]], dict[str, Any]], *, stopped: bool
) -> None:
    """Though the job of this part has gone through, as it was faster than the stop. The ledger says that it was."""
    world.ledger.close(RUN, stopped=stopped)
    world.ended("Succeeded", 3)
    world.wrote(*["SUCCEEDED"] * 3)
    answer = handle(_state(1))
    assert (answer["complete"], answer["more"]) == (True, not stopped)
    assert world.kept() == ["imported"] * 3


@pytest.mark.parametrize("refused", [False, True])
def test_the_log_of_a_pool_expires_where_that_is_chosen(world: World, *, refused: bool) -> None:
    """Once the job has ended; a run does not fail because it may not set this."""
    world.log.expiry_refused = refused
    world.ended("Succeeded", imported=3)
    world.wrote("SUCCEEDED", "SUCCEEDED", "SUCCEEDED")
    assert world.collect().complete
    assert world.log.expires == []
    collection = replace(world.collection, log_days=30)
    assert collection.collect(drop(), JobProgress(1, JOB_ID, "Succeeded", 10), 0, has_time=lambda: True).complete
    assert world.log.expires == [30]
