"""Which preset a drop is read with, and what its rows to fix look like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.preset_config import read_preset
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.preflight_world import PreflightWorld
from tests.unit.presets.exports import EXAMPLES, example
from tests.unit.samples import drop

pytestmark = pytest.mark.usefixtures("aws")

AUTH0 = example("auth0.ndjson")


@pytest.mark.parametrize(
    ("key", "preset"),
    [
        ("inbox/people/auth0/users.json", "auth0"),
        ("check/people/okta/2026/users.csv", "okta"),
        ("inbox/people/2026/auth0/users.csv", None),
        ("inbox/people/auth0", None),
        ("inbox/auth0/users.json", None),
        ("inbox/people/ldap/users.csv", None),
    ],
)
def test_the_folder_under_the_pools_says_the_preset(key: str, preset: str | None) -> None:
    """Any other folder says nothing, as before there were presets."""
    assert Drop("drops", key, "v1").preset == preset


def test_the_folder_wins_over_the_setting() -> None:
    """A pool whose files come from one system may get some of another."""
    world = PreflightWorld(preset="keycloak", presets=["auth0"])
    assert world.check(AUTH0, drop("inbox/people/auth0/users.ndjson")).accepted == 5
    assert world.check(example("keycloak.json"), drop("inbox/people/users.json")).accepted == 4


@pytest.mark.parametrize(
    ("settings", "is_taken"),
    [({}, False), ({"presets": ["okta"]}, False), ({"preset": {"columns": {"email": "mail"}}}, False),
     ({"presets": ["auth0"]}, True), ({"preset": "auth0"}, True)],
)  # fmt: skip
def test_a_folder_chooses_only_a_preset_that_the_pool_takes(settings: dict[str, Any], is_taken: bool) -> None:
    """Another would go around the pool's own mapping and its rule for disabled users; a dry run says so too."""
    for key in ("inbox/people/auth0/users.ndjson", "check/people/auth0/users.ndjson"):
        problem = PreflightWorld(**settings).check(AUTH0, drop(key)).problem
        assert (problem is None) is is_taken
        assert is_taken or (problem and problem.code is ProblemCode.PRESET_NOT_ALLOWED)


def test_blocked_users_do_not_count_against_the_pools_share_of_rejected_rows() -> None:
    """Of the sample's seven users one is blocked and one not verified: one of six is held against the share."""
    dropped = drop("inbox/people/auth0/users.ndjson")
    problem = PreflightWorld(rejected_rows="16%", presets=["auth0"]).check(AUTH0, dropped).problem
    assert problem is not None
    assert problem.code is ProblemCode.TOO_MANY_REJECTED
    assert problem.sentence.startswith("1 of 6 rows")
    file = PreflightWorld(rejected_rows="17%", presets=["auth0"]).check(AUTH0, dropped)
    assert (file.problem, file.rows, file.rejected) == (None, 7, 2)
    verified = b"".join(line for line in AUTH0.splitlines(keepends=True) if b"daan.visser" not in line)
    file = PreflightWorld(rejected_rows="refuse", presets=["auth0"]).check(verified, dropped)
    assert (file.problem, file.rows, file.rejected) == (None, 6, 1)


def test_an_export_without_its_preset_is_refused_with_its_name() -> None:
    """The file itself says whose it is; nothing is imported on a guess, and the hint says where the file belongs."""
    for settings, hint in (
        ({}, "Add auth0 to the pool's setting `presets`, deploy the stack, and drop it into inbox/people/auth0/."),
        ({"presets": ["auth0"]}, "Drop it into inbox/people/auth0/."),
        ({"preset": "okta", "presets": ["auth0"]}, "Drop it into inbox/people/auth0/."),
    ):
        problem = PreflightWorld(**settings).check(AUTH0).problem
        assert problem is not None
        assert problem.code is ProblemCode.WRONG_EXPORT
        assert problem.hint == hint


def test_a_mapping_that_says_nothing_ends_the_run_in_words() -> None:
    """It is the operator's to correct, so the reason is told."""
    problem = PreflightWorld(preset={"columns": {"email": {"form": "mail"}}}).check(AUTH0).problem
    assert problem is not None
    assert problem.code is ProblemCode.PRESET_UNUSABLE
    assert "columns.email" in problem.sentence


def test_what_is_kept_of_an_export_holds_no_value() -> None:
    """Neither names nor hashes: counts and codes only."""
    world, dropped = PreflightWorld(presets=["auth0"]), drop("inbox/people/auth0/users.ndjson")
    world.check(AUTH0, dropped)
    kept = world.s3.body(f"staging/{dropped.run_id}/preflight.json").decode()
    assert json.loads(kept)["preset"]["lines_are"] == "records"
    assert "example.com" not in kept
    assert "$2" not in kept


def test_what_users_leave_behind_is_kept_by_their_records() -> None:
    """For the result file: a line for each note, without a value."""
    world, dropped = PreflightWorld(presets=["auth0"]), drop("inbox/people/auth0/users.ndjson")
    world.check(AUTH0, dropped)
    header, *rows = world.s3.body(f"staging/{dropped.run_id}/left-behind.csv").decode().splitlines()
    assert header == "line,code,message"
    assert {row.split(",")[1] for row in rows} >= {"mfa", "social_identities"}
    assert not [row for row in rows if "example.com" in row]


@pytest.mark.parametrize("name", ["mapping.yaml"])
def test_the_stack_reads_a_mapping_from_its_file(name: str) -> None:
    """So that it travels to the function as data."""
    read = read_preset(str(EXAMPLES / name), "people")
    assert isinstance(read, dict)
    assert read["columns"]["custom:department"] == "app_metadata.department"


@pytest.mark.parametrize(
    "value",
    [
        "ldap", 7, "no-such.yaml", {"columns": "x"}, {"columns": {}, "colums": {}},
        {"columns": {"name": {"constant": object()}}},
    ],
)  # fmt: skip
def test_the_stack_refuses_what_is_no_preset(value: Any) -> None:  # noqa: ANN401
    """In a sentence that names the pool, before anything is deployed."""
    with pytest.raises(ConfigError, match="people"):
        read_preset(value, "people")
