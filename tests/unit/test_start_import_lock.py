"""Who may start a job, and when one may take the place of another: no part has two started jobs, anyone who meets
whom.
"""

from __future__ import annotations

import pytest

from cognito_drop.aws.errors import RefusedError, TransientError
from cognito_drop.aws.import_jobs import StartRefusedError
from cognito_drop.contract.statuses import PartStatus, RunState
from cognito_drop.core.runs.run_record import PartJob
from cognito_drop.core.runs.run_state import JobProgress
from cognito_drop.core.runs.start_decision import LEASE_MARGIN, MOST_JOBS, Step, next_step
from tests.unit.meanwhile import DiedError, die
from tests.unit.start_world import FIRST, RUN, SECOND, StartWorld

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> StartWorld:
    """A world in which nothing is amiss."""
    return StartWorld(monkeypatch)


def test_a_run_that_waits_for_its_lock_starts_nothing(world: StartWorld) -> None:
    """It was woken by mistake, and goes back to wait."""
    world.ledger.put(RUN, state=RunState.WAITING)
    assert world.call() == JobProgress(1, "", PartStatus.NO_LOCK, 10)
    assert world.imports.jobs == {}


@pytest.mark.parametrize("state", [RunState.ACCEPTED, RunState.REPORTING, RunState.REPORTED, RunState.ENDED])
def test_a_run_that_is_not_to_wait_starts_nothing_and_says_so(world: StartWorld, state: RunState) -> None:
    """A late execution of a run whose import is over, for one."""
    world.ledger.put(RUN, state=state)
    with pytest.raises(RefusedError, match=f"The run is {state}"):
        world.call()
    assert world.imports.jobs == {}


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.IMPORTING])
def test_a_run_whose_import_is_being_ended_starts_nothing(world: StartWorld, state: RunState) -> None:
    """Someone has stopped it, whether or not it had the lock."""
    world.ledger.put(RUN, state=state)
    world.ledger.close(RUN, stopped=True)
    with pytest.raises(RefusedError, match=f"The run is {state}"):
        world.call()
    assert world.imports.jobs == {}


def test_a_call_says_until_when_it_may_act_and_that_it_is_over(world: StartWorld) -> None:
    """Its own time and the clocks' difference; nothing is left when it has come to an answer, or to an error."""
    recorded: list[float] = []
    world.imports.meanwhile.before("upload", lambda: recorded.append(world.run.lease_until))
    world.call(seconds_left=600)
    assert recorded == [world.time + 600 + LEASE_MARGIN]
    assert world.run.lease_until == 0.0
    world.imports.pool_of.clear()
    with pytest.raises(RefusedError):
        world.call()
    assert world.run.lease_until == 0.0


def test_a_woken_run_sleeps_no_more(world: StartWorld) -> None:
    """The sweep need not wake it again."""
    world.ledger.put(RUN, token="a token")  # noqa: S106  (no secret)
    world.call()
    assert world.run.token == ""


@pytest.mark.parametrize("urls", ["expired_urls", "refusing_urls"])
def test_a_url_that_takes_no_file_is_followed_by_a_new_job(world: StartWorld, urls: str) -> None:
    """Expired, or refused for good: only a new job gives a new URL; the old one is left to expire."""
    world.note_job(world.create())
    setattr(world.imports, urls, {FIRST})
    assert world.call().job_id == SECOND
    assert world.started == [SECOND]
    assert world.imports.files == {SECOND: b"the file"}
    assert world.run.parts == {1: PartJob(SECOND, attempt=2, uploaded=True)}


@pytest.mark.parametrize(("urls", "said"), [("expired_urls", "the URL has expired"), ("refusing_urls", "HTTP 403")])
def test_jobs_that_take_no_file_come_to_an_end(world: StartWorld, urls: str, said: str) -> None:
    """A pool has a thousand jobs for its life; a wrong clock does not use them up."""
    setattr(world.imports, urls, {f"import-{number:010}" for number in range(100)})
    with pytest.raises(RefusedError, match=rf"^Upload: {MOST_JOBS} jobs did not accept the file \({said}\)$"):
        world.call()
    assert len(world.imports.jobs) == MOST_JOBS
    with pytest.raises(RefusedError):
        world.call()
    assert len(world.imports.jobs) == MOST_JOBS, "a call that is repeated goes on counting"


def test_a_job_that_expired_before_it_was_started_is_followed_by_a_new_one(world: StartWorld) -> None:
    """The run waited for a day; its file is uploaded again."""
    world.imports.refusal = "Another job is active"
    world.call()
    world.imports.advance(FIRST, "Expired")
    world.imports.refusal = ""
    assert world.call() == JobProgress(1, SECOND, "Pending", 10)


