"""What is said of the first sign-in, and of hashes that a pool may not take: before the import, and after it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.notification.email import email_text
from tests.unit.preflight_world import PreflightWorld
from tests.unit.report_world import ReportWorld
from tests.unit.samples import HEADER, drop, pool, row

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

pytestmark = pytest.mark.usefixtures("aws")

BCRYPT = ["BCRYPT"]
HASHED = f"{HEADER},password_hash\n{row('a')},$2b$12${'a' * 53}\n{row('b')},\n".encode()
PLAIN = f"{HEADER}\n{row('a')}\n".encode()
LISTING = (*pool().columns, "password_hash")
NOT_LISTED, WITHOUT_SRP = "password_hashes_not_listed", "password_hashes_without_srp"
REFUSED = "password_hashes_probably_refused"
FROM_FILE = "passwords_from_file"


def said(world: PreflightWorld, data: bytes) -> list[str]:
    """The codes of what the preflight says of a file."""
    world.check(data)
    found = world.staging.preflight(drop())
    assert found is not None
    return [warning["code"] for warning in found["warnings"]]


@pytest.mark.parametrize(
    ("columns", "hashes", "data", "codes"),
    [
        (pool().columns, BCRYPT, HASHED, [NOT_LISTED, WITHOUT_SRP, FROM_FILE]),
        (pool().columns, BCRYPT, PLAIN, [NOT_LISTED]),
        (LISTING, BCRYPT, HASHED, [WITHOUT_SRP, FROM_FILE]),
        (LISTING, BCRYPT, PLAIN, []),
        (LISTING, BCRYPT, f"{HEADER},password_hash\n{row('a')},\n".encode(), []),
        (pool().columns, [], HASHED, ["password_hashes_left_out"]),
        (LISTING, [], HASHED, ["password_hashes_left_out"]),
        (pool().columns, None, PLAIN, []),
    ],
)
def test_a_file_with_hashes_is_reported_what_they_mean(
    columns: tuple[str, ...], hashes: list[str] | None, data: bytes, codes: list[str]
) -> None:
    """Where the pool does not list the column, and where users cannot use SRP at first."""
    assert said(PreflightWorld(pool(columns=columns), password_hashes=hashes), data) == codes


def test_users_with_a_password_from_the_file_are_counted() -> None:
    """Of plain rows and of rows with a change, wherever the column is; blank hashes give no password."""
    hashed = f"$2b$12${'a' * 53}"
    rows = [f"{hashed},{row('a')}", f",{row('b')}", f"{hashed},{row('c').replace(',true', ', TRUE ')}", f" ,{row('d')}"]
    data = "\n".join([f"password_hash,{HEADER}", *rows, ""]).encode()
    world = ReportWorld(password_hashes=BCRYPT)
    found = {each["code"]: each for each in world.run(data).to_json()["warnings"]}
    assert found[FROM_FILE]["count"] == 2
    for text in (email_text(world.report()), world.files["summary.html"].decode()):
        assert "2 users get passwords from the file" in text


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        (["PASSWORD", "EMAIL_OTP"], "users with an email address are imported as CONFIRMED"),
        (
            ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
            "users with an email address or a phone number are imported as CONFIRMED",
        ),
        (["PASSWORD", "WEB_AUTHN"], None),
        (["PASSWORD"], None),
    ],
)
def test_who_needs_no_password_is_reported_where_the_pool_sends_codes(factors: list[str], sentence: str | None) -> None:
    """By the attribute of each user; a passkey does not count."""
    described = pool()
    policies = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}}
    world = PreflightWorld(pool(description={**described.description, **policies}))
    world.check(PLAIN)
    found = world.staging.preflight(drop())
    assert found is not None
    messages = [warning["message"] for warning in found["warnings"] if warning["code"] == "confirmed_by_code"]
    assert len(messages) == (sentence is not None)
    assert all(sentence in message for message in messages if sentence)


def failed_run(error: str = "", most: int = 0) -> tuple[ReportWorld, Summary]:
    """A run with hashes in a pool that does not list them; its job fails after so many rows, or is not created."""
    world = ReportWorld(password_hashes=BCRYPT)
    world.check(HASHED)
    if not error:
        world.import_part(1, "Failed", most)
    return world, world.report(error)


@pytest.mark.parametrize("error", ["", "RefusedError: CreateUserImportJob: InvalidParameterException"])
def test_a_job_that_fails_for_the_column_is_reported_and_nothing_is_lost(error: str) -> None:
    """In data, email and page; every row is in the file of retries, and an empty list lets them through."""
    world, summary = failed_run(error)
    assert [warning["code"] for warning in summary.to_json()["warnings"]] == [
        REFUSED, NOT_LISTED, WITHOUT_SRP, FROM_FILE,
    ]  # fmt: skip
    for text in (email_text(summary), world.files["summary.html"].decode()):
        assert "password_hashes to []" in text
    assert world.files["retry.csv"] == HASHED
    again = ReportWorld(password_hashes=[])
    assert again.run(world.files["retry.csv"]).rows.imported == 2


def test_a_job_that_has_begun_did_not_fail_for_the_column() -> None:
    """A row that was imported shows that the header was taken."""
    _, summary = failed_run(most=1)
    assert REFUSED not in {warning["code"] for warning in summary.to_json()["warnings"]}
