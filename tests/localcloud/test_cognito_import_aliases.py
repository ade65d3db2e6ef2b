"""A verified email or phone number that is an alias belongs to one user; who else is confirmed without a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.choices import RepeatedAlias
from tests.localcloud.import_world import GOOD, opened_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localcloud.import_world import ImportWorld

IMPORTED, SKIPPED = "The import succeeded.", "The user already exists."
TAKEN = "An account with the given email already exists."
ALIASES: dict[str, Any] = {"AliasAttributes": ["email", "phone_number"]}


def user(name: str, **more: str) -> dict[str, str]:
    """A row for a user of this name with Ada's address."""
    return {**GOOD, "cognito:username": name, **more}


@pytest.mark.parametrize(
    ("setting", "line", "verified"),
    [
        (RepeatedAlias.FAIL, TAKEN, "true"),
        (RepeatedAlias.SKIP, SKIPPED, "true"),
        (RepeatedAlias.MOVE, IMPORTED, "false"),
    ],
)
def test_a_second_user_with_an_alias_fails_is_skipped_or_takes_it(
    tmp_path: Path, setting: RepeatedAlias, line: str, verified: str
) -> None:
    """Within a file, and where the first one is in the pool before."""
    with opened_world(tmp_path, import_repeated_alias=setting, import_failed_ratio=1) as world:
        pool = world.make_pool(**ALIASES)
        assert world.run_rows(pool, user("ada"), user("eve"), user("joe", email="joe@example.com")) == [
            IMPORTED, line, IMPORTED,
        ]  # fmt: skip
        assert world.run_rows(pool, user("zoe", email="joe@example.com")) == [line]
        assert world.user(pool, "ada")["email_verified"] == verified
        assert world.user(pool, "joe")["email_verified"] == verified
        assert len(world.cognito.list_users(UserPoolId=pool)["Users"]) == (4 if setting is RepeatedAlias.MOVE else 2)


def test_only_what_is_verified_and_an_alias_is_taken(tmp_path: Path) -> None:
    """A phone number as an email address; without case where the pool ignores it."""
    with opened_world(tmp_path, import_failed_ratio=1) as world:
        number = {"phone_number": "+14155550100", "phone_number_verified": "true"}
        pool = world.make_pool(**ALIASES, UsernameConfiguration={"CaseSensitive": False})
        assert world.run_rows(
            pool,
            user("ada", **number),
            user("eve", email="ADA@example.com"),
            user("joe", email="joe@example.com", **number),
            user("zoe", email="zoe@example.com", **{**number, "phone_number_verified": "false"}),
        ) == [IMPORTED, TAKEN, "An account with the given phone_number already exists.", IMPORTED]
        pool = world.make_pool("exact", **ALIASES)
        assert world.run_rows(pool, user("ada"), user("eve", email="ADA@example.com")) == [IMPORTED, IMPORTED]
        pool = world.make_pool("plain")
        assert world.run_rows(pool, user("ada"), user("eve")) == [IMPORTED, IMPORTED]


@pytest.mark.parametrize("lowers", [False, True])
def test_a_pool_that_ignores_case_has_names_as_written_or_in_lower_case(tmp_path: Path, *, lowers: bool) -> None:
    """As is chosen; a case-sensitive pool changes none."""
    with opened_world(tmp_path, import_lowers_names=lowers) as world:
        given = user("P1013", email="Ada@Example.com", given_name="Ada")
        for is_case_sensitive in (False, True):
            pool = world.make_pool(f"{is_case_sensitive}", UsernameConfiguration={"CaseSensitive": is_case_sensitive})
            assert world.run_rows(pool, given) == [IMPORTED]
            (found,) = world.cognito.list_users(UserPoolId=pool)["Users"]
            attributes = {each["Name"]: each["Value"] for each in found["Attributes"]}
            spelled = str.lower if lowers and not is_case_sensitive else str
            assert found["Username"] == spelled("P1013")
            assert (attributes["email"], attributes["given_name"]) == (spelled("Ada@Example.com"), "Ada")


def statuses(world: ImportWorld, factors: list[str]) -> list[str]:
    """The statuses of users with an address, with a number as well, and with a hash, in this order."""
    pool = world.make_pool(
        "-".join(factors),
        AutoVerifiedAttributes=["email", "phone_number"],
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}},
    )
    number = {"email": "", "email_verified": "", "phone_number": "+14155550100", "phone_number_verified": "true"}
    world.run_rows(pool, user("email"), user("number", **number), user("both", **{**number, "email": "a@example.com"}))
    return [world.user(pool, name)["status"] for name in ("email", "number", "both")]


@pytest.mark.parametrize(
    ("factors", "confirmed"),
    [
        (["PASSWORD"], [False, False, False]),
        (["PASSWORD", "WEB_AUTHN"], [False, False, False]),
        (["PASSWORD", "EMAIL_OTP"], [True, False, True]),
        (["PASSWORD", "SMS_OTP", "WEB_AUTHN"], [False, True, True]),
        (["PASSWORD", "EMAIL_OTP", "SMS_OTP"], [True, True, True]),
    ],
)
def test_who_can_sign_in_with_a_code_is_confirmed(tmp_path: Path, factors: list[str], confirmed: list[bool]) -> None:
    """Row by row: a code by email needs an address, a code by SMS a number; a passkey does not count."""
    with opened_world(tmp_path) as world:
        expected = ["CONFIRMED" if is_confirmed else "RESET_REQUIRED" for is_confirmed in confirmed]
        assert statuses(world, factors) == expected
