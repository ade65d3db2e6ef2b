"""Every sample becomes the users that it describes, with what is left behind."""

from __future__ import annotations

import base64
import json

import pytest

from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.core.presets import pool_row
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.rows import Pbkdf2Form
from cognito_drop.core.rows import RejectionCode as Code
from cognito_drop.core.rows.password_hash import to_pbkdf2_form
from tests.unit.presets.exports import check_export, example, lines, notes
from tests.unit.rows.files import user_pool

SAMPLES = {
    "auth0.csv": ([(5, Code.NOT_VERIFIED), (6, Code.USER_DISABLED)], 6),
    "auth0.ndjson": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 7),
    "clerk.csv": ([(5, Code.NOT_VERIFIED)], 6),
    "clerk.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "cognito.csv": ([(5, Code.NOT_VERIFIED), (6, Code.USER_DISABLED), (7, Code.USER_FEDERATED)], 6),
    "cognito.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED), (7, Code.USER_FEDERATED)], 7),
    "entra.csv": ([(5, Code.NOT_VERIFIED), (6, Code.USER_DISABLED)], 6),
    "entra.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "firebase.csv": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "firebase.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "fusionauth.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "google.csv": ([(5, Code.USER_DISABLED), (6, Code.USER_DISABLED)], 6),
    "keycloak.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED), (7, Code.USER_IS_CLIENT)], 7),
    "keycloak.realms.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "okta.csv": ([(5, Code.NOT_VERIFIED), (6, Code.USER_DISABLED)], 6),
    "okta.json": ([(4, Code.NOT_VERIFIED), (5, Code.USER_DISABLED)], 6),
    "supabase.csv": ([(5, Code.NOT_VERIFIED), (6, Code.USER_DISABLED)], 6),
}
SALT = "eGl5VFUzTDVHbFlITmRDNA"
ALGORITHMS = {"keycloak": "PBKDF2_SHA256"}


def test_the_names_of_the_presets_are_the_same_everywhere() -> None:
    """Folders and settings name the presets that the code has, in the same order."""
    assert tuple(PRESETS) == PRESET_NAMES
    assert {name.split(".")[0] for name in SAMPLES} == set(PRESET_NAMES)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_becomes_users(name: str, chunk: int) -> None:
    """Those who cannot be imported are named by their record or line, however the file arrives."""
    preset, (rejected, total) = name.split(".", maxsplit=1)[0], SAMPLES[name]
    outcome = check_export(example(name), preset, algorithm=ALGORITHMS.get(preset, "BCRYPT"), chunk=chunk)
    assert outcome.report.problem is None
    assert outcome.codes == rejected
    assert outcome.report.rows == total
    chiara = next(user for user in outcome.users if user["email"].endswith("chiara.rossi@example.com"))
    assert chiara["email_verified"] == "true"
    assert chiara.get("name", "Chiara Rossi") == "Chiara Rossi"


def test_auth0_hashes_are_carried_over_and_the_rest_is_said() -> None:
    """bcrypt stays as it is, the id of the export of hashes is made whole, and links and roles are counted."""
    outcome = check_export(example("auth0.ndjson"), "auth0", algorithm="BCRYPT")
    assert [user["password_hash"][:7] for user in outcome.users] == [
        "$2b$10$",
        "$2a$10$",
        "$2b$10$",
        "$2a$10$",
        "$2b$10$",
    ]
    assert notes(outcome) == {
        "roles": 2, "other_data": 2, "social_identities": 1, "mfa": 1, "username_is_email": 5,
    }  # fmt: skip
    aliased = check_export(example("auth0.ndjson"), "auth0", user_pool(AliasAttributes=["email"]))
    assert aliased.users[-1]["cognito:username"] == "auth0|5dea9f9c82dd7c0e76e4ec93"
    assert notes(aliased)["username_is_id"] == 5
    assert notes(aliased)["password_not_taken"] == 5


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (Pbkdf2Form.PASSLIB, f"{SALT}$z95G/YQpGabDmuPNNg7OFvoy/mt8VGFfHq.orWMvFtg"),
        (Pbkdf2Form.BASE64, f"{SALT}$z95G/YQpGabDmuPNNg7OFvoy/mt8VGFfHq+orWMvFtg"),
        (
            Pbkdf2Form.ANY,
            f"{SALT}==$z95G/YQpGabDmuPNNg7OFvoy/mt8VGFfHq+orWMvFthWYc6J9OS3TPQ3svXwSvdwbwL3eZ0dN6QsQ31/TZh7tg==",
        ),
    ],
)
def test_keycloak_hashes_are_rewritten_for_cognito(form: Pbkdf2Form, written: str) -> None:
    """PBKDF2 with SHA-256 is; argon2 with Keycloak's parameters is left out and counted."""
    outcome = check_export(example("keycloak.json"), "keycloak", algorithm="PBKDF2_SHA256", form=form)
    hashes = {user["cognito:username"]: user.get("password_hash") for user in outcome.users}
    assert hashes == {
        "amara.okafor": f"$pbkdf2-sha256$27500${written}",
        "bruno.keller": None,
        "chiara.rossi": f"$pbkdf2-sha256$27500${written}",
        "femi.adeyemi": f"$pbkdf2-sha256$27500${written}",
    }
    assert notes(outcome)["password_cost"] == 1
    assert notes(outcome)["mfa"] == 1


