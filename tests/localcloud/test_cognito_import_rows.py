"""Row results: who is imported and how, who is skipped, who fails and why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.import_world import GOOD, ImportWorld

IMPORTED = "The import succeeded."
EXISTS = "The user already exists."
NOT_VERIFIED = (
    "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."
)
PASSWORD = "Analytical-1815"  # noqa: S105  (of a user that lives as long as the test)
ADA = {**GOOD, "cognito:username": "ada"}
FULL = {
    **ADA,
    "name": "Ada Lovelace",
    "birthdate": "12/10/1815",
    "phone_number": "+442079460000",
    "phone_number_verified": "TRUE",
    "address": "12 St James's Square, London",
    "updated_at": "1470957431",
    "nickname": 'the "Enchantress"',
}


def only_line(world: ImportWorld, pool: str, row: dict[str, str], **more: Any) -> str:  # noqa: ANN401
    """What the log says of a row that is imported alone."""
    (line,) = world.run_rows(pool, row, **more)
    return line


def test_an_imported_user_is_in_the_pool_with_its_attributes(world: ImportWorld) -> None:
    """Attributes as in the file, booleans in small letters, a new sub, enabled, and a password that must be reset."""
    pool = world.make_pool()
    assert only_line(world, pool, FULL) == IMPORTED
    user = world.user(pool, "ada")
    expected = {name: value for name, value in FULL.items() if not name.startswith("cognito:")}
    assert user.pop("sub")
    assert user == {**expected, "phone_number_verified": "true", "status": "RESET_REQUIRED"}
    (listed,) = world.cognito.list_users(UserPoolId=pool, Filter='email = "ada@example.com"')["Users"]
    assert (listed["Username"], listed["Enabled"]) == ("ada", True)


def test_an_imported_user_can_be_worked_with_like_any_other(world: ImportWorld) -> None:
    """Attributes, groups, passwords, disabling and deleting work on imported users as on moto's own."""
    pool = world.make_pool()
    assert only_line(world, pool, FULL) == IMPORTED
    who: Any = {"UserPoolId": pool, "Username": "ada"}
    world.cognito.admin_update_user_attributes(**who, UserAttributes=[{"Name": "name", "Value": "Countess"}])
    world.cognito.admin_delete_user_attributes(**who, UserAttributeNames=["nickname"])
    user = world.user(pool, "ada")
    assert (user["name"], "nickname" in user, user["birthdate"]) == ("Countess", False, "12/10/1815")
    world.cognito.create_group(UserPoolId=pool, GroupName="poets")
    world.cognito.admin_add_user_to_group(**who, GroupName="poets")
    groups = world.cognito.admin_list_groups_for_user(**who)["Groups"]
    assert [group["GroupName"] for group in groups] == ["poets"]
    members = world.cognito.list_users_in_group(UserPoolId=pool, GroupName="poets")["Users"]
    assert [member["Username"] for member in members] == ["ada"]
    world.cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)
    made = world.cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )
    client = made["UserPoolClient"]["ClientId"]
    tokens = world.cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    own = world.cognito.get_user(AccessToken=tokens["AccessToken"])
    assert own["Username"] == "ada"
    world.cognito.admin_disable_user(**who)
    assert not world.cognito.admin_get_user(**who)["Enabled"]
    world.cognito.admin_delete_user(**who)
    assert world.cognito.list_users(UserPoolId=pool)["Users"] == []


def test_a_taken_name_is_skipped_and_the_first_of_two_wins(world: ImportWorld) -> None:
    """A username of the pool, or of an earlier row, is skipped; a failed row takes no name."""
    pool = world.make_pool()
    world.cognito.admin_create_user(UserPoolId=pool, Username="grace")
    bad = {**ADA, "email": "nowhere"}
    again = {**ADA, "name": "Second"}
    assert world.run_rows(pool, bad, ADA, again, {**GOOD, "cognito:username": "grace"}) == [
        "Invalid email address format.",
        IMPORTED,
        EXISTS,
        EXISTS,
    ]
    assert "name" not in world.user(pool, "ada")


