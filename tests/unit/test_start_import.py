"""The way of a job from nothing to started, taken up wherever an earlier call has left it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.import_jobs import JobLimitError
from cognito_drop.contract.statuses import JobStatus, PartStatus
from cognito_drop.core.imports.import_job import JobCounts
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.rows import HashAlgorithm
from cognito_drop.core.runs.job_wait import job_wait_of
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import JobProgress
from cognito_drop.core.runs.start_decision import PATIENCE
from cognito_drop.core.text.problem import ProblemCode
from lambdas.start_import.import_start import ImportStart
from lambdas.start_import.part_start import PartToImport
from tests.unit.fakes import InMemoryBus, LostAnswerError
from tests.unit.meanwhile import DiedError, die
from tests.unit.samples import POOL_ID, STARTED, checked, drop, job
from tests.unit.start_world import FIRST, OTHER_POOL, PART, RUN, SECOND, StartWorld

BEGUN = datetime.fromtimestamp(1_000, UTC)
"""The time of the world."""

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> StartWorld:
    """A world in which nothing is amiss."""
    return StartWorld(monkeypatch)


def test_a_run_without_a_job_gets_one_that_is_started(world: StartWorld) -> None:
    """Created under the run's name, with the file, and in the ledger."""
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert world.imports.names == [f"cognito-drop-{RUN}-1"]
    assert world.imports.files == {FIRST: b"the file"}
    assert world.started == [FIRST]
    assert world.run.parts == {1: PartJob(FIRST, uploaded=True)}


def test_the_next_part_gets_a_job_of_its_own(world: StartWorld) -> None:
    """Under its own number and with its own file; the first part's job stays what it is."""
    world.call()
    world.imports.advance(FIRST, "Succeeded")
    assert world.call(part=2) == JobProgress(2, SECOND, "Pending", 10)
    assert world.imports.names == [f"cognito-drop-{RUN}-1", f"cognito-drop-{RUN}-2"]
    assert world.imports.files == {FIRST: b"the file", SECOND: b"the second part"}
    assert {part: entry.job_id for part, entry in world.run.parts.items()} == {1: FIRST, 2: SECOND}


def test_a_repeated_call_for_a_later_part_starts_nothing_twice(world: StartWorld) -> None:
    """The answer of the second part's start was lost."""
    world.call()
    world.imports.advance(FIRST, "Succeeded")
    world.imports.loses = {"start"}
    with pytest.raises(TransientError):
        world.call(part=2)
    assert world.call(part=2) == JobProgress(2, SECOND, "Pending", 10)
    assert world.started == [FIRST, SECOND]


def test_a_drop_with_a_thousand_parts_has_names_that_cognito_takes() -> None:
    """At most 128 characters, whatever the number."""
    assert len(PartToImport(drop(), 10_000, POOL_ID).job_name) <= 128


@pytest.mark.parametrize("algorithm", [None, HashAlgorithm.BCRYPT])
def test_the_hashing_algorithm_goes_with_the_job(world: StartWorld, algorithm: HashAlgorithm | None) -> None:
    """As the pool's setting says."""
    world.parts.start(PartToImport(drop(), 1, POOL_ID, algorithm), 600)
    assert world.imports.algorithms == [algorithm]


@pytest.mark.parametrize(
    ("of_parts", "of_pool", "expected"),
    [
        (("BCRYPT", "SCRYPT"), ["SCRYPT", "BCRYPT"], [HashAlgorithm.BCRYPT, HashAlgorithm.SCRYPT]),
        (("SCRYPT", "SCRYPT"), ["BCRYPT", "SCRYPT"], [HashAlgorithm.SCRYPT] * 2),
        ((), ["SCRYPT"], [HashAlgorithm.SCRYPT] * 2),
        ((), None, [None] * 2),
    ],
)
def test_each_part_has_the_algorithm_of_its_own_hashes(
    world: StartWorld, of_parts: tuple[str, ...], of_pool: list[str] | None, expected: list[HashAlgorithm | None]
) -> None:
    """Users of the other part could not sign in. A file that an older version has checked has the pool's algorithm."""
    kept = PoolSettings(POOL_ID, password_hashes=of_pool).kept
    world.ledger.put(RUN, file=checked(1, 1, part_algorithms=of_parts, settings=kept))
    start = ImportStart(world.parts, world.ledger, InMemoryBus(), lambda: STARTED)
    for number in (1, 2):
        job_id = start.start(drop(), 600).job_id
        world.imports.advance(job_id, "Succeeded", JobCounts(1))
        world.ledger.record_end(RUN, number, world.imports.jobs[job_id])
    assert world.imports.algorithms == expected


def test_a_second_call_finds_the_job_started(world: StartWorld) -> None:
    """The function was called twice: one job, one upload, one start."""
    world.call()
    world.imports.advance(FIRST, "InProgress")
    assert world.call() == JobProgress(1, FIRST, "InProgress", 10)
    assert list(world.imports.jobs) == [FIRST]
    assert world.s3.opened == [PART]


