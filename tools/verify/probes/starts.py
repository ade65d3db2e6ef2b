"""When Cognito refuses to start or stop a job, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.choices import JobScope, Refusal, RoleFailure
from tools.verify.account import ENDED, good_rows, refusal
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.verify.account import Account

_LONG = 200
"""Rows of a job that is still active when the next calls come: about eight seconds of work."""


def start_without_file(account: Account) -> Seen:
    """How the start of a job without an uploaded file is refused."""
    return _refused(lambda: account.start(account.create(account.pool())))


def start_beside_other_job(account: Account) -> Seen:
    """How a start is refused while another job is active, in the same pool and in another one."""
    pool, other = account.pool(), account.pool("other")
    active = account.ready(pool, account.file(pool, good_rows(_LONG, "beside")))
    same_pool = account.ready(pool, account.file(pool, good_rows(1, "same")))
    other_pool = account.ready(other, account.file(other, good_rows(1, "other")))
    account.start(active)
    in_same, in_other = refusal(lambda: account.start(same_pool)), refusal(lambda: account.start(other_pool))
    account.when(active, *ENDED)
    for job, refused in ((same_pool, in_same), (other_pool, in_other)):
        if refused is None:
            account.when(job, *ENDED)
    settings: dict[str, object] = {"import_scope": JobScope.ACCOUNT if in_other else JobScope.POOL}
    if in_same:
        settings["import_refusal"] = Refusal(in_same.code)
    seen = {"same_pool": in_same and in_same.as_json(), "other_pool": in_other and in_other.as_json()}
    return Seen(seen, settings)


def start_with_unusable_role(account: Account) -> Seen:
    """Whether a logs role that Cognito cannot assume is refused by Create, by Start, or fails the job."""
    pool, role = account.pool(), account.logs_role("no-logs", "lambda.amazonaws.com")
    content = account.file(pool, good_rows(1, "no-role"))
    if error := refusal(lambda: account.create(pool, CloudWatchLogsRoleArn=role)):
        return Seen({"create": error.as_json()})
    job = account.ready(pool, content, CloudWatchLogsRoleArn=role)
    if error := refusal(lambda: account.start(job)):
        return Seen({"start": error.as_json()}, {"import_role_failure": RoleFailure.START})
    ended = account.when(job, *ENDED)
    seen = {"status": ended["Status"], "message": ended.get("CompletionMessage")}
    return Seen({"job": seen}, {"import_role_failure": RoleFailure.JOB} if ended["Status"] == "Failed" else {})


def start_in_pool_that_verifies_nothing(account: Account) -> Seen:
    """How a start is refused in a pool without auto-verified attribute."""
    pool = account.pool("bare", AutoVerifiedAttributes=[])
    job = account.ready(pool, account.file(pool, good_rows(1)))
    return _refused(lambda: account.start(job))


def start_again(account: Account) -> Seen:
    """How the start of an active job, and of one that has ended, is refused."""
    pool = account.pool()
    job = account.ready(pool, account.file(pool, good_rows(_LONG, "again")))
    account.start(job)
    active = _refused(lambda: account.start(job)).what
    account.stop(job)
    account.when(job, *ENDED)
    return Seen({"active": active, "stopped": _refused(lambda: account.start(job)).what})


def stop_of_idle_jobs(account: Account) -> Seen:
    """How the stop of a job that was not started, and of one that has ended, is refused."""
    pool = account.pool()
    created = account.create(pool)
    ended = account.run(pool, account.file(pool, good_rows(1, "idle")))
    stops: Mapping[str, Callable[[], object]] = {
        "created": lambda: account.stop(created),
        "ended": lambda: account.stop(ended),
    }
    return Seen({name: _refused(stop).what for name, stop in stops.items()})


def stop_of_pending_job(account: Account) -> Seen:
    """The answer to the stop of a job right after its start, and how the job ends."""
    pool = account.pool()
    job = account.ready(pool, account.file(pool, good_rows(_LONG, "pending")))
    account.start(job)
    answer = account.stop(job)["Status"]
    ended = account.when(job, *ENDED)
    return Seen({"answer": answer, "ended": _counts(ended)})


def stop_of_running_job(account: Account) -> Seen:
    """The answer to the stop of a job in progress, to a second stop, and what the counts are afterwards."""
    pool = account.pool()
    job = account.ready(pool, account.file(pool, good_rows(_LONG, "running")))
    account.start(job)
    account.when(job, "InProgress")
    account.wait(4)
    before = account.describe(job)
    answer = account.stop(job)["Status"]
    second = refusal(lambda: account.stop(job))
    since = account.slept
    ended = account.when(job, *ENDED)
    stopping = account.slept - since if answer == "Stopping" else 0.0
    settings: dict[str, object] = {
        "import_stopping": stopping,
        "import_counts_at_end": not before.get("ImportedUsers"),
        "import_stopped_counts": bool(ended.get("ImportedUsers")),
    }
    if answer == "Stopping":
        settings["import_stops_twice"] = second is None
    seen = {
        "answer": answer,
        "second": second.as_json() if second else "answered",
        "seconds": stopping,
        "before": _counts(before),
        "ended": _counts(ended),
    }
    return Seen(seen, settings)


def pending(account: Account) -> Seen:
    """How long a started job is Pending: until its StartDate is rewritten."""
    pool = account.pool()
    job = account.ready(pool, account.file(pool, good_rows(3, "waiting")))
    first = account.start(job)["StartDate"]
    ended = account.when(job, *ENDED)
    seconds = round((ended["StartDate"] - first).total_seconds(), 3)
    return Seen({"seconds": seconds}, {"import_pending": seconds} if seconds > 0 else {})


def _refused(call: Callable[[], object]) -> Seen:
    error = refusal(call)
    return Seen(error.as_json() if error else "answered")


def _counts(job: Mapping[str, object]) -> dict[str, object]:
    names = ("Status", "ImportedUsers", "SkippedUsers", "FailedUsers", "CompletionMessage")
    return {name: job[name] for name in names if name in job}
