"""The first part of a file: fewer rows than the others, the first ones."""

from __future__ import annotations

import pytest

from cognito_drop.core.rows import HashAlgorithm, HashPolicy
from tests.unit.rows.files import ADA, HEADER, SHORT, check, file_of
from tests.unit.rows.test_lanes import HASHES
from tests.unit.rows.test_parts import many


@pytest.mark.parametrize("chunk", [100, 1 << 20])
@pytest.mark.parametrize(
    ("rows", "first", "most", "parts"),
    [
        (30, 4, 500_000, [4, 26]),
        (30, 4, 10, [4, 10, 10, 6]),
        (30, 12, 10, [10, 10, 10]),
        (4, 4, 10, [4]),
        (3, 4, 10, [3]),
        (5, 4, 10, [4, 1]),
    ],
)
def test_the_first_part_has_the_first_rows(rows: int, first: int, most: int, parts: list[int], chunk: int) -> None:
    """The others are as large as ever, and a file that fits into the first part is one part."""
    outcome = check(file_of(*many(rows)), chunk=chunk, max_part_rows=most, first_part_rows=first)
    assert [part.rows for part in outcome.report.parts] == parts
    assert [part.number for part in outcome.report.parts] == [*range(1, len(parts) + 1)]
    lines = [line for content in outcome.sink.parts for line in content.decode().splitlines()[1:]]
    assert all(f"user{at:05}" in line for at, line in enumerate(lines))
    assert len(lines) == rows


def test_with_several_algorithms_the_first_part_has_rows_of_the_first_one() -> None:
    """One small job, and all others as they are without a first part."""
    kinds = ["BCRYPT", "SCRYPT", "BCRYPT", "", "BCRYPT", "SCRYPT", "BCRYPT"]
    rows = [{**ADA, "cognito:username": f"user{at}", "password_hash": HASHES[kind]} for at, kind in enumerate(kinds)]
    outcome = check(
        file_of(*rows, columns=[*SHORT, "password_hash"]),
        header=[*HEADER, "password_hash"], hashes=HashPolicy.of(list(HashAlgorithm)), first_part_rows=2,
    )  # fmt: skip
    assert [(part.number, part.algorithm, part.rows) for part in outcome.report.parts] == [
        (1, "BCRYPT", 2),
        (2, "SCRYPT", 2),
        (3, "BCRYPT", 3),
    ]