@pytest.mark.parametrize(("algorithm", "written"), [("BCRYPT", 0), ("PBKDF2_SHA256", 1)])
def test_a_hash_is_written_anew_only_where_the_pool_takes_it(
    monkeypatch: pytest.MonkeyPatch, algorithm: str, written: int
) -> None:
    """In the form that most systems write, which is known without it."""
    given: list[str] = []
    credential = {
        "type": "password",
        "secretData": json.dumps({"value": base64.b64encode(bytes(range(200, 232))).decode(), "salt": f"{SALT}=="}),
        "credentialData": json.dumps({"hashIterations": 27500, "algorithm": "pbkdf2-sha256"}),
    }
    ada = {"username": "ada", "email": "ada@example.com", "emailVerified": True, "enabled": True}

    def write(value: str, form: Pbkdf2Form) -> str:
        given.append(value)
        return to_pbkdf2_form(value, form)

    monkeypatch.setattr(pool_row, "to_pbkdf2_form", write)
    outcome = check_export(lines([{**ada, "credentials": [credential]}]), "keycloak", algorithm=algorithm)
    assert [bool(user.get("password_hash")) for user in outcome.users] == [bool(written)]
    assert len(given) == written


def test_firebase_hashes_cannot_be_carried_over() -> None:
    """The users come without, and it is said how many; a name with a comma survives both formats."""
    for name in ("firebase.json", "firebase.csv"):
        outcome = check_export(example(name), "firebase", algorithm="BCRYPT")
        assert all("password_hash" not in user for user in outcome.users)
        assert notes(outcome)["password_algorithm"] == 3
        assert outcome.users[0]["name"] == "Okafor, Amara"
        assert [user.get("phone_number") for user in outcome.users] == [None, None, "+390655501234", None]


def test_okta_supabase_and_clerk_fill_what_they_know() -> None:
    """Locale and time zone, phone numbers with a +, hashes that are not bcrypt, further addresses."""
    okta = check_export(example("okta.csv"), "okta")
    assert (okta.users[2]["zoneinfo"], okta.users[2]["locale"]) == ("Europe/Rome", "it_IT")
    supabase = check_export(example("supabase.csv"), "supabase", algorithm="BCRYPT")
    assert supabase.users[2]["phone_number"] == "+390655501234"
    assert supabase.users[2]["phone_number_verified"] == "true"
    assert all(user["password_hash"].startswith("$2") for user in supabase.users)
    clerk = check_export(example("clerk.csv"), "clerk", algorithm="BCRYPT")
    assert [user["cognito:username"] for user in clerk.users[:2]] == ["amara_okafor", "bruno_keller"]
    assert notes(clerk) == {
        "mfa": 1, "other_addresses": 1, "password_algorithm": 1, "username_is_email": 3, "no_status": 5,
    }  # fmt: skip


