"""How the upload URL answers, and what it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tools.verify.account import ENCRYPTION, ENDED, good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account


def upload_url(account: Account) -> Seen:
    """How long the URL is valid, and which headers it signs."""
    query = parse_qs(urlsplit(account.create(account.pool())["PreSignedUrl"]).query)
    seconds, signed = query["X-Amz-Expires"][0], query["X-Amz-SignedHeaders"][0]
    return Seen({"seconds": seconds, "signed_headers": signed}, {"import_url_lifetime": float(seconds)})


def upload_errors(account: Account) -> Seen:
    """The answers to uploads without the header, with another one, twice, and after the start."""
    pool = account.pool()
    content = account.file(pool, good_rows(100, "uploaded"))
    job = account.create(pool)
    url = job["PreSignedUrl"]
    seen = {
        "no header": _answer(account.put(url, content, {})),
        "AES256": _answer(account.put(url, content, {"x-amz-server-side-encryption": "AES256"})),
        "first": _answer(account.put(url, content, ENCRYPTION)),
        "second": _answer(account.put(url, content, ENCRYPTION)),
    }
    account.start(job)
    seen["after the start"] = _answer(account.put(url, content, ENCRYPTION))
    account.when(job, *ENDED)
    return Seen(seen)


def expired_url(account: Account) -> Seen:
    """The answer to an upload after the URL has expired, 15 minutes after Create."""
    job = account.create(account.pool())
    account.wait(905)
    return Seen(_answer(account.put(job["PreSignedUrl"], b"", ENCRYPTION)))


def _answer(answer: tuple[int, str]) -> dict[str, object]:
    """Status, code and message; the rest of S3's document repeats the request."""
    status, text = answer
    found = {name: re.search(f"<{name}>(.*?)</{name}>", text) for name in ("Code", "Message")}
    return {"status": status, **{name.lower(): match[1] for name, match in found.items() if match}}
