"""What ListUserImportJobs and GetCSVHeader answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.choices import HashColumn
from tools.verify.account import AccountError, good_rows, refusal
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account

_MANY = 61


def empty_list(account: Account) -> Seen:
    """Whether the listing of a pool without jobs has a list."""
    answer = account.cognito.list_user_import_jobs(UserPoolId=account.pool("no-jobs"), MaxResults=10)
    has_list = "UserImportJobs" in answer
    return Seen({"has_list": has_list}, {"import_empty_list": has_list})


def page_size(account: Account) -> Seen:
    """How many jobs a page has when 60 are asked for, and which order and token it has."""
    pool = account.pool("many-jobs")
    for _ in range(_MANY):
        account.create(pool)
        account.wait(0.25)  # five calls in a second are allowed
    answer = account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=60)
    jobs, token = answer["UserImportJobs"], answer.get("PaginationToken", "")
    dates = [job["CreationDate"] for job in jobs]
    seen = {
        "jobs": len(jobs),
        "newest_first": dates == sorted(dates, reverse=True),
        "token_names_last_job": jobs[-1]["JobId"] in token,
    }
    return Seen(seen, {"import_page_size": len(jobs)})


def full_last_page(account: Account) -> Seen:
    """Whether a last page that is exactly full has a token, and what the token leads to."""
    pool = account.pool("two-jobs")
    for _ in range(2):
        account.create(pool)
    first = account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=2)
    token = first.get("PaginationToken")
    after = None
    if token:
        page = account.cognito.list_user_import_jobs(UserPoolId=pool, MaxResults=2, PaginationToken=token)
        after = len(page.get("UserImportJobs", []))
    return Seen({"has_token": bool(token), "jobs_after_it": after}, {"import_token_after_full_page": bool(token)})


def answers(account: Account) -> Seen:
    """Whether counters that are 0 and the upload URL are in the answers to Describe."""
    pool = account.pool()
    job = account.describe(account.run(pool, account.file(pool, good_rows(1, "answers"))))
    is_sparse = "FailedUsers" not in job or "PreSignedUrl" not in job
    return Seen({"members": sorted(job)}, {"import_sparse_answers": is_sparse})


def invented_token(account: Account) -> Seen:
    """How a token that Cognito did not give is answered."""
    listing: dict[str, Any] = {"UserPoolId": account.pool("two-jobs"), "MaxResults": 2, "PaginationToken": "invented"}
    error = refusal(lambda: account.cognito.list_user_import_jobs(**listing))
    return Seen(error.as_json() if error else "answered")


def hash_column(account: Account) -> Seen:
    """Whether GetCSVHeader lists password_hash, and what a pool that does not list it does with the column."""
    pool = account.pool()
    if "password_hash" in account.header(pool):
        return Seen({"listed": True}, {"import_password_hashes": HashColumn.LISTED})
    content = account.file(pool, good_rows(1, "hashed"), "password_hash")
    job = account.run(pool, content, PasswordHashingAlgorithm="BCRYPT")
    if job["Status"] not in ("Succeeded", "Failed"):
        raise AccountError(f"The import job is {job['Status']}.")
    is_taken = job["Status"] == "Succeeded"
    seen = {"listed": False, "status": job["Status"], "message": job["CompletionMessage"]}
    return Seen(seen, {"import_password_hashes": HashColumn.TAKEN if is_taken else HashColumn.REFUSED})
