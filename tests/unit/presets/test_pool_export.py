"""What `cognito-drop export` writes, dropped into another pool."""

from __future__ import annotations

import json
from typing import Any

from cognito_drop.core.presets import Note, preflight_file, preset_of, recognize
from cognito_drop.core.presets.cognito import OLD_SUB
from cognito_drop.core.presets.pool_row import columns_for
from cognito_drop.core.rows import Options, PoolRules
from cognito_drop.core.rows import RejectionCode as Code
from tests.unit.presets.exports import lines, notes
from tests.unit.rows.files import HEADER, Kept, Outcome, user_pool

ADA: dict[str, Any] = {
    "Username": "ada",
    "Attributes": {"sub": "s-1", "email": "ada@example.com", "email_verified": "true"},
    "UserStatus": "CONFIRMED",
    "Enabled": True,
    "UserCreateDate": "2026-01-01T00:00:00+00:00",
    "UserLastModifiedDate": None,
    "Groups": ["staff"],
}


def _named(name: str, **attributes: str) -> dict[str, Any]:
    return ADA | {"Username": name, "Attributes": ADA["Attributes"] | {"email": f"{name}@example.com"} | attributes}


def _outcome(users: list[dict[str, Any]], **options: Any) -> Outcome:  # noqa: ANN401  (the fields of Options)
    pool = user_pool()
    schema = [*pool["SchemaAttributes"], {"Name": OLD_SUB, "AttributeDataType": "String", "Mutable": True}]
    rules, sink = PoolRules.of({**pool, "SchemaAttributes": schema}, [*HEADER, OLD_SUB]), Kept()
    return Outcome(preflight_file([lines(users).encode()], preset_of("cognito"), rules, Options(**options), sink), sink)


def test_it_is_recognized() -> None:
    """Without a choice of the preset."""
    found = recognize(lines([ADA]).encode(), PoolRules.of(user_pool(), HEADER))
    assert found.preset is not None
    assert found.preset.name == "cognito"


def test_the_old_sub_is_kept_where_files_may_set_the_attribute() -> None:
    """The first one, if the user has been moved before."""
    outcome = _outcome([ADA, _named("bob", **{OLD_SUB: "s-0", "sub": "s-2"})])
    assert [user[OLD_SUB] for user in outcome.users] == ["s-1", "s-0"]
    assert [member.groups for member in outcome.sink.members] == [("staff",), ("staff",)]
    closed = _outcome([ADA], attributes=frozenset[str]())
    assert [user.get(OLD_SUB, "") for user in closed.users] == [""]
    assert notes(closed) == {Note.ATTRIBUTES_NOT_ALLOWED: 1}


def test_only_a_pools_export_fills_custom_columns_by_their_names() -> None:
    """A row of another system has no value for them, so they are no columns of its file."""
    rules = PoolRules.of(user_pool(), HEADER)
    custom = [name for name in HEADER if name.startswith("custom:")]
    for preset, expected in (("cognito", custom), ("okta", [])):
        columns = columns_for(preset_of(preset), rules, Options())
        assert [name for name in columns if name.startswith("custom:")] == expected


def test_a_second_factor_stays_behind_in_whatever_member_it_is() -> None:
    """Also where the attributes say no more than that there is one."""
    users = [
        _named("ada", **{"cognito:mfa_enabled": "true"}),
        _named("bob") | {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]},
        _named("cy") | {"MFAOptions": [{"DeliveryMedium": "SMS"}]},
        _named("di", **{"cognito:mfa_enabled": "false"}),
    ]
    assert notes(_outcome(users))[Note.MFA] == 3


def test_who_cannot_be_moved_is_left_out_and_counted() -> None:
    """A disabled user, one of another identity provider, and one of a status that is not known."""
    users = [
        ADA | {"Enabled": False},
        ADA | {"UserStatus": "EXTERNAL_PROVIDER"},
        ADA | {"UserStatus": "NEW"},
        _named("eve", identities=json.dumps([{"providerName": "Google"}])),
    ]
    outcome = _outcome(users)
    assert outcome.codes == [(1, Code.USER_DISABLED), (2, Code.USER_FEDERATED), (3, Code.USER_STATUS_UNKNOWN)]
    assert [user["cognito:username"] for user in outcome.users] == ["eve"]
    assert notes(outcome) == {Note.SOCIAL_IDENTITIES: 1}
