"""How Cognito reads a file: its dialect, its encoding, and its header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.verify.account import GOOD, good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account


def quotation_marks(account: Account) -> Seen:
    """How a value in quotation marks is stored, and one with a comma in them."""
    pool = account.pool()
    rows = [
        {**GOOD, "cognito:username": "quoted1", "name": '"Ada"'},
        {**GOOD, "cognito:username": "quoted2", "name": 'six" wide'},
        {**GOOD, "cognito:username": "quoted3", "name": '"Ada, Countess"'},
    ]
    lines = account.rows(pool, *rows)
    stored = {row["name"]: account.user(pool, row["cognito:username"]).get("name") for row in rows}
    return Seen({"stored": stored, "lines": lines}, {"import_reads_quotes": stored['"Ada"'] == "Ada"})


def backslashes(account: Account) -> Seen:
    """How a backslash is stored: alone, doubled, before a comma, and doubled before a comma."""
    pool = account.pool()
    values = ("a\\b", "a\\\\b", "a\\,b", "a\\\\\\,b", 'a\\"b')
    rows = [{**GOOD, "cognito:username": f"slash{n}", "name": value} for n, value in enumerate(values)]
    lines = account.rows(pool, *rows)
    stored = {row["name"]: account.user(pool, row["cognito:username"]).get("name") for row in rows}
    return Seen({"stored": stored, "lines": lines}, {"import_doubles_backslashes": stored["a\\\\b"] == "a\\b"})


def blank_lines(account: Account) -> Seen:
    """Whether a blank line is a row that fails, and whether it counts in the line numbers."""
    pool = account.pool()
    header, first, second, *_ = account.file(pool, good_rows(2, "blank")).split(b"\n")
    job = account.run(pool, b"\n".join([header, first, b"", second, b""]))
    lines = account.log(job, 2)
    return Seen({"lines": lines, **_ending(job)}, {"import_skips_blank_lines": job.get("FailedUsers", 0) == 0})


def line_ends(account: Account) -> Seen:
    """Whether a file with CRLF is read, and its last column with it."""
    pool = account.pool()
    content = account.file(pool, good_rows(2, "crlf")).replace(b"\n", b"\r\n")
    return _whole(account, pool, content)


def byte_order_mark(account: Account) -> Seen:
    """Whether a file with a byte order mark is read."""
    pool = account.pool()
    return _whole(account, pool, b"\xef\xbb\xbf" + account.file(pool, good_rows(1, "mark")))


def not_utf8(account: Account) -> Seen:
    """What happens to a file in Latin-1."""
    pool = account.pool()
    content = account.file(pool, [{**GOOD, "cognito:username": "latin", "name": "Zoë"}]).decode().encode("latin-1")
    return _whole(account, pool, content)


def columns_missing(account: Account) -> Seen:
    """Whether a file may leave out columns of the pool."""
    pool = account.pool()
    job = account.run(pool, b"cognito:username,email,email_verified\nfew,few@example.com,true\n")
    return Seen(_ending(job), {"import_takes_missing_columns": job.get("ImportedUsers", 0) == 1})


def unknown_column(account: Account) -> Seen:
    """Whether a file may have a column that the pool does not have."""
    pool = account.pool()
    return _whole(account, pool, account.file(pool, good_rows(1, "more"), "custom:unknown"))


def values_missing(account: Account) -> Seen:
    """What happens to a row with fewer, and one with more values than columns."""
    pool = account.pool()
    content = account.file(pool, good_rows(2, "short")).rstrip() + b"\nonly-one-value\n"
    content += content.splitlines()[1].replace(b"short0", b"long0") + b",one,more\n"
    job = account.run(pool, content)
    return Seen({"lines": account.log(job, 4), **_ending(job)})


def header_only(account: Account) -> Seen:
    """How the job of a file without users ends."""
    pool = account.pool()
    return _whole(account, pool, account.file(pool, []))


def long_row(account: Account) -> Seen:
    """Whether a row of more than 16,000 characters fails, or the whole job."""
    pool = account.pool()
    names = ("name", "given_name", "family_name", "nickname", "profile", "picture", "website", "address", "locale")
    long = {**GOOD, "cognito:username": "long-row", **dict.fromkeys(names, "n" * 1900)}
    return _whole(account, pool, account.file(pool, [long, *good_rows(2, "beside-long")]))


def _whole(account: Account, pool: str, content: bytes) -> Seen:
    return Seen(_ending(account.run(pool, content)))


def _ending(job: dict[str, Any]) -> dict[str, object]:
    counts = {name: job.get(f"{name.title()}Users") for name in ("imported", "skipped", "failed")}
    return {"status": job["Status"], "message": job.get("CompletionMessage"), **counts}
