"""The pools of the deployment, read from Systems Manager."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cognito_drop.aws.errors import TransientError, is_transient
from cognito_drop.aws.pool_parameters import PoolIds, PoolParameters
from cognito_drop.core.pools.pool_settings import PoolSettings
from cognito_drop.core.rows.groups import GroupRule
from tests.unit.handler_world import POOL
from tests.unit.parameters import PATH, Parameters, values_of

MANY = {f"team-{number:02}": {**POOL, "id": f"us-east-1_Team{number // 2}"} for number in range(25)}


NEW_GROUPS = {"allow": ["team-*"], "create": True}


@pytest.fixture
def client() -> Parameters:
    """Twenty-five aliases for thirteen pools."""
    return Parameters(values_of(MANY))


@pytest.fixture
def pools(client: Parameters) -> PoolParameters:
    """Their reader."""
    return PoolParameters(client, PATH)


def _read(pools: PoolParameters, alias: str) -> PoolSettings:
    found = pools.get(alias)
    assert found is not None
    return found


def test_a_pool_is_read_by_its_alias_alone(client: Parameters, pools: PoolParameters) -> None:
    """In one call, however many pools there are."""
    assert _read(pools, "team-07").pool_id == "us-east-1_Team3"
    assert client.calls == [f"GetParameter {PATH}/team-07"]


@pytest.mark.parametrize("alias", ["unknown", "team"])
def test_an_alias_without_a_parameter_is_unknown(pools: PoolParameters, alias: str) -> None:
    """Also where others begin with it."""
    assert pools.get(alias) is None


@pytest.mark.parametrize("folder", ["", "Team 07", "a" * 41, "team-07:1", "..", "ümlaut", "team/07", "aws"])
def test_a_folder_that_is_no_alias_is_not_asked_for(client: Parameters, pools: PoolParameters, folder: str) -> None:
    """Systems Manager refuses names that no parameter can have, and a selector such as `:1` asks for another value."""
    assert pools.get(folder) is None
    assert client.calls == ([f"GetParameter {PATH}/aws"] if folder == "aws" else [])


def test_all_pools_are_read_page_by_page(client: Parameters, pools: PoolParameters) -> None:
    """Sorted by alias; Systems Manager gives ten at a time."""
    assert list(pools) == list(MANY)
    assert client.calls == [f"GetParametersByPath {PATH}"] * 3
    assert list(PoolIds(pools)) == [f"us-east-1_Team{number}" for number in range(13)]


def test_what_is_deployed_meanwhile_is_seen(client: Parameters, pools: PoolParameters) -> None:
    """Nothing is kept between two calls: an execution environment lives for hours."""
    ids = PoolIds(pools)
    assert pools.get("new") is None
    before = list(ids)
    client.values |= values_of({"new": {**POOL, "id": "us-east-1_New"}, "team-00": {**POOL, "groups": NEW_GROUPS}})
    assert _read(pools, "new").pool_id == "us-east-1_New"
    assert _read(pools, "team-00").group_rule.create
    assert "us-east-1_New" in set(ids) - set(before)


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError", "AccessDeniedException"])
def test_a_call_that_fails_is_tried_again_later(client: Parameters, pools: PoolParameters, code: str) -> None:
    """Also one that is denied: a deployment's permissions may be a moment behind its functions."""
    client.error = code
    for ask in (lambda: pools.get("team-07"), pools.all):
        with pytest.raises((TransientError, ClientError)) as caught:
            ask()
        assert isinstance(caught.value, TransientError) or is_transient(caught.value)


@pytest.mark.parametrize("groups", ["existing", "create", "ignore"])
def test_a_run_of_a_version_that_opened_all_groups_goes_on_without_any(groups: str) -> None:
    """Its file was checked before the deployment named the groups; no one allows them now."""
    kept = PoolSettings.from_json({**POOL, "groups": groups})
    assert kept.group_rule == GroupRule()
    assert not kept.options.reads_groups


def test_a_run_keeps_what_its_file_was_checked_with() -> None:
    """Everything but the preset, which only the check of the file needs."""
    settings = PoolSettings.from_json({**POOL, "preset": {"columns": {}}, "groups": NEW_GROUPS})
    kept = PoolSettings.from_kept(settings.kept)
    assert (kept.pool_id, kept.groups, kept.preset) == (settings.pool_id, NEW_GROUPS, None)
    assert kept.hashes == settings.hashes
    assert '"preset":' not in settings.kept


@pytest.mark.parametrize("value", ["{", "[]", "{}", '{"id": "us-east-1_Team0", "known_users": "maybe"}'])
def test_a_parameter_that_cannot_be_read_holds_up_no_other_pool(
    client: Parameters, pools: PoolParameters, value: str
) -> None:
    """Somebody has changed it by hand: the other pools' jobs are looked at, and the folders are named."""
    client.values[f"{PATH}/team-00"] = client.values[f"{PATH}/team-01"] = value
    assert list(PoolIds(pools)) == [f"us-east-1_Team{number}" for number in range(1, 13)]
    assert list(pools) == list(MANY)
    with pytest.raises((KeyError, TypeError, ValueError)):
        pools.all()