@pytest.mark.parametrize("status", ["InProgress", "Stopping", "Stopped", "Failed", "Succeeded", "Paused"])
def test_a_job_in_any_later_status_is_answered_with(world: StartWorld, status: str) -> None:
    """Whatever it is, the workflow's next look decides; even a word that no one documented."""
    world.call()
    world.imports.advance(FIRST, status, JobCounts(imported=1))
    assert world.call() == JobProgress(1, FIRST, status, 10)
    assert list(world.imports.jobs) == [FIRST]


def test_a_crash_between_creation_and_ledger_starts_one_job_only(world: StartWorld) -> None:
    """The first job is left to expire; no one will ever start it."""
    world.ledger.meanwhile.before("record_job", die)
    with pytest.raises(DiedError):
        world.call()
    assert world.call().job_id == SECOND
    assert world.started == [SECOND]


def test_a_lost_answer_to_the_creation_starts_one_job_only(world: StartWorld) -> None:
    """As after a crash."""
    world.imports.loses = {"create"}
    with pytest.raises(LostAnswerError):
        world.call()
    assert world.call().job_id == SECOND
    assert world.started == [SECOND]


@pytest.mark.parametrize("lost", ["the answer", "the note"])
def test_an_upload_of_which_nothing_is_known_is_made_again(world: StartWorld, lost: str) -> None:
    """Into the same job: the second upload takes the place of the first."""
    if lost == "the answer":
        world.imports.loses = {"upload"}
    else:
        world.ledger.meanwhile.before("record_upload", die)
    with pytest.raises((LostAnswerError, DiedError)):
        world.call()
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert list(world.imports.jobs) == [FIRST]
    assert world.s3.opened == [PART, PART]


def test_a_lost_answer_to_the_start_is_looked_up(world: StartWorld) -> None:
    """The job knows that it was started; no second one is."""
    world.imports.loses = {"start"}
    with pytest.raises(TransientError, match="StartUserImportJob: LostAnswerError"):
        world.call()
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert world.started == [FIRST]


