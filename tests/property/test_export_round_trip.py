"""Users who are exported, and dropped into another pool, are the same there, but for what cannot travel."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cognito_drop.cli.exported_records import user_record
from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.presets.cognito import OLD_SUB
from cognito_drop.core.rows import Options
from tests.property.cognito import Cognito, Fate, read_part
from tests.property.pools import GeneratedPool, PoolPlan, make_pool
from tests.property.test_against_cognito import SETTINGS
from tests.unit.rows.files import Kept

if TYPE_CHECKING:
    from cognito_drop.cli.export_json import ExportedUserJson

_VERIFIED = {
    "email_verified": st.sampled_from(["true", "true", "false"]),
    "phone_number_verified": st.sampled_from(["true", "true", "false"]),
}
_TEXTS = {
    "name": st.sampled_from(["Ada", "Zoë, the second", "O'Neill"]),
    "nickname": st.sampled_from(["Ada", "comma, and comma,", "Ünï cödé"]),
    "birthdate": st.sampled_from(["12/10/1990", "01/02/2003"]),
    "updated_at": st.sampled_from(["1700000000", "0"]),
    "address": st.sampled_from(["1 Main Street, Springfield", "Straße 7"]),
}
_NAMES = ["ada", "eve", "bob", "zoe", "Ада"]
_SIGN_IN = st.sampled_from([{}, {"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email", "phone_number"]}])
_STATUSES = ["CONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "UNCONFIRMED"]
_GROUPS = st.lists(st.sampled_from(["staff", "ops", "Ада"]), unique=True)


@st.composite
def _users(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Users of any pool as an export has them; a pool may refuse some of them."""
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=1))
    return [
        {
            "Username": name,
            "Attributes": {
                "sub": f"sub-{number}",
                "email": f"u{number}@example.com",
                "phone_number": f"+1415555010{number}",
                **{attribute: draw(values) for attribute, values in (_VERIFIED | _TEXTS).items()},
            },
            "UserStatus": draw(st.sampled_from(_STATUSES)),
            "Enabled": True,
            "Groups": draw(_GROUPS),
        }
        for number, name in enumerate(names)
    ]


def _drop(users: list[Any], pool: GeneratedPool) -> tuple[Kept, dict[str, tuple[str, ...]]]:
    """Import users.ndjson into the emptied pool; what the check said, and the groups by the name of the row."""
    sink, content = Kept(), "".join(json.dumps(user) + "\n" for user in users).encode()
    pool.pool.users.clear()
    report = preflight_file([content], preset_of("cognito"), pool.rules, Options(), sink)
    if report.problem is None:
        for part in sink.parts:
            columns, rows = read_part(part)
            cognito = Cognito(pool, columns)
            assert [cognito.take(row) for row in rows] == [Fate.IMPORTED] * len(rows)
    return sink, {member.username: member.groups for member in sink.members}


def _exported(pool: GeneratedPool) -> list[ExportedUserJson]:
    """The users of the pool as `export` lists them, without their groups."""
    listed: list[Any] = [user.to_json(extended=True) for user in pool.pool.users.values()]
    return [user_record(user) for user in listed]


def _lasting(user: ExportedUserJson) -> dict[str, str]:
    """What travels of a user."""
    kept = {name: value for name, value in user["Attributes"].items() if name not in ("sub", OLD_SUB)}
    is_named = user["Username"] != user["Attributes"]["sub"]
    return kept | ({"cognito:username": user["Username"]} if is_named else {})


@SETTINGS
@given(st.data())
def test_exported_users_are_the_same_in_another_pool(data: st.DataObject) -> None:
    """Names, attributes, verification, and groups; the old `sub` is in the attribute for it, where the pool has it."""
    config = {"AutoVerifiedAttributes": ["email"], "MfaConfiguration": "OFF", "Schema": [], **data.draw(_SIGN_IN)}
    plan = PoolPlan(config, None, lists_hashes=False)
    has_attribute = data.draw(st.booleans())
    if has_attribute:
        schema = [*plan.config["Schema"], {"Name": "old_sub", "AttributeDataType": "String", "Mutable": True}]
        plan = replace(plan, config={**plan.config, "Schema": schema})
    pool = make_pool(plan)
    _drop(data.draw(_users()), pool)
    before = _exported(pool)
    assume(before)
    for name, user in zip(data.draw(st.permutations(_NAMES)), before, strict=False):
        # What the preset has not written itself.
        if user["Username"] != user["Attributes"]["sub"]:
            user["Username"] = name
        user["Attributes"] |= {name: data.draw(values) for name, values in _TEXTS.items()}
        user["Attributes"]["phone_number_verified"] = data.draw(_VERIFIED["phone_number_verified"])
        user["UserStatus"], user["Groups"] = data.draw(st.sampled_from(_STATUSES)), data.draw(_GROUPS)
    shut_out = {data.draw(st.integers(0, len(before) - 1))} if data.draw(st.booleans()) else set[int]()
    for number in shut_out:
        changed: dict[str, Any] = data.draw(st.sampled_from([{"Enabled": False}, {"UserStatus": "EXTERNAL_PROVIDER"}]))
        before[number].update(changed)  # type: ignore[typeddict-item]  # one of these members
    sink, groups = _drop(before, pool)
    after = _exported(pool)
    assert {row.line - 1 for row in sink.rejections} == shut_out
    expected = [user for number, user in enumerate(before) if number not in shut_out]
    assert [_lasting(user) for user in after] == [_lasting(user) for user in expected]
    assert list(groups.values()) == [tuple(user["Groups"]) for user in expected if user["Groups"]]
    if has_attribute:
        known = [user["Attributes"].get(OLD_SUB) or user["Attributes"]["sub"] for user in expected]
        assert [user["Attributes"][OLD_SUB] for user in after] == known
