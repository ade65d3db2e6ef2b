"""Hashes of several algorithms: parts for each of them, and the way back from the parts to the rows of the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.rows import HashAlgorithm, HashPolicy
from cognito_drop.core.rows import RejectionCode as Code
from tests.unit.rows.files import ADA, HEADER, SHORT, Outcome, check, check_row, file_of, user_pool

BCRYPT = f"$2b$12${'a' * 53}"
HASHES = {
    "BCRYPT": BCRYPT,
    "SCRYPT": "16384$8$1$aa00$00ff",
    "ARGON2ID": "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    "PBKDF2_SHA256": "$pbkdf2-sha256$600000$1XZlmwLQ2hhM3JYuCPiArQ$Pfheg9Zi/v5lXU4yyLA0WFUYEd/rlaVbzrM9oMD6IrA",
    "": "",
}
COLUMNS = [*SHORT, "password_hash"]
ALL = HashPolicy.of(list(HashAlgorithm))


def _checked(kinds: list[str], *, chunk: int = 1 << 20, most: int = 500_000, slow: bool = False) -> Outcome:
    """A file with a row of each kind; slow ones need something to be normalized."""
    rows = [
        {
            **ADA,
            "cognito:username": f"user{at}",
            "password_hash": HASHES[kind],
            "email_verified": "yes" if slow else "true",
        }
        for at, kind in enumerate(kinds)
    ]
    return check(
        file_of(*rows, columns=COLUMNS), header=[*HEADER, "password_hash"], hashes=ALL, chunk=chunk, max_part_rows=most
    )


def _parts(outcome: Outcome) -> list[tuple[str, int, list[str]]]:
    """Algorithm, number, and usernames of each part."""
    contents = dict(zip((part.number for part in outcome.sink.ended), outcome.sink.parts, strict=True))
    found = []
    for part in outcome.report.parts:
        header, *rows = contents[part.number].decode().splitlines()
        at = header.split(",").index("cognito:username")
        found.append((str(part.algorithm), part.number, [line.split(",")[at] for line in rows]))
    return found


@pytest.mark.parametrize("slow", [False, True])
def test_each_algorithm_has_a_part_of_its_own(slow: bool) -> None:
    """Users without a hash go with the row before them, and those at the start cost no part."""
    kinds = ["", "BCRYPT", "SCRYPT", "", "BCRYPT", "ARGON2ID", "PBKDF2_SHA256", "SCRYPT"]
    outcome = _checked(kinds, slow=slow)
    assert _parts(outcome) == [
        ("BCRYPT", 1, ["user0", "user1", "user4"]),
        ("SCRYPT", 2, ["user2", "user3", "user7"]),
        ("ARGON2ID", 3, ["user5"]),
        ("PBKDF2_SHA256", 4, ["user6"]),
    ]
    assert outcome.sink.lanes == [0, 0, 1, 1, 0, 2, 3, 1]


@pytest.mark.parametrize("kinds", [["BCRYPT"] * 4, ["", ""], ["", "SCRYPT", "", "SCRYPT"]])
def test_one_algorithm_needs_no_lanes(kinds: list[str]) -> None:
    """One part, and not a byte for the join."""
    outcome = _checked(kinds)
    assert (len(outcome.report.parts), outcome.sink.lanes) == (1, [])


def test_parts_of_an_algorithm_are_full_before_the_next() -> None:
    """The limits hold in each lane; numbers are given when a part begins."""
    outcome = _checked(["", "", "", "BCRYPT", "SCRYPT", "BCRYPT", "SCRYPT", "SCRYPT"], most=2)
    assert _parts(outcome) == [
        ("BCRYPT", 1, ["user0", "user1"]),
        ("BCRYPT", 2, ["user2", "user3"]),
        ("SCRYPT", 3, ["user4", "user6"]),
        ("BCRYPT", 4, ["user5"]),
        ("SCRYPT", 5, ["user7"]),
    ]


@given(st.lists(st.sampled_from(sorted(HASHES)), min_size=1, max_size=60), st.integers(1, 9), st.integers(20, 400))
def test_lanes_lead_back_to_the_rows(kinds: list[str], most: int, chunk: int) -> None:
    """Every hash is in a part of its algorithm, and row after row the lane has the user that is next in its parts."""
    outcome = _checked(kinds, chunk=chunk, most=most)
    parts = _parts(outcome)
    lanes = [
        [name for algorithm, _, names in parts if algorithm == lane for name in names]
        for lane in dict.fromkeys(algorithm for algorithm, *_ in parts)
    ]
    marks = outcome.sink.lanes if len(lanes) > 1 else [0] * len(kinds)
    assert [lanes[mark].pop(0) for mark in marks] == [f"user{at}" for at in range(len(kinds))]
    assert not any(lanes)
    of_user = {name: algorithm for algorithm, _, names in parts for name in names}
    assert all(of_user[f"user{at}"] == kind for at, kind in enumerate(kinds) if kind)


@pytest.mark.parametrize(
    ("value", "code", "bound"),
    [
        (BCRYPT.replace("$12$", "$13$"), Code.HASH_TOO_COSTLY, "BCRYPT"),
        (HASHES["SCRYPT"].replace("16384", "131072"), Code.HASH_TOO_COSTLY, "SCRYPT"),
        (BCRYPT[:-1], Code.HASH_INVALID, "valid BCRYPT hash"),
        (HASHES["ARGON2ID"], Code.HASH_INVALID, "valid BCRYPT or SCRYPT hash"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", Code.HASH_INVALID, "valid SCRYPT hash"),
        ("secret", Code.HASH_INVALID, "valid BCRYPT or SCRYPT hash"),
    ],
)
def test_a_fault_names_the_algorithm_of_its_row(value: str, code: Code, bound: str) -> None:
    """Cost and length are judged by the algorithm that the hash can only be of."""
    hashes = HashPolicy.of(["BCRYPT", "SCRYPT"])
    outcome = check_row({"password_hash": value}, user_pool(), header=[*HEADER, "password_hash"], hashes=hashes)
    assert outcome.code == code
    assert bound in outcome.sink.rejections[0].sentence


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize("place", range(len(COLUMNS)))
def test_hashes_are_counted_wherever_their_column_is(place: int, slow: bool) -> None:
    """Also where a column after it is blank, and where the pool has columns that the file lacks."""
    columns = [*SHORT[:place], "password_hash", *SHORT[place:]]
    verified = "yes" if slow else "true"
    rows = [
        {**ADA, "cognito:username": f"user{at}", "password_hash": HASHES[kind], "email_verified": verified}
        for at, kind in enumerate(["", "BCRYPT", "SCRYPT", "", "ARGON2ID"])
    ]
    outcome = check(file_of(*rows, columns=columns), header=[*HEADER, "password_hash"], hashes=ALL)
    assert (outcome.report.accepted, outcome.report.with_password) == (5, 3)
