"""Pauses are parameters of Systems Manager, and what the command makes of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cognito_drop.aws.pauses import ALL_POOLS, Pauses, resume_commands
from cognito_drop.cli.commands import pause as commands
from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.contract.pool_names import ALIAS, pauses_path, pools_path

if TYPE_CHECKING:
    from collections.abc import Callable

SINCE = "2026-07-01T12:00:00+00:00"
ENDED = "has ended; what nothing else holds is released within five minutes."
PATH = pauses_path(pools_path("cognito-drop"))

pytestmark = pytest.mark.usefixtures("aws")


def test_a_pause_is_kept_once_until_it_is_removed() -> None:
    """For pools by themselves, and for all; more than a page of ten."""
    pauses = Pauses(boto3.client("ssm"), PATH)
    assert not pauses.all()
    aliases = [ALL_POOLS, *(f"pool-{number}" for number in range(11))]
    assert [pauses.add(alias, SINCE) for alias in aliases] == [True] * 12
    assert not pauses.add("pool-3", "2026-07-02T12:00:00+00:00")
    assert pauses.all() == dict.fromkeys(aliases, SINCE)
    assert [pauses.remove("pool-3"), pauses.remove("pool-3")] == [True, False]
    assert "pool-3" not in pauses.all()


def test_all_pools_have_a_name_that_no_alias_can_have() -> None:
    """A pool that is called so would pause the others."""
    assert not ALIAS.fullmatch(ALL_POOLS)


def test_pauses_are_beside_the_parameters_of_the_pools() -> None:
    """A pause is no pool."""
    assert PATH == "/cognito-drop/cognito-drop/paused"


@pytest.mark.parametrize(
    ("paused", "expected"),
    [
        (["people"], "`cognito-drop resume people`"),
        ([ALL_POOLS, "guests"], "`cognito-drop resume`"),
        (["people", ALL_POOLS], "`cognito-drop resume people` and `cognito-drop resume`"),
        (["guests"], ""),
    ],
)
def test_what_ends_the_pauses_of_a_pool(paused: list[str], expected: str) -> None:
    """Its own, the one of all pools, or both; another pool's holds nothing."""
    assert resume_commands("people", paused) == expected


def test_the_commands_say_what_is_paused_now() -> None:
    """Whether anything changed, and the pauses that remain."""
    context: Any = SimpleNamespace(
        pauses=Pauses(boto3.client("ssm"), PATH),
        deployment=SimpleNamespace(stack="cognito-drop", pool=lambda alias: SimpleNamespace(alias=alias)),
    )

    def say(command: Any, alias: str | None) -> tuple[bool, list[str | None], str]:  # noqa: ANN401  (a command of click)
        function: Callable[..., Any] = command.callback.__wrapped__
        result = function(context, alias=alias)
        return result.data["changed"], [one["pool"] for one in result.data["paused"]], result.text[0]

    assert say(commands.pause, "people") == (True, ["people"], "Imports into the pool people are paused.")
    assert say(commands.pause, None) == (True, [None, "people"], "Imports into all pools are paused.")
    assert say(commands.pause, "people") == (False, [None, "people"], "Nothing changed for the pool people.")
    assert say(commands.resume, None) == (True, ["people"], f"The pause of all pools {ENDED}")
    assert say(commands.resume, "people") == (True, [], f"The pause of the pool people {ENDED}")


def test_a_pause_of_a_pool_that_is_not_deployed_any_more_can_be_ended() -> None:
    """Its files are held as long."""

    def unknown(_: str) -> object:
        raise CommandError(ErrorCode.UNKNOWN_POOL, "The stack serves no such pool.")

    client = boto3.client("ssm")
    Pauses(client, PATH).add("people", SINCE)
    context: Any = SimpleNamespace(
        pauses=Pauses(client, PATH), deployment=SimpleNamespace(stack="cognito-drop", pool=unknown)
    )
    resume: Callable[..., Any] = commands.resume.callback.__wrapped__  # type: ignore[union-attr]  # a command of click
    assert resume(context, alias="people").data == {"changed": True, "paused": []}
    with pytest.raises(CommandError):
        resume(context, alias="people")