def test_a_start_that_is_refused_because_it_took_place_is_a_start(
    world: StartWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK repeats a call by itself when an answer is lost; the second is refused, and the job is running."""
    start = world.imports.start

    def repeated(pool_id: str, job_id: str) -> object:
        start(pool_id, job_id)
        return start(pool_id, job_id)

    monkeypatch.setattr(world.imports, "start", repeated)
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)


def test_a_job_that_expired_after_it_was_started_is_answered_with(world: StartWorld) -> None:
    """Should Cognito ever do so, nothing is imported twice."""
    world.call()
    world.imports.advance(FIRST, "Expired")
    assert world.call() == JobProgress(1, FIRST, "Expired", 10)


def test_another_active_job_is_waited_for_with_growing_waits(world: StartWorld) -> None:
    """Started in the console or by another stack: the run waits and keeps its job and its upload."""
    world.imports.add(POOL_ID, job("InProgress", job_id="import-other00000", started=STARTED))
    answers = [world.call() for _ in range(PATIENCE + 4)]
    assert {answer.status for answer in answers} == {PartStatus.WAITING}
    waits = [answer.wait_seconds for answer in answers]
    assert waits[:3] == [10, 15, 22]
    assert waits == sorted(waits)
    wait = job_wait_of(world.run)
    assert wait is not None
    assert (wait.sentence, wait.since) == ("waiting for another import job in this account", BEGUN)
    world.imports.advance("import-other00000", "Succeeded")
    assert world.call().status == "Pending"
    assert job_wait_of(world.run) is None
    assert world.s3.opened == [PART]
    assert [each.job_id for each in world.imports.all(POOL_ID)].count("import-other00000") == 1


def test_a_job_that_is_refused_for_no_known_reason_is_not_said_to_wait_for_another(world: StartWorld) -> None:
    """It is said to wait all the same, and no more when a later call finds it started."""
    world.imports.refusal = "The moon is in the wrong phase."
    world.call()
    wait = job_wait_of(world.run)
    assert wait is not None
    assert wait.sentence == "waiting for Cognito to start the import job"
    assert wait.lasted(BEGUN + timedelta(seconds=507)) == "since 8 min"
    world.imports.refusal = ""
    world.imports.advance(world.run.parts[1].job_id, "Pending", started=STARTED)
    assert world.call().status == "Pending"
    assert job_wait_of(world.run) is None


@pytest.mark.parametrize("part", [1, 2])
def test_a_pool_that_has_no_job_left_ends_the_run_with_what_to_do(world: StartWorld, part: int) -> None:
    """The file is refused as a whole before its first job; later the rest of it is unprocessed."""
    world.imports.meanwhile.before("create", _no_job_is_left)
    with pytest.raises(RefusedError, match=r'used all of its import jobs .*"User import jobs per user pool"'):
        world.call(part)
    file = world.run.file
    assert file is not None
    assert (file.problem.code if file.problem else None) == (ProblemCode.NO_JOBS_LEFT if part == 1 else None)
    assert world.run.is_closing is (part == 1)


def test_a_pool_without_a_job_for_another_try_ends_the_run_with_what_to_do(world: StartWorld) -> None:
    """Its first job has expired unstarted. A concurrent call may know a job of the part: the file is not refused."""
    world.note_job(world.create())
    world.imports.advance(FIRST, "Expired")
    world.imports.meanwhile.before("create", _no_job_is_left)
    with pytest.raises(RefusedError, match="used all of its import jobs"):
        world.call()
    assert (world.run.is_closing, world.run.file) == (False, checked(1, 1))


def test_a_file_is_not_refused_whose_first_job_another_call_has_recorded(world: StartWorld) -> None:
    """The call hangs until the one after it has created the pool's last job."""

    def other_call_has_the_last_job() -> None:
        other = world.ledger.begin_start(RUN, world.time + 2_000).number
        world.ledger.record_job(RUN, 1, PartJob(world.create()), instead_of=None, start=other)
        _no_job_is_left()

    world.imports.meanwhile.before("create", other_call_has_the_last_job)
    with pytest.raises(TransientError):
        world.call()
    assert (world.run.is_closing, world.run.file) == (False, checked(1, 1))
    assert world.call().status == "Pending"


def _no_job_is_left() -> None:
    raise JobLimitError(POOL_ID)


def test_an_active_job_of_a_watched_pool_is_waited_for_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """One job an account: the other pools of the stack are looked at."""
    world = StartWorld(monkeypatch, watched=[POOL_ID, OTHER_POOL])
    world.imports.add(OTHER_POOL, job("Pending", job_id="import-other00000", started=STARTED))
    answers = [world.call() for _ in range(PATIENCE + 4)]
    assert {answer.status for answer in answers} == {PartStatus.WAITING}


def test_an_active_job_of_another_pool_does_not_count_when_the_scope_is_the_pool(world: StartWorld) -> None:
    """A refusal for no known reason has an end."""
    world.imports.add(OTHER_POOL, job("Pending", job_id="import-other00000", started=STARTED))
    for _ in range(PATIENCE):
        assert world.call().status == PartStatus.WAITING
    with pytest.raises(RefusedError):
        world.call()


def test_a_job_that_is_refused_for_good_ends_with_cognitos_sentence(world: StartWorld) -> None:
    """After patience has ended, the report quotes it."""
    world.imports.refusal = "The role cannot be assumed."
    for _ in range(PATIENCE):
        assert world.call().status == PartStatus.WAITING
    with pytest.raises(RefusedError, match=r"^StartUserImportJob: The role cannot be assumed\.$"):
        world.call()
    assert world.started == []


def test_a_job_that_waited_for_another_one_is_not_given_up_when_that_one_ends(
    world: StartWorld,
) -> None:
    """It may end between the refusal and the look at the lists, when patience was used up by the wait."""
    world.imports.add(POOL_ID, job("InProgress", job_id="import-other00000", started=STARTED))
    for _ in range(PATIENCE + 1):
        assert world.call().status == PartStatus.WAITING
    world.imports.meanwhile.before("list", lambda: world.imports.advance("import-other00000", "Succeeded"))
    assert world.call().status == "Pending"


def test_a_job_without_an_upload_url_is_followed_by_a_new_one(world: StartWorld) -> None:
    """Describe need not repeat the URL: an earlier call that died before its upload has taken it along."""
    world.note_job(world.create())
    world.imports.has_urls = False
    assert world.call() == JobProgress(1, SECOND, "Pending", 10)


def test_a_role_that_becomes_assumable_is_no_failure(world: StartWorld) -> None:
    """A fresh role may need some seconds."""
    world.imports.refusal = "The role cannot be assumed."
    world.call()
    world.imports.refusal = ""
    assert world.call().status == "Pending"


def test_a_file_that_cognito_does_not_have_is_uploaded_again(world: StartWorld) -> None:
    """The ledger says uploaded, Cognito says no: Cognito is believed."""
    world.imports.refusal = "Another job is active"
    world.call()
    world.imports.refusal = ""
    del world.imports.files[FIRST]
    assert world.call().status == PartStatus.WAITING
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert world.s3.opened == [PART, PART]


def test_a_file_that_never_arrives_is_given_up(world: StartWorld) -> None:
    """Uploading again has an end."""
    world.imports.refusal = f"No csv file was uploaded for {FIRST}"
    for _ in range(PATIENCE):
        assert world.call().status == PartStatus.WAITING
    with pytest.raises(RefusedError, match="No csv file"):
        world.call()


def test_a_part_that_was_deleted_meanwhile_ends_the_run(world: StartWorld) -> None:
    """Preflight wrote it; the upload does not find it."""
    world.s3.objects.clear()
    with pytest.raises(RefusedError, match="deleted before it was uploaded"):
        world.call()
    assert world.started == []


def test_a_job_whose_pool_was_deleted_is_an_error(world: StartWorld) -> None:
    """It ends the run, and nothing is created anew."""
    world.call()
    world.imports.pool_of.clear()
    with pytest.raises(RefusedError, match="The import job no longer exists"):
        world.call()
    assert list(world.imports.jobs) == [FIRST]
    assert world.imports.jobs[FIRST].status is JobStatus.PENDING
