"""What records with the same members have in common is found out once, and takes little memory."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets import preflight_file, preset_of, record_shape, record_survey
from cognito_drop.core.presets.auth0 import Auth0
from cognito_drop.core.presets.keycloak import Keycloak
from cognito_drop.core.presets.record_survey import RecordSurvey
from cognito_drop.core.rows import HashPolicy, NoSink, Options, PoolRules
from tests.calls import calls_of
from tests.unit.presets.exports import check_export
from tests.unit.rows.files import HEADER, user_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RULES = PoolRules.of(user_pool(), HEADER, HashPolicy.of(["BCRYPT"]))


def auth0_user(number: int) -> dict[str, Any]:
    """An ordinary user, whose metadata has no column."""
    return {
        "user_id": f"auth0|{number}",
        "email": f"user{number}@example.com",
        "email_verified": True,
        "identities": [{"provider": "auth0", "isSocial": False}],
        "app_metadata": {"plan": "small"},
        "passwordHash": f"$2b$10${'a' * 53}",
    }


def keycloak_user(number: int) -> dict[str, Any]:
    """An ordinary user of a realm."""
    return {
        "username": f"user{number}",
        "email": f"user{number}@example.com",
        "emailVerified": True,
        "enabled": True,
        "credentials": [
            {
                "type": "password",
                "secretData": json.dumps({"value": f"{'A' * 43}=", "salt": f"{'A' * 22}=="}, separators=(",", ":")),
                "credentialData": '{"hashIterations":27500,"algorithm":"pbkdf2-sha256"}',
            }
        ],
        "realmRoles": ["default-roles-example"],
    }


def calls(preset: PresetName, user: Callable[[int], dict[str, Any]], users: int) -> int:
    """How many functions are called to check an export of so many users."""
    content = "".join(f"{json.dumps(user(number))}\n" for number in range(users)).encode()
    found, report = calls_of(lambda: preflight_file([content], preset_of(preset), RULES, Options(), NoSink()))
    assert report.accepted == users
    return found


@pytest.mark.parametrize(
    ("preset", "user", "most"), [(PresetName.AUTH0, auth0_user, 28), (PresetName.KEYCLOAK, keycloak_user, 26)]
)
def test_another_record_takes_few_calls(preset: PresetName, user: Callable[[int], dict[str, Any]], most: int) -> None:
    """The names of its members are looked at in the first record only."""
    calls(preset, user, 1)  # what is made once for all files
    few, more = calls(preset, user, 100), calls(preset, user, 200)
    assert 0 < more - few <= 100 * most


def test_the_names_of_columns_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All records of a CSV file have the same ones."""
    looked_at: list[object] = []
    look_at = RecordSurvey.look_at

    def count(self: RecordSurvey, record: Mapping[str, Any], number: int) -> None:
        looked_at.append(record)
        look_at(self, record, number)

    monkeypatch.setattr(RecordSurvey, "look_at", count)
    rows = "".join(f"{number},ACTIVE,u{number},u{number}@example.com\n" for number in range(9))
    assert check_export(f"id,status,login,email\n{rows}", "okta").report.accepted == 9
    assert len(looked_at) == 1


def test_members_have_their_place_in_every_order() -> None:
    """A record is read by its own shape, with members that it lacks and that no preset knows."""
    members = {"user_id": "auth0|1", "email": "ada@example.com", "blocked": False, "passwordHash": "$2b$x", "plan": ""}
    preset = Auth0()
    for names in itertools.permutations(members):
        user = preset.user({name: members[name] for name in names})
        assert (user.id, user.attributes["email"], user.password) == ("auth0|1", "ada@example.com", "$2b$x")
        assert (user.refused, user.attributes["name"], user.notes) == (None, "", [])
        assert preset.user({name: members[name] or "big" for name in names}).notes  # of the plan
        assert preset.user({name: members[name] or True for name in names}).refused


def test_what_is_kept_of_shapes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In their number, and in the length of the names."""
    monkeypatch.setattr(record_shape, "MOST_KEPT", 3)
    preset = Keycloak()
    for number in range(10):
        assert preset.user({"username": "ada", "enabled": True, f"x{number}": "1"}).username == "ada"
    shape = preset.shape_of({"enabled": True})
    assert preset.shape_of({"enabled": False}) is shape
    long = {"enabled": True, "x" * 3_000: ""}
    assert preset.shape_of(long) is not preset.shape_of(long)
    assert len(vars(preset)["_shapes"]) <= record_shape.MOST_KEPT


def test_what_a_survey_keeps_of_shapes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of other shapes are looked at all the same, however many came before."""
    monkeypatch.setattr(record_survey, "_MOST_SHAPES", 3)
    survey = RecordSurvey(Auth0(), is_json=True)
    for number in range(10):
        survey.look_at({f"x{number}": "1"}, 1)
    assert len(vars(survey)["_shapes"]) == 3
    assert survey.problem(Options()) is not None
    survey.look_at({"user_id": "auth0|1", "blocked": True}, 1)
    assert (survey.problem(Options()), survey.has_status) == (None, True)