def test_a_job_that_expires_while_it_is_being_started_is_followed_by_a_new_one(
    world: StartWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cognito refuses the start of what has expired in between; the next call makes another job."""

    def too_late(pool_id: str, job_id: str) -> object:  # noqa: ARG001  (the adapter's)
        world.imports.advance(job_id, "Expired")
        raise StartRefusedError("The job has expired.")

    monkeypatch.setattr(world.imports, "start", too_late)
    assert world.call() == JobProgress(1, FIRST, PartStatus.WAITING, 10)
    assert next_step(world.run.parts[1], world.imports.jobs[FIRST]) is Step.CREATE


def test_a_job_that_a_dead_call_might_start_is_not_replaced_at_once(world: StartWorld) -> None:
    """Dead or alive: no one can tell until its time is over."""
    world.dies_before_upload()
    world.imports.expired_urls = {FIRST}
    answer = world.call()
    assert answer == JobProgress(1, FIRST, PartStatus.WAITING, 661)
    assert list(world.imports.jobs) == [FIRST]
    world.time += answer.wait_seconds
    assert world.call().job_id == SECOND
    assert world.started == [SECOND]


def test_the_note_of_a_dead_call_outlives_the_calls_that_come_after_it(world: StartWorld) -> None:
    """Each takes back its own only."""
    world.dies_before_upload()
    lease = world.run.lease_until
    world.imports.expired_urls = {FIRST}
    world.call()
    assert world.run.lease_until == lease
    world.time = lease
    world.call()
    assert world.run.lease_until == 0.0


def test_a_job_that_a_dead_call_might_start_is_started_all_the_same(world: StartWorld) -> None:
    """The same job, by anyone who comes first: only a second job would be one too many."""
    world.dies_before_upload()
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert world.started == [FIRST]


def test_an_expired_job_is_replaced_though_a_dead_call_knows_it(world: StartWorld) -> None:
    """No one can start it any more."""
    world.dies_before_upload()
    world.imports.advance(FIRST, "Expired")
    assert world.call().job_id == SECOND


def test_a_job_that_another_call_starts_while_its_url_expires_is_followed(world: StartWorld) -> None:
    """The upload of this call comes too late; the other's was in time."""
    world.note_job(world.create())

    def other_call() -> None:
        world.call()
        world.imports.expired_urls = {FIRST}

    world.imports.meanwhile.before("upload", other_call)
    assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert list(world.imports.jobs) == [FIRST]


@pytest.mark.parametrize("operation", ["create", "upload", "start"])
def test_of_two_calls_that_meet_one_job_comes(world: StartWorld, operation: str) -> None:
    """A whole other call takes place just before this one creates, uploads or starts."""
    world.imports.meanwhile.before(operation, world.call)
    if operation == "create":
        with pytest.raises(TransientError, match="The run changed"):
            world.call()
    else:
        assert world.call() == JobProgress(1, FIRST, "Pending", 10)
    assert len(world.started) == 1
    assert world.run.parts[1].job_id == world.started[0]
    assert world.run.lease_until == 0.0


@pytest.mark.parametrize("operation", ["record_job", "record_upload"])
def test_of_two_calls_that_meet_at_the_ledger_one_job_comes(world: StartWorld, operation: str) -> None:
    """The one that comes second learns that it is, or does no harm."""
    world.ledger.meanwhile.before(operation, world.call)
    if operation == "record_job":
        with pytest.raises(TransientError, match="The run changed"):
            world.call()
    else:
        world.call()
    assert len(world.started) == 1
    assert world.call().job_id == world.started[0] == world.run.parts[1].job_id


@pytest.mark.parametrize("operation", ["create", "upload", "start"])
def test_a_run_that_is_stopped_meanwhile_has_one_job_at_most(world: StartWorld, operation: str) -> None:
    """A job that no one has recorded is not started; one that is recorded may be, and its lease says so."""
    world.imports.meanwhile.before(operation, lambda: world.ledger.close(RUN, stopped=True))
    if operation == "create":
        with pytest.raises(TransientError):
            world.call()
        assert world.started == []
        assert world.run.parts == {}
    else:
        leases: list[float] = []
        world.ledger.meanwhile.before("close", lambda: leases.append(world.run.lease_until))
        world.call()
        assert world.started == [FIRST]
        assert leases == [world.time + 660]


def test_a_call_that_is_killed_leaves_its_lease(world: StartWorld) -> None:
    """What a dead call could not take back holds until its time is over."""
    world.imports.meanwhile.before("upload", die)
    world.ledger.meanwhile.before("end_start", die)
    with pytest.raises(DiedError):
        world.call()
    assert world.run.lease_until == world.time + 660


def test_a_call_that_was_overtaken_replaces_no_job(world: StartWorld) -> None:
    """The call after it has come and gone, and has started the job: a second one would be started, too."""
    world.note_job(world.create())
    world.imports.refusing_urls = {FIRST}

    def other_call() -> None:
        world.imports.refusing_urls = set()
        world.call()

    # Cognito still says Created when it is asked, and the other call starts the job just after.
    world.imports.meanwhile.before("create", other_call)
    with pytest.raises(TransientError, match="The run changed"):
        world.call()
    assert world.started == [FIRST]
    assert world.run.parts[1].job_id == FIRST


def test_a_start_without_an_answer_leaves_the_lease(world: StartWorld) -> None:
    """The request may yet come to Cognito, so the lock is not released before the call's time is over."""
    world.imports.loses = {"start"}
    with pytest.raises(TransientError):
        world.call()
    assert world.run.lease_until == world.time + 660
