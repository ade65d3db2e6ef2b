"""What is particular to exports of directories and of the newer presets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cognito_drop.core.rows import RejectionCode as Code
from tests.unit.presets.exports import check_export, example, lines, notes

TEMPLATE = (
    "version:v1.0\n"
    "Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,"
    "Block sign in (Yes/No) [accountEnabled] Required,First name [givenName],Last name [surname]\n"
)
ADA = "ada@contoso.example"
GRAPH = {"id": "1", "userPrincipalName": ADA, "mail": ADA, "accountEnabled": True}
NOWHERE = ["a@c.onmicrosoft.com", "a_b#EXT#@c.d", "a_b#ext#@c.d\nx"]
FUSION = {"id": "1", "active": True, "email": ADA, "verified": True, "usernameStatus": "ACTIVE"}


@pytest.mark.parametrize(("word", "codes"), [("No", []), (" no", []), ("Yes", [(3, Code.USER_DISABLED)])])
def test_entra_blocks_sign_in_with_yes(word: str, codes: list[Any]) -> None:
    """The column of the template means the opposite of the property in its brackets."""
    outcome = check_export(f"{TEMPLATE}Ada Lee,{ADA},secret,{word},Ada,Lee\n", "entra")
    assert outcome.codes == codes
    assert [user["given_name"] for user in outcome.users] == ["Ada"] * (1 - len(codes))


def test_the_admin_centers_export_is_read() -> None:
    """Its `Block credential` too, and the address in `Proxy addresses`."""
    header = "Block credential,Display name,Proxy addresses,User principal name,Soft deletion time stamp\n"
    rows = f"False,Ada,smtp:a@x.example+SMTP:{ADA},ada@contoso.onmicrosoft.com,\nTrue,Bo,,bo@contoso.example,\n"
    outcome = check_export(f"{header}{rows}False,Cy,,cy@contoso.example,2026-01-01\n", "entra")
    assert [user["email"] for user in outcome.users] == [ADA]
    assert outcome.codes == [(3, Code.USER_DISABLED), (4, Code.USER_DISABLED)]


def test_an_address_that_no_mail_reaches_is_none() -> None:
    """Names of guests, and of tenants without a mailbox; the address of a local account of B2C is in its identities."""
    nowhere = [{**GRAPH, "mail": None, "userPrincipalName": name} for name in NOWHERE]
    local = {"signInType": "emailAddress", "issuer": "c.onmicrosoft.com", "issuerAssignedId": "bo@example.com"}
    social = {"signInType": "federated", "issuer": "google.com", "issuerAssignedId": "1"}
    outcome = check_export(lines([*nowhere, {**nowhere[0], "identities": [local, social]}]), "entra")
    assert outcome.codes == [(line, Code.NOT_VERIFIED) for line in range(1, len(NOWHERE) + 1)]
    assert [user["cognito:username"] for user in outcome.users] == ["bo@example.com"]
    assert notes(outcome)["social_identities"] == 1


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        (("ExternalUserState", "Accepted"), []),
        (("externalUserState", None), []),
        (("UserState", ""), []),
        (("UserState", "PendingAcceptance"), [(1, Code.NOT_VERIFIED)]),
        (("invitationState", "Pending acceptance"), [(1, Code.NOT_VERIFIED)]),
        (("invitationState", "Expired"), [(1, Code.NOT_VERIFIED)]),
        (("other", ""), [(1, Code.NOT_VERIFIED)]),
    ],
)
def test_only_guests_who_took_their_invitation_are_known(state: tuple[str, Any], codes: list[Any]) -> None:
    """What is not documented, or missing, does not say so. The AzureAD module of PowerShell has a name of its own."""
    guest = {"userPrincipalName": "ada_x.example#EXT#@c.onmicrosoft.com", "mail": ADA, "accountEnabled": True}
    assert check_export(lines([{**guest, state[0]: state[1]}]), "entra").codes == codes


def test_a_list_that_powershell_has_not_written_out_is_no_number() -> None:
    """It writes the name of the type."""
    header = "UserPrincipalName,Mail,AccountEnabled,MobilePhone,BusinessPhones\n"
    assert check_export(f"{header}{ADA},{ADA},True,,System.String[]\n", "entra").codes == []


def test_powershells_names_are_graphs() -> None:
    """`Get-MgUser | ConvertTo-Json` has them with capitals; without the status a warning says so."""
    named = [{name[0].upper() + name[1:]: value for name, value in GRAPH.items()}]
    assert check_export(json.dumps([{**named[0], "AccountEnabled": False}]), "entra").codes == [(1, Code.USER_DISABLED)]
    del named[0]["AccountEnabled"]
    assert notes(check_export(json.dumps(named), "entra"))["no_status"] == 1


def test_a_flag_that_comes_twice_is_not_missed() -> None:
    """Whichever of the two shuts the user out."""
    header = "Email Address,Org Unit Path,Status,Status [READ ONLY]\n"
    outcome = check_export(f"{header}{ADA},/,Active,Suspended\n", "google")
    assert outcome.codes == [(2, Code.USER_DISABLED)]
    assert check_export(lines([{**GRAPH, "AccountEnabled": False}]), "entra").codes == [(1, Code.USER_DISABLED)]


def test_a_user_of_fusionauth_who_expires_is_shut_out() -> None:
    """A pool has no date on which a user ends."""
    users = [{**FUSION, "email": "b@x.example", "expiry": 4102444800000}, FUSION]
    outcome = check_export(json.dumps({"users": users}), "fusionauth")
    assert outcome.codes == [(1, Code.USER_DISABLED)]
    assert len(outcome.users) == 1


@pytest.mark.parametrize("word", ["undefined", "NaT", "[NULL]", "(null)", "<null>", "false", "f", "0", "-", "nil"])
def test_only_a_date_confirms_an_address_of_supabase(word: str) -> None:
    """Not another word for none, nor the answer that there is none."""
    for name in ("email_confirmed_at", "confirmed_at"):
        content = f"id,email,{name},banned_until\n1,{ADA},{{}},\n"
        assert check_export(content.format(word), "supabase").codes == [(2, Code.NOT_VERIFIED)]
        for date in ("2024-01-31 10:00:00+00", "1/31/2024", "t", "true"):
            assert check_export(content.format(date), "supabase").codes == []


def test_clerks_sdk_has_the_apis_members_in_another_case() -> None:
    """Alone, or in a page with `data`; an address that is not verified stays so."""
    address = {"id": "idn_1", "emailAddress": ADA, "verification": {"status": "verified"}}
    user = {"id": "user_1", "primaryEmailAddressId": "idn_1", "emailAddresses": [address], "banned": False}
    listed = [user, {**user, "banned": True}]
    for text in (json.dumps({"data": listed, "totalCount": 2}), lines(listed), json.dumps(listed)):
        outcome = check_export(text, "clerk")
        assert outcome.codes == [(2, Code.USER_DISABLED)]
        assert [user["email"] for user in outcome.users] == [ADA]
    assert "other_data" not in notes(check_export(lines([user]), "clerk"))
    assert notes(check_export(lines([{**user, "publicMetadata": {"plan": "pro"}}]), "clerk"))["other_data"] == 1
    unsure = {**user, "emailAddresses": [{**address, "verification": None}]}
    assert check_export(lines([unsure]), "clerk").codes == [(1, Code.NOT_VERIFIED)]


def test_only_a_user_of_clerk_who_is_locked_for_good_is_shut_out() -> None:
    """Others have had a wrong password too often, and are let in again after an hour."""
    address = {"id": "idn_1", "email_address": ADA, "verification": {"status": "verified"}}
    user = {"id": "user_1", "email_addresses": [address], "primary_email_address_id": "idn_1", "banned": False}
    for locked, seconds, codes in ((True, None, [(1, Code.USER_DISABLED)]), (True, 60, []), (False, None, [])):
        record = {**user, "locked": locked, "lockout_expires_in_seconds": seconds}
        assert check_export(lines([record]), "clerk").codes == codes


def test_the_primary_address_in_the_file_of_clerks_cli_is_verified() -> None:
    """It lists further ones only, and an unverified one never as the primary; what has nothing is not written."""
    settings = {"create_organization_enabled": True, "delete_self_enabled": True}
    members: list[dict[str, Any]] = [
        {"primary_email_address": ADA},
        {"primary_email_address": "b@x.example", "verified_email_addresses": ["c@x.example"]},
        {"primary_email_address": "d@x.example", "banned": True},
        {"unverified_email_addresses": ["e@x.example"]},
    ]
    users = [{"id": f"user_{number}", **user, **settings} for number, user in enumerate(members)]
    outcome = check_export(json.dumps(users), "clerk")
    assert outcome.codes == [(3, Code.USER_DISABLED), (4, Code.NOT_VERIFIED)]
    assert [user["email"] for user in outcome.users] == [ADA, "b@x.example"]
    assert notes(outcome) == {"other_addresses": 1, "username_is_email": 2}
    without = [{name: value for name, value in user.items() if name not in settings} for user in users]
    assert check_export(json.dumps(without), "clerk").users == []


def test_tabs_before_what_may_be_a_formula_are_taken_off_clerks_values() -> None:
    """As the dashboard writes them: before every number, and before such names."""
    header = "id,first_name,last_name,username,primary_email_address,verified_email_addresses,primary_phone_number\n"
    outcome = check_export(f"{header}user_1,\t-Ada,\t=Lee,\t@ada,{ADA},{ADA},\t+390655501234\n", "clerk")
    assert [(user["name"], user["phone_number"]) for user in outcome.users] == [("-Ada =Lee", "+390655501234")]


def test_the_primary_address_of_clerks_api_is_taken_wherever_it_is_listed() -> None:
    """The members name it by its id."""
    listed = [
        {"id": f"idn_{address[0]}", "email_address": address, "verification": {"status": "verified"}}
        for address in ("old@contoso.example", ADA, "bo@contoso.example")
    ]
    user = {"id": "user_1", "primary_email_address_id": "idn_a", "email_addresses": listed}
    outcome = check_export(lines([user]), "clerk")
    assert [user["email"] for user in outcome.users] == [ADA]
    assert notes(outcome)["other_addresses"] == 1


@pytest.mark.parametrize(
    ("emails", "codes"),
    [
        ([{"value": ADA.upper(), "status": "UNVERIFIED", "type": "PRIMARY"}], [(1, Code.NOT_VERIFIED)]),
        ([{"value": ADA, "status": "VERIFIED", "type": "PRIMARY"}, {"value": "a@x.example", "status": "NO"}], []),
        (None, []),
    ],
)
def test_an_address_that_okta_calls_unverified_is(emails: Any, codes: list[Any]) -> None:  # noqa: ANN401
    """Some answers of its API have the addresses among the credentials."""
    user = {"id": "1", "status": "ACTIVE", "profile": {"login": ADA, "email": ADA}, "credentials": {"emails": emails}}
    assert check_export(lines([user]), "okta").codes == codes


@pytest.mark.parametrize(
    ("preset", "header"),
    [
        ("auth0", "Id,Email,Email Verified,Name,Blocked"),
        ("clerk", "ID,Primary Email Address,Verified Email Addresses,Banned"),
    ],
)
def test_columns_are_known_by_their_labels(preset: str, header: str) -> None:
    """A column that says who is disabled is not passed over because of its case."""
    rows = {"auth0": "'auth0|1,'{},true,'Ada,{}\n", "clerk": "user_1,{0},{0},{1}\n"}[preset]
    content = header + "\n" + rows.format(ADA, "false") + rows.format("bo@contoso.example", "TRUE")
    outcome = check_export(content, preset)
    assert outcome.codes == [(3, Code.USER_DISABLED)]
    assert [user["email"] for user in outcome.users] == [ADA]


def test_what_cognitos_exporters_write_is_read() -> None:
    """Groups beside the user, attributes as an object, and columns in a CSV file."""
    given = {"sub": "s-1", "email": ADA, "email_verified": "true"}
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    for listed in (pairs, given):
        user = {
            "Username": "ada",
            "Attributes": listed,
            "Enabled": True,
            "UserStatus": "CONFIRMED",
            "Groups": ["staff"],
        }
        outcome = check_export(json.dumps([user]), "cognito")
        assert [user["email"] for user in outcome.users] == [ADA]
        assert [member.groups for member in outcome.sink.members] == [("staff",)]
    header = "sub;email;email_verified;Enabled;UserStatus\n"
    rows = f"{header}s-1;{ADA};true;True;CONFIRMED\ns-2;b@x.example;true;False;CONFIRMED\n"
    outcome = check_export(rows, "cognito")
    assert outcome.codes == [(3, Code.USER_DISABLED)]
    assert [user["cognito:username"] for user in outcome.users] == [ADA]


@pytest.mark.parametrize(
    ("groups", "read", "left"),
    [('"[""staff"", ""x""]"', [("staff", "x")], {}), ("staff|x", [], {"roles": 1}), ("[]", [], {}), ("", [], {})],
)
def test_groups_in_a_csv_file_are_read_or_counted(groups: str, read: list[Any], left: dict[str, int]) -> None:
    """A list in JSON is read."""
    header = "Username,email,email_verified,Enabled,UserStatus,Groups\n"
    outcome = check_export(f"{header}ada,{ADA},true,true,CONFIRMED,{groups}\n", "cognito")
    assert [member.groups for member in outcome.sink.members] == read
    assert notes(outcome) == left


def test_keycloaks_attributes_with_several_values_give_the_first() -> None:
    """As its claims do. Which of several numbers has been verified is not known."""
    number = "+390655501234"
    own = {"phoneNumber": [number, "+390655501235"], "phoneNumberVerified": ["true"], "locale": ["it", "de"]}
    user = {"username": "ada", "email": ADA, "emailVerified": True, "enabled": True}
    several, one = ({**user, "attributes": each} for each in (own, {**own, "phoneNumber": [number]}))
    outcomes = [check_export(json.dumps({"realm": "r", "users": [each]}), "keycloak") for each in (several, one)]
    found = [[(u["phone_number"], u["phone_number_verified"], u["locale"]) for u in each.users] for each in outcomes]
    assert found == [[(number, "false", "it")], [(number, "true", "it")]]
    assert notes(outcomes[0]) == {"other_data": 1}


@pytest.mark.parametrize(
    ("actions", "is_taken"), [(["UPDATE_PASSWORD"], False), (["VERIFY_EMAIL"], True), (None, True)]
)
def test_a_password_that_keycloak_wants_changed_stays_behind(actions: list[str] | None, is_taken: bool) -> None:
    """An administrator knows it, or does not trust it; with its hash the user would be let in with it for good."""
    secret = {"value": f"{'A' * 86}==", "salt": f"{'A' * 22}=="}
    data = {"hashIterations": 27_500, "algorithm": "pbkdf2-sha256"}
    password = {"type": "password", "secretData": json.dumps(secret), "credentialData": json.dumps(data)}
    user = {"username": "ada", "email": ADA, "emailVerified": True, "enabled": True, "credentials": [password]}
    document = {"realm": "r", "users": [{**user, "requiredActions": actions}]}
    outcome = check_export(json.dumps(document), "keycloak", algorithm="PBKDF2_SHA256")
    assert ["password_hash" in user for user in outcome.users] == [is_taken]
    assert notes(outcome) == ({} if is_taken else {"password_temporary": 1})


@pytest.mark.parametrize("at", range(3, 29))
def test_a_separator_too_many_lets_in_no_one_from_a_file_without_header(at: int) -> None:
    """In a name that is not quoted it moves the flag that shuts the user out; the record is rejected."""
    fields = example("firebase.csv").decode().splitlines()[2].split(",")
    fields[26] = "true"
    later = [*fields[:28], *[""] * 24, ""]
    for whole in (fields, later):
        outcome = check_export(",".join([*whole[:at], "", *whole[at:]]) + "\n", "firebase")
        assert outcome.users == []
        assert {code for _, code in outcome.codes} <= {Code.WRONG_FIELD_COUNT, Code.USER_DISABLED}


def test_firebases_columns_of_later_providers_are_read() -> None:
    """Since May 2026 they are behind the claims; who signs in with Apple has values there."""
    claims = '"{""admin"":true,""level"":3}"'
    apple = ["001.1", "a@icloud.example", '"Lee, ""Ada"""', "", *[""] * 20]

    def line(user: str, disabled: str, later: list[str]) -> str:
        fields = [user, f"{user}@x.example", "true", "", "", *[""] * 18, "1", "2", "", disabled, claims, *later, ""]
        return ",".join(fields) + "\n"

    content = line("ada", "false", apple) + line("bo", "true", apple) + line("cy", "false", [""] * 24)
    outcome = check_export(content, "firebase")
    assert outcome.codes == [(2, Code.USER_DISABLED)]
    assert [user["email"] for user in outcome.users] == ["ada@x.example", "cy@x.example"]
    assert notes(outcome) == {"roles": 2, "social_identities": 1, "username_is_email": 2}
