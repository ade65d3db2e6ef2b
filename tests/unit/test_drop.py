"""A drop's identity, its pool's alias, and what counts as a file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.pool_names import DEFAULT_ALIAS
from cognito_drop.core.runs.drop import Drop
from tests.unit.samples import drop

parts = st.tuples(st.text("ab/", max_size=4), st.text("ab/", max_size=4), st.text("ab/", max_size=4))


@given(parts, parts)
def test_two_drops_have_the_same_run_only_if_they_are_the_same(
    one: tuple[str, str, str], two: tuple[str, str, str]
) -> None:
    """No way to cut the same letters into bucket, key and version gives the same run_id twice."""
    assert (Drop(*one).run_id == Drop(*two).run_id) is (one == two)


def test_letters_that_move_from_the_key_to_the_version_make_another_run() -> None:
    """The case that a hash over the mere concatenation would get wrong."""
    assert Drop("b", "inbox/a1", "2").run_id != Drop("b", "inbox/a", "12").run_id


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_run_id_can_name_an_execution(key: str) -> None:
    """Any key gives 32 hex digits, which Step Functions takes as a name."""
    assert re.fullmatch("[0-9a-f]{32}", drop(f"inbox/{key}").run_id)


def test_a_run_id_stays_the_same_from_release_to_release() -> None:
    """Runs that were accepted before a deployment are found after it."""
    assert Drop("drops", "inbox/people/users.csv", "v1").run_id == "b5b452f3400367d39ac529e975268b98"


@pytest.mark.parametrize(
    ("key", "alias"),
    [
        ("inbox/people/users.csv", "people"),
        ("inbox/people/2026/07/users.csv", "people"),
        ("inbox/users.csv", DEFAULT_ALIAS),
        ("inbox/default/users.csv", DEFAULT_ALIAS),
        ("inbox//users.csv", ""),
        ("check/people/users.csv", "people"),
        ("check/users.csv", DEFAULT_ALIAS),
        ("inbox/Größe & co/ü.csv", "Größe & co"),
    ],
)
def test_the_folder_under_the_inbox_is_the_alias(key: str, alias: str) -> None:
    """The first folder names the pool; a file directly in the inbox goes to the default pool."""
    assert drop(key).alias == alias


@pytest.mark.parametrize(
    ("key", "size", "is_file"),
    [
        ("inbox/people/users.csv", 10, True),
        ("inbox/people/users.csv", 0, True),
        ("inbox/users.csv", 10, True),
        ("inbox/people/", 0, False),
        ("inbox/", 0, False),
        ("check/people/users.csv", 10, True),
        ("check/people/", 0, False),
        ("inbox/people/", 10, True),
        ("inbox/people/users.csv/", 10, True),
        ("check/", 10, True),
        ("results/0123/summary.json", 10, False),
        ("staging/0123/part-0001.csv", 10, False),
        ("results/0123/", 10, False),
        ("users.csv", 10, False),
    ],
)
def test_folders_and_other_prefixes_are_no_files(key: str, size: int, is_file: bool) -> None:
    """The empty object that the console makes to show a folder is not imported; one with content is a file."""
    assert drop(key).is_file(size) is is_file


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("inbox/people/July + août.csv", "July + août.csv"),
        ("inbox/people/users.csv/", "users.csv"),
        ("inbox/people/", "people"),
    ],
)
def test_the_file_name_is_the_last_part_of_the_key(key: str, name: str) -> None:
    """Spaces, plus signs and other letters stay as they are; a slash at the end is no part."""
    assert drop(key).file_name == name


def test_a_file_that_has_the_name_of_a_preset_is_in_no_folder_of_it() -> None:
    """Its key ends in a slash, but nothing is below it."""
    assert drop("inbox/people/auth0/").preset is None
    assert drop("inbox/people/auth0/users.json").preset == "auth0"


@pytest.mark.parametrize(("key", "is_dry_run"), [("check/people/users.csv", True), ("inbox/check/users.csv", False)])
def test_what_is_dropped_to_be_checked_is_not_imported(key: str, is_dry_run: bool) -> None:
    """A pool may be called `check`."""
    assert drop(key).is_dry_run is is_dry_run