@pytest.mark.parametrize(("sensitive", "line"), [(None, IMPORTED), (True, IMPORTED), (False, EXISTS)])
def test_letter_case_makes_another_user_unless_the_pool_says_otherwise(
    world: ImportWorld, sensitive: bool | None, line: str
) -> None:
    """A pool is case sensitive by default, as the API reference says; the other kind sees one user."""
    more: dict[str, Any] = {} if sensitive is None else {"UsernameConfiguration": {"CaseSensitive": sensitive}}
    pool = world.make_pool(**more)
    assert world.run_rows(pool, ADA, {**ADA, "cognito:username": "ADA"}) == [IMPORTED, line]


def test_signing_in_with_email_gives_a_made_up_username(world: ImportWorld) -> None:
    """The username column holds the email; Cognito makes a UUID, and the email tells users apart."""
    pool = world.make_pool(UsernameAttributes=["email"])
    row = {"email_verified": "true", "cognito:username": "ada@example.com"}
    other = {**row, "cognito:username": "grace@example.com"}
    assert world.run_rows(pool, row, other, row) == [IMPORTED, IMPORTED, EXISTS]
    (user,) = world.cognito.list_users(UserPoolId=pool, Filter='email = "ada@example.com"')["Users"]
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}
    assert user["Username"] == attributes["sub"] != "ada@example.com"
    assert world.run_rows(pool, {**row, "email": "ada@example.com"}) == [EXISTS]


@pytest.mark.parametrize(
    ("names", "username", "line"),
    [
        (["email"], "ada", "Username should be an email."),
        (["email"], "+442079460000", "Username should be an email."),
        (["phone_number"], "ada@example.com", "Username should be a phone number."),
        (["phone_number", "email"], "ada", "Username should be either an email or a phone number."),
        (["phone_number", "email"], "+442079460000", IMPORTED),
        (["email"], "grace@example.com", "email: The value is not the one in cognito:username."),
    ],
)
def test_the_username_must_be_what_the_pool_signs_in_with(
    world: ImportWorld, names: list[str], username: str, line: str
) -> None:
    """In a pool with UsernameAttributes the username is an email or a phone number, and agrees with that column."""
    pool = world.make_pool(UsernameAttributes=names)
    assert only_line(world, pool, {**GOOD, "cognito:username": username}) == line


@pytest.mark.parametrize(("username", "fails"), [("ada@example.com", True), ("ada", False), ("+442079460000", False)])
def test_a_username_must_not_look_like_an_alias(world: ImportWorld, username: str, *, fails: bool) -> None:
    """In a pool with an email alias a username is no email."""
    pool = world.make_pool(AliasAttributes=["email"])
    line = only_line(world, pool, {**GOOD, "cognito:username": username})
    assert (line == "Username cannot be of email format, since user pool is configured for email alias.") is fails


@pytest.mark.parametrize(
    ("username", "line"),
    [
        ("", "The User Record has no cognito:username."),
        ("ada lovelace", "The cognito:username is not a valid username."),
        ("ada\tlovelace", "The cognito:username is not a valid username."),
        ("a" * 129, "The cognito:username is not a valid username."),
        ("ada\u200b", "The cognito:username is not a valid username."),
        ("a" * 128, IMPORTED),
        ("größe-日本€, Jr.", "The cognito:username is not a valid username."),
        ("größe-日本€!,Jr", IMPORTED),
    ],
)
def test_the_shape_of_a_username(world: ImportWorld, username: str, line: str) -> None:
    """1 to 128 letters, marks, symbols, numbers and punctuation of any script, without white space."""
    assert only_line(world, world.make_pool(), {**GOOD, "cognito:username": username}) == line


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("email", "a.b+c@mail.example.org", "ada@example"),
        ("email", "größe@example.com", "ada.example.com"),
        ("phone_number", "+15555550100", "5555550100"),
        ("phone_number", "+12", "+0123456"),
        ("phone_number", "+123456789012345", "+1234567890123456"),
        ("phone_number", "+15555550100", "+1 555 555 0100"),
        ("birthdate", "02/29/2000", "02/29/2001"),
        ("birthdate", "12/31/1999", "1999-12-31"),
        ("birthdate", "01/01/1970", "1/1/1970"),
        ("updated_at", "0", "yesterday"),
        ("updated_at", "1470957431", "-1"),
        ("phone_number_verified", "FALSE", "False"),
        ("phone_number_verified", "false", "0"),
        ("cognito:mfa_enabled", "false", "no"),
        ("custom:size", "20", "21"),
        ("custom:size", "-0", "ten"),
        ("custom:team", "blue", "a"),
        ("custom:team", "green", "magenta"),
        ("custom:member", "TRUE", "yes"),
        ("custom:since", "2016-08-11T23:17:11Z", "August"),
        ("name", "é" * 1024, "é" * 1025),
        ("address", "one,two", "x" * 2049),
    ],
)
def test_a_value_must_fit_its_column(world: ImportWorld, column: str, good: str, bad: str) -> None:
    """Each kind of column takes a good value and fails the row of a bad one."""
    schema = [
        {
            "Name": "size",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "20"},
        },
        {
            "Name": "team",
            "AttributeDataType": "String",
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "6"},
        },
        {"Name": "member", "AttributeDataType": "Boolean"},
        {"Name": "since", "AttributeDataType": "DateTime"},
    ]
    pool = world.make_pool(Schema=schema)
    lines = world.run_rows(pool, {**ADA, column: good}, {**GOOD, "cognito:username": "bad", column: bad})
    assert lines[0] == IMPORTED
    assert lines[1] not in {IMPORTED, EXISTS, NOT_VERIFIED}
    assert bad not in lines[1].split(), "the log must not repeat a value"


