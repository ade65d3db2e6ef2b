"""What is refused without a look at the pool is refused by every pool."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_drop.core.pools.unseen_pool import problem_in_any_pool
from cognito_drop.core.presets import preflight_file
from cognito_drop.core.rows import NoSink, Options
from tests.property.pools import make_pool, plans

WORDS = ["cognito:username", "email", "email_verified", "c0", "custom:c1", "user_id", "login", "_id", "status", "Mail"]
RECORD = json.dumps({"user_id": "auth0|1", "email": "ada@example.com", "identities": [], "email_verified": True})
FILES = st.one_of(
    st.sampled_from([b"", b"\n", b"\x1f\x8b", b"PK\x03\x04", b"<html>", b"\xff\xfea\x00", b"\xfc,\n", b"{}", b"[]"]),
    st.sampled_from([RECORD.encode(), f"[{RECORD}]".encode(), b'{"rows": 1}', b"[1"]),
    st.binary(max_size=40),
    st.builds(
        lambda names, rows, sign: "\n".join(sign.join(row) for row in [names, *rows]).encode(),
        st.lists(st.sampled_from(WORDS), min_size=1, unique=True),
        st.lists(st.lists(st.sampled_from(["ada", "a@example.com", "true", "", "42"]), min_size=1), max_size=3),
        st.sampled_from([",", ";", "\t"]),
    ),
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(plans(), FILES)
def test_no_pool_takes_what_is_refused_unseen(plan: object, content: bytes) -> None:
    """Whatever its columns, its sign-in, and its hashes are."""
    if problem_in_any_pool([content], None, Options()) is not None:
        report = preflight_file([content], None, make_pool(plan).rules, Options(), NoSink())  # type: ignore[arg-type]
        assert report.problem is not None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\x1f\x8b", "gzip_file"),
        (b"<html></html>", "other_format"),
        (RECORD.encode(), "wrong_export"),
        (b"cognito:username,email,email_verified\n", "no_rows"),
        (b"cognito:username,email,email_verified\n" + b"a,a@example.com,true\n" * 40_000 + b"\xff\n", "not_utf8"),
    ],
)
def test_what_is_no_file_of_users_is_refused_unseen(content: bytes, code: str) -> None:
    """Archives, web pages, exports without a preset, files without rows, and a wrong encoding anywhere."""
    found = problem_in_any_pool([content], None, Options())
    assert found is not None
    assert found.code == code