def test_an_answer_of_oktas_api_is_read_as_it_is() -> None:
    """A user's profile is in a member of its own; the state is beside it."""
    profile = {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "primaryPhone": None}
    users = [
        {"id": "00u1", "status": "ACTIVE", "profile": {**profile, "preferredLanguage": "en", "secondEmail": "a@b.org"}},
        {"id": "00u2", "status": "DEPROVISIONED", "profile": {**profile, "login": "bob@example.com"}},
    ]
    outcome = check_export(json.dumps(users), "okta")
    (ada,) = outcome.users
    assert (ada["cognito:username"], ada["given_name"], ada["locale"]) == ("ada@example.com", "Ada", "en")
    assert notes(outcome) == {"other_addresses": 1}
    assert outcome.codes == [(2, Code.USER_DISABLED)]


@pytest.mark.parametrize(
    ("columns", "values", "is_verified"),
    [
        ("email_confirmed_at,phone,phone_confirmed_at,confirmed_at", ",14155550100,2024-03-02,2024-03-02", "false"),
        ("email_confirmed_at,phone,phone_confirmed_at,confirmed_at", "2024-03-02,,,2024-03-02", "true"),
        ("phone,phone_confirmed_at,confirmed_at", "14155550100,2024-03-02,2024-03-02", "false"),
        ("confirmed_at", "2021-03-02", "true"),
        ("phone,confirmed_at", ",2024-03-02", "true"),
    ],
)
def test_a_confirmed_number_of_supabase_verifies_no_address(columns: str, values: str, is_verified: str) -> None:
    """`confirmed_at` is the earlier of both dates, and stood for the address only before there were both."""
    pool = user_pool(AutoVerifiedAttributes=["email", "phone_number"])
    outcome = check_export(f"id,email,{columns}\n1,ada@example.com,{values}\n", "supabase", pool)
    assert [user["email_verified"] for user in outcome.users] == [is_verified]
    unclear = check_export("id,email,phone,confirmed_at\n1,ada@example.com,14155550100,2024-03-02\n", "supabase", pool)
    assert unclear.codes == [(2, Code.NOT_VERIFIED)]


def test_an_attribute_of_oktas_profile_is_no_status_of_the_account() -> None:
    """Not even where the answer lacks the account's own."""
    profile = {"login": "ada", "email": "ada@example.com", "status": "SUSPENDED", "id": "E-17"}
    outcome = check_export(json.dumps([{"id": "00u1", "profile": profile}]), "okta")
    assert [user["cognito:username"] for user in outcome.users] == ["ada"]
    assert notes(outcome) == {"no_status": 1}


def test_keycloaks_attributes_that_its_scopes_know_are_carried_over() -> None:
    """The others stay behind, and are counted."""
    user = {
        "username": "ada", "email": "ada@example.com", "emailVerified": True,
        "attributes": {"nickname": ["Ada"], "gender": ["female"], "phoneNumber": ["+14155550100"], "zoneinfo": []},
    }  # fmt: skip
    other = {**user, "username": "bob", "attributes": {"department": ["Research"]}}
    outcome = check_export(json.dumps({"users": [user, other]}), "keycloak")
    assert (outcome.users[0]["nickname"], outcome.users[0]["phone_number"]) == ("Ada", "+14155550100")
    assert notes(outcome) == {"other_data": 1, "no_status": 2}


def test_cognitos_own_ids_are_no_usernames() -> None:
    """Where Username is `sub`, the email address becomes the name; custom attributes that the pool has come along."""
    outcome = check_export(example("cognito.json").replace(b"custom:department", b"custom:team"), "cognito")
    assert [user["cognito:username"] for user in outcome.users] == [
        "pool.amara", "pool.bruno", "pool.chiara", "femi.adeyemi@example.com",
    ]  # fmt: skip
    assert outcome.users[0]["custom:team"] == "Research"
    assert outcome.users[0]["zoneinfo"] == "Europe/Rome"


def test_a_pool_that_signs_in_with_email_gets_it_as_username() -> None:
    """Whatever name the other system had."""
    outcome = check_export(example("keycloak.json"), "keycloak", user_pool(UsernameAttributes=["email"]))
    assert [user["cognito:username"] for user in outcome.users] == [user["email"] for user in outcome.users]
