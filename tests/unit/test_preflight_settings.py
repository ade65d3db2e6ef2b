"""What is chosen for a pool decides the outcome of a file that is not quite right."""

from __future__ import annotations

import pytest

from cognito_drop.core.pools.pool_settings import KnownUsers
from cognito_drop.core.rows import UnknownColumns
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.preflight_world import BAD, PreflightWorld
from tests.unit.samples import HEADER, POOL_ID, checked, csv_file, drop, pool, row

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("import", None),
        ("refuse", ProblemCode.TOO_MANY_REJECTED),
        ("20%", ProblemCode.TOO_MANY_REJECTED),
        ("25%", None),
    ],
)
def test_each_policy_for_rejected_rows(policy: str, code: ProblemCode | None) -> None:
    """One row of four is bad."""
    world = PreflightWorld(rejected_rows=policy)
    file = world.check(csv_file(row("a"), BAD, row("b"), row("c")))
    assert (file.problem.code if file.problem else None) is code
    assert (file.rows, file.rejected, file.part_rows) == (4, 1, () if code else (3,))


@pytest.mark.parametrize(("setting", "code"), [(KnownUsers.WARN, None), (KnownUsers.REFUSE, ProblemCode.MOSTLY_KNOWN)])
def test_users_who_are_there_already_are_noticed_before_a_job_is_spent(
    setting: KnownUsers, code: ProblemCode | None
) -> None:
    """A sample of the accepted users is looked up; rejected ones are not."""
    world = PreflightWorld(known_users=setting)
    names = [f"user{number}" for number in range(100)]
    world.imports.users = {POOL_ID: set(names)}
    file = world.check(csv_file(BAD, *map(row, names)))
    assert (file.problem.code if file.problem else None) is code
    assert len(world.directory.asked) == 20
    assert set(world.directory.asked) <= set(names)
    found = world.staging.preflight(drop())
    assert found is not None
    assert [warning["code"] for warning in found["warnings"]] == ["mostly_known"]


def test_new_users_are_imported_without_a_warning() -> None:
    """No one of the sample is in the pool."""
    world = PreflightWorld(known_users=KnownUsers.REFUSE)
    assert world.check() == checked(2)
    found = world.staging.preflight(drop())
    assert found is not None
    assert found["warnings"] == []
    assert sorted(world.directory.asked) == ["jose", "maria"]


def test_a_file_that_cannot_be_used_costs_no_lookups() -> None:
    """Sign-ins share the rate."""
    world = PreflightWorld()
    world.check(b"\x1f\x8b")
    assert world.directory.asked == []


def test_local_phone_numbers_are_read_as_the_pool_says() -> None:
    """With a warning."""
    content = f"{HEADER},phone_number\n{row('a')},0151 23456789\n{row('b')},\n".encode()
    of_pool = pool(columns=(*pool().columns, "phone_number"))
    assert PreflightWorld(of_pool).check(content).rejected == 1
    world = PreflightWorld(of_pool, phone_region="DE")
    assert world.check(content) == checked(2)
    found = world.staging.preflight(drop())
    assert found is not None
    assert [(warning["code"], warning.get("count")) for warning in found["warnings"]] == [("phone_region", 1)]


def test_unknown_columns_are_left_out_where_that_is_chosen() -> None:
    """And said to be."""
    world = PreflightWorld(unknown_columns=UnknownColumns.LEAVE_OUT)
    assert world.check(f"{HEADER},shoe size\n{row()},42\n".encode()) == checked(1)
    assert world.part(1).encode() == csv_file(row())
    found = world.staging.preflight(drop())
    assert found is not None
    assert found["columns"]["left_out"] == ["shoe size"]


def test_password_hashes_are_checked_by_the_pools_algorithm() -> None:
    """A good one passes, one of another algorithm does not."""
    world = PreflightWorld(pool(columns=(*pool().columns, "password_hash")), password_hashes=["BCRYPT"])
    good = "$2b$12$" + "a" * 53
    data = f"{HEADER},password_hash\n{row('a')},{good}\n{row('b')},$pbkdf2-sha256$1$a$b\n".encode()
    assert world.check(data) == checked(1, rows=2, rejected=1, part_algorithms=("BCRYPT",), may_hold_hashes=True)
