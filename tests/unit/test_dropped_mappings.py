"""A mapping that is dropped with a file: read by its version, and without authority."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.core.pools.pool_settings import PoolSettingError, PoolSettings
from cognito_drop.core.presets import MappingError
from cognito_drop.core.presets.dropped_mapping import MOST_BYTES, MOST_PATHS, MappingVersion, sha256_of, to_bytes
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.preflight_world import STAGING, PreflightWorld
from tests.unit.presets.exports import example
from tests.unit.samples import COLUMNS as COLUMNS_OF_POOL
from tests.unit.samples import POOL_ID, drop, pool

pytestmark = pytest.mark.usefixtures("aws")

COLUMNS = {"email": "Mail", "email_verified": {"constant": True}, "cognito:username": "Login"}
STAFF = b"Login,Mail,Team,Teams\nann,ann@example.com,Kitchen,admins\n"
TAKES: dict[str, Any] = {"mappings": "from_drops"}


def world_with(
    mapping: dict[str, Any] | bytes,
    said: str = "",
    *,
    alias: str = "people",
    **settings: Any,  # noqa: ANN401
) -> PreflightWorld:
    """A world in which a mapping was dropped; files name it, or say something else."""
    world = PreflightWorld(pool(columns=(*COLUMNS_OF_POOL, "custom:team")), **settings)
    data = mapping if isinstance(mapping, bytes) else to_bytes(mapping)
    version = MappingVersion(sha256_of(data), "v1")
    world.s3.put_object(Bucket="drops", Key=version.key(alias), Body=data)
    world.s3.metadata = {"mapping": said or version.metadata}
    return world


def test_a_file_is_read_with_its_mapping() -> None:
    """And what is kept of the check names the version."""
    world = world_with({"columns": COLUMNS, "leave_out": ["Team", "Teams"]}, **TAKES)
    assert world.check(STAFF).accepted == 1
    assert "ann,ann@example.com,true,false" in world.part(1)
    kept = world.staging.preflight(drop())
    assert kept is not None
    assert kept["mapping"] == {"sha256": world.s3.metadata["mapping"].split()[0], "version_id": "v1"}
    assert f"{STAGING}part-0001.csv" in world.s3.objects


@pytest.mark.parametrize("said", ["", "nonsense", f"{'0' * 64} v1"])
def test_a_pool_without_the_setting_refuses_the_file(said: str) -> None:
    """A file that names a mapping is never read without it."""
    problem = world_with({"columns": COLUMNS}, said).check(STAFF).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_NOT_ALLOWED


@pytest.mark.parametrize(
    "mapping",
    [
        b"", b"{", b"[]", b"[" * 10_000, b"{}", b'{"columns": {}}', b'{"columns": {"email": 1}}', b"\xff",
        json.dumps({"columns": COLUMNS, "leave_out": ["x" * MOST_BYTES]}).encode(),
        json.dumps({"columns": {"name": {"join": [f"m{n}" for n in range(MOST_PATHS + 1)]}}}).encode(),
        json.dumps({"columns": {"name": {"join": ["Team"] * (MOST_PATHS + 1)}}}).encode(),
        json.dumps({"columns": COLUMNS, "disabled": {"from": "Team", "date": "%d.%d.%Y"}}).encode(),
        json.dumps({"preset": "auth0", "columns": COLUMNS}).encode(),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_refuses_the_file(mapping: bytes) -> None:
    """Broken, too large, reading too much, or adding to a preset that the pool does not let files choose."""
    problem = world_with(mapping, **TAKES).check(STAFF).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_UNUSABLE


@pytest.mark.parametrize("said", ["nonsense", "\u0141 v1", f"{'0' * 64} v1", f"{'0' * 63} v1", f"{'A' * 64} v1"])
def test_metadata_that_names_no_mapping_refuses_the_file(said: str) -> None:
    """Those who drop a file may send any metadata with it."""
    problem = world_with({"columns": COLUMNS}, said, **TAKES).check(STAFF).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_UNUSABLE


def test_a_mapping_of_another_pool_is_not_read() -> None:
    """Its dropper may not have been allowed to write one here."""
    problem = world_with({"columns": COLUMNS}, alias="guests", **TAKES).check(STAFF).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_UNUSABLE


def test_another_content_under_the_name_is_not_read() -> None:
    """The hash that the file names is that of the content."""
    world = world_with({"columns": COLUMNS}, **TAKES)
    sha256 = world.s3.metadata["mapping"].split()[0]
    key = MappingVersion(sha256, "v2").key("people")
    world.s3.put_object(Bucket="drops", Key=key, Body=to_bytes({"columns": {"email": "Other"}}))
    world.s3.metadata = {"mapping": MappingVersion(sha256, "v2").metadata}
    problem = world.check(STAFF).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_UNUSABLE


def test_a_mapping_sets_no_group_that_the_pool_does_not_allow() -> None:
    """The group is left out and counted as ever."""
    world = world_with({"columns": {**COLUMNS, "cognito:groups": "Teams"}, "leave_out": ["Team"]}, **TAKES)
    file = world.check(STAFF)
    assert (file.accepted, file.memberships) == (1, 0)
    allowed = world_with({"columns": {**COLUMNS, "cognito:groups": "Teams"}}, **TAKES, groups={"allow": ["staff"]})
    allowed.check(STAFF)
    kept = allowed.staging.preflight(drop())
    assert kept is not None
    assert kept["memberships"] is not None
    found = kept["memberships"]
    assert (found["total"], found["not_allowed"], found["seconds"]) == (1, 1, 0)


@pytest.mark.parametrize("is_allowed", [False, True])
def test_a_mapping_sets_no_custom_attribute_that_the_pool_does_not_allow(is_allowed: bool) -> None:
    """Applications may take them for authority."""
    settings = {**TAKES, "attributes": {"allow": ["custom:team"]} if is_allowed else None}
    world = world_with({"columns": {**COLUMNS, "custom:team": "Team"}}, **settings)
    assert world.check(STAFF).accepted == 1
    assert ("Kitchen" in world.part(1)) is is_allowed


def test_a_mapping_lets_in_no_user_whom_the_export_shuts_out() -> None:
    """An export of a known system is refused, or read with its preset too."""
    export = example("auth0.ndjson")
    mapping = {"columns": {"email": "email", "email_verified": {"constant": True}, "cognito:username": "user_id"}}
    problem = world_with(mapping, **TAKES, presets=["auth0"]).check(export).problem
    assert problem is not None
    assert problem.code is ProblemCode.WRONG_EXPORT
    with_preset = world_with({**mapping, "preset": "auth0"}, **TAKES, presets=["auth0"])
    assert with_preset.check(export).problem is None
    blocked = next(row for row in map(json.loads, export.decode().splitlines()) if row.get("blocked"))
    assert blocked["email"] not in with_preset.part(1)


def test_a_mapping_takes_no_preset_of_a_folder_away() -> None:
    """Both at once are refused."""
    world = world_with({"columns": COLUMNS}, **TAKES, presets=["auth0"])
    problem = world.check(STAFF, drop("inbox/people/auth0/users.csv")).problem
    assert problem is not None
    assert problem.code is ProblemCode.MAPPING_UNUSABLE


def test_a_pool_with_a_preset_takes_no_mappings() -> None:
    """Its rule for disabled users would be gone."""
    with pytest.raises(PoolSettingError, match="mappings"):
        PoolSettings(POOL_ID, preset={"columns": COLUMNS}, mappings="from_drops").check()


def test_a_mapping_that_is_not_json_is_not_dropped() -> None:
    """YAML has dates."""
    with pytest.raises(MappingError, match="write it as a string"):
        to_bytes({"columns": {"email": {"constant": object()}}})


def test_a_kept_version_of_a_mapping_is_read() -> None:
    """As the ledger has it."""
    version = MappingVersion("a" * 64, "v1")
    assert MappingVersion.from_json({"sha256": "a" * 64, "version_id": "v1"}) == version
    assert MappingVersion.from_metadata(version.metadata) == version
