"""Which files have a first part, how large it is, and what preflight says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.core.pools.first_part_choice import first_part_rows
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.runs.run_state import CheckedFile
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.preflight_world import PreflightWorld
from tests.unit.samples import POOL_ID, csv_file, drop, row


@pytest.mark.parametrize(
    ("setting", "wish", "found"),
    [
        (None, None, None),
        (200, None, 200),
        (None, "300", 300),
        (200, "1", 200),
        (200, "300", 200),
        (2_000, None, 1_000),
        (None, "300000000", 1_000),
    ],
)
def test_the_pool_decides_how_many_rows_it_has(setting: int | None, wish: str | None, found: int | None) -> None:
    """A file may ask for a first part only where the pool has no number of its own; at most a part's rows."""
    settings = PoolSettings(POOL_ID, part_rows=1_000, first_part=setting)
    assert first_part_rows(settings, {"first": wish} if wish else {}) == found


@pytest.mark.parametrize("wish", ["", "0", "-1", "two", "1e3", "²", "9" * 5_000])
def test_a_wish_that_is_no_number_is_a_problem(wish: str) -> None:
    """Otherwise the whole file would be imported at once."""
    found = first_part_rows(PoolSettings(POOL_ID), {"first": wish})
    assert isinstance(found, Problem)
    assert found.code is ProblemCode.FIRST_PART_UNREADABLE


@pytest.mark.usefixtures("aws")
class TestPreflight:
    """What is found in a file with a first part."""

    def _world(self, **settings: Any) -> PreflightWorld:  # noqa: ANN401  (settings of many types)
        return PreflightWorld(**settings)

    def test_the_run_keeps_the_rule_of_its_check(self) -> None:
        """Whatever is deployed while it waits; it comes back from the ledger as it was."""
        file = self._world(first_part=1, stop_above="10%", continue_within=3).check()
        assert (file.part_rows, file.first_part) == ((1, 1), FirstPart("10%", 3))
        assert CheckedFile.from_json(json.loads(json.dumps(file.to_json()))) == file

    def test_a_file_may_ask_for_one(self) -> None:
        """By its metadata."""
        world = self._world()
        world.s3.metadata = {"first": "1"}
        assert world.check().part_rows == (1, 1)

    def test_a_wish_that_is_no_number_is_refused(self) -> None:
        """No part is written."""
        world = self._world()
        world.s3.metadata = {"first": "some"}
        file = world.check()
        assert file.problem
        assert file.problem.code is ProblemCode.FIRST_PART_UNREADABLE
        assert not file.part_rows

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            (2, []),
            (
                5,
                [("begin with 2 rows as a first part. The other 3 rows would follow if at most 5% of them fail, and "
                 "otherwise wait 7 days at most for `cognito-drop continue` or `stop`.")],
            ),
        ],
    )  # fmt: skip
    def test_a_dry_run_says_what_the_first_part_would_be(self, rows: int, said: list[str]) -> None:
        """Nothing of a file that is one part."""
        world, dry = self._world(first_part=2), drop("check/people/users.csv")
        world.check(csv_file(*(row(f"user{at}") for at in range(rows))), dry)
        kept = json.loads(world.s3.body(f"staging/{dry.run_id}/preflight.json"))
        found = [each["message"] for each in kept["warnings"] if each["code"] == "first_part"]
        assert found == [f"An import of the file would {sentence}" for sentence in said]

    def test_a_dry_run_says_how_to_ask_for_the_first_part_again(self) -> None:
        """The file asks for it, and the pool does not."""
        world, dry = self._world(), drop("check/people/users.csv")
        world.s3.metadata = {"first": "2"}
        world.check(csv_file(*(row(f"user{at}") for at in range(5))), dry)
        kept = json.loads(world.s3.body(f"staging/{dry.run_id}/preflight.json"))
        (said,) = [each["message"] for each in kept["warnings"] if each["code"] == "first_part"]
        assert said.endswith(
            "Drop it with `cognito-drop drop --first 2`: otherwise all of its rows are imported at once."
        )