@pytest.mark.parametrize(
    ("verified", "row", "line"),
    [
        (["email"], {"email": "a@example.com", "email_verified": "true"}, IMPORTED),
        (["email"], {"email": "a@example.com", "email_verified": "false"}, NOT_VERIFIED),
        (["email"], {"email": "a@example.com"}, NOT_VERIFIED),
        (["email"], {"phone_number": "+15555550100", "phone_number_verified": "true"}, NOT_VERIFIED),
        (["email", "phone_number"], {"phone_number": "+15555550100", "phone_number_verified": "TRUE"}, IMPORTED),
        (["email"], {"email_verified": "true"}, "email cannot be verified without a value."),
        (
            ["email"],
            {"email": "a@example.com", "email_verified": "true", "phone_number_verified": "true"},
            "phone_number cannot be verified without a value.",
        ),
    ],
)
def test_a_user_needs_a_verified_address(
    world: ImportWorld, verified: list[str], row: dict[str, str], line: str
) -> None:
    """At least one auto-verified attribute is true, the only one if the pool has one, and what is verified is there."""
    pool = world.make_pool(AutoVerifiedAttributes=verified)
    assert only_line(world, pool, {**row, "cognito:username": "ada"}) == line


@pytest.mark.parametrize(
    ("mfa", "accepted"),
    [("OFF", {"", "false"}), ("ON", {"", "true"}), ("OPTIONAL", {"", "true", "false"})],
)
def test_mfa_agrees_with_the_pool(world: ImportWorld, mfa: str, accepted: set[str]) -> None:
    """cognito:mfa_enabled is true where the pool requires it, false where it has none, either where it is optional."""
    pool = world.make_pool(MfaConfiguration=mfa)
    values = ["", "true", "false"]
    rows = [{**ADA, "cognito:username": f"mfa-{value}", "cognito:mfa_enabled": value} for value in values]
    lines = world.run_rows(pool, *rows)
    assert {value for value, line in zip(values, lines, strict=True) if line == IMPORTED} == accepted


def test_a_required_attribute_must_have_a_value(world: ImportWorld) -> None:
    """What the pool requires must not be blank."""
    pool = world.make_pool(Schema=[{"Name": "family_name", "Required": True}])
    assert "family_name" in only_line(world, pool, ADA)
    assert only_line(world, pool, {**ADA, "family_name": "Lovelace"}) == IMPORTED


def test_a_required_email_may_come_as_the_username(world: ImportWorld) -> None:
    """In a pool that signs in with email, the username is the email."""
    pool = world.make_pool(UsernameAttributes=["email"], Schema=[{"Name": "email", "Required": True}])
    row = {"cognito:username": "ada@example.com", "email_verified": "true"}
    assert only_line(world, pool, row) == IMPORTED
