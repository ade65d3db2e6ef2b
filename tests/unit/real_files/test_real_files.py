"""Each file of a public report comes out right: who is imported, who is not, and what is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.presets.mapping_yaml import mapping_in
from cognito_drop.core.results.preflight_json import left_behind
from cognito_drop.core.rows import HashPolicy, Normalization, Options, PoolRules, RejectionCode
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.rows.files import Kept, Outcome, user_pool

FILES = Path(__file__).parent / "files"
HEADER = (
    "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,"
    "gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,custom:dept,"
    "cognito:mfa_enabled,cognito:username"
).split(",")
DISABLED = RejectionCode.USER_DISABLED


@dataclass(frozen=True)
class Right:
    """What is right for a file."""

    preset: str = ""
    users: tuple[str, ...] = ()
    """The email addresses that are imported."""
    rejected: tuple[tuple[int, RejectionCode], ...] = ()
    problem: ProblemCode | None = None
    says: str = ""
    """A part of the problem's sentence and hint."""
    hint: str = ""
    """Of a rejected row."""
    warnings: tuple[str, ...] = ()
    """Codes that are among the warnings."""
    normalized: tuple[Normalization, ...] = ()
    pool: dict[str, Any] = field(default_factory=dict)


ANN, BOB = "ann@example.com", "bob@example.com"
RIGHT = {
    "alias-email-duplicate-alias": Right(
        users=(ANN,),
        rejected=((3, RejectionCode.ALIAS_TAKEN),),
        pool={"AliasAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}},
    ),
    "ambiguous-dmy-column": Right(users=(ANN, BOB, "cy@example.com"), normalized=(Normalization.DAY_FIRST,)),
    "apostrophe-auth0-csv-owasp-minimal": Right("auth0", (ANN, BOB), warnings=("no_status",)),
    "booleans-mapping-disabled-TRUE": Right(
        "mapping", ("ed@example.com",), rejected=tuple((line, DISABLED) for line in (2, 3, 4, 5, 7))
    ),
    "excel-sep-line": Right(users=(ANN,)),
    "excel-trailing-separator-rows": Right(users=(ANN, BOB)),
    "invented-auth0-trailing-commas": Right("auth0", (ANN, BOB)),
    "invisible-bom-in-the-middle": Right(users=(ANN, BOB), normalized=(Normalization.INVISIBLE,)),
    "labels-okta-status-csv": Right(
        "okta",
        tuple(f"u{number}@example.com" for number in range(4)),
        rejected=(
            *((line, DISABLED) for line in (6, 7, 8)),
            *((line, RejectionCode.NOT_VERIFIED) for line in (9, 10, 11)),
        ),
    ),
    "lists-clerk-apostrophe": Right("clerk", ("john.o'connell@example.com", ANN)),
    "names-all-quoted-blank-after-comma": Right(
        problem=ProblemCode.WRONG_HEADER, says="a space between a separator and a quotation mark"
    ),
    "names-google-workspace": Right("google", (ANN,), warnings=("other_data",)),
    "names-m365-template": Right(problem=ProblemCode.UNKNOWN_COLUMNS, says="Office Number (nearest: phone_number)"),
    "names-zero-width-in-header": Right(users=(ANN,), normalized=(Normalization.INVISIBLE,)),
    "no-status-okta-no-status": Right("okta", (ANN,), warnings=("no_status",)),
    "own-fields-okta-json-profile-status": Right("okta", (BOB,), rejected=((1, DISABLED),)),
    "placeholders-nul-literals": Right(
        users=("a@example.com", "c@example.com"),
        rejected=((3, RejectionCode.BACKSLASH_IN_VALUE), (3, RejectionCode.BACKSLASH_IN_VALUE)),
        warnings=("placeholders",),
    ),
    "punctuation-email-punctuation": Right(users=(), normalized=(Normalization.EMAIL,)),
    "repeated-supabase-join-duplicates": Right(
        "supabase", problem=ProblemCode.REPEATED_COLUMNS, says="more than one column id, email"
    ),
    "sign-in-email-signin-no-username-column": Right(users=(ANN,), pool={"UsernameAttributes": ["email"]}),
    "silent-loss-auth0-enterprise": Right(
        "auth0", ("ann@corp.example", "bob@corp.example", "cy@example.com"), warnings=("social_identities",)
    ),
    "silent-loss-mapping-typo": Right("mapping", (ANN, BOB), warnings=("mapping_not_found", "other_data")),
    "silent-loss-supabase-metadata-python-repr": Right("supabase", (ANN,), warnings=("other_data",)),
    "trim-firebase-disabled-blank": Right("firebase", rejected=((1, DISABLED),)),
    "trim-okta-blank-before-status": Right("okta", (ANN,), rejected=((3, DISABLED), (4, DISABLED))),
    "width-firebase-claims-unquoted": Right("firebase", (ANN,), warnings=("roles",)),
    "width-firebase-newline-in-name": Right("firebase", (ANN, "cy@example.com"), rejected=((2, DISABLED),)),
    "wrong-file-clerk-headerless": Right("clerk", problem=ProblemCode.WRONG_EXPORT, says="with the header"),
    "wrong-file-keycloak-all-realms": Right("keycloak", ("admin@example.com", ANN, BOB)),
    "wrong-file-preset-empty-json-users": Right(
        "keycloak", problem=ProblemCode.WRONG_EXPORT, says="--users realm_file"
    ),
    "wrong-file-wrong-preset": Right("okta", problem=ProblemCode.WRONG_EXPORT, says="Use the preset clerk."),
}


def check(name: str, right: Right) -> Outcome:
    """Check the file of this name for a pool with email addresses to verify."""
    folder = FILES / name
    (path,) = (path for path in folder.iterdir() if path.name != "mapping.yaml")
    mapping = folder / "mapping.yaml"
    return checked(path.read_bytes(), right, mapping_in(mapping.read_bytes()) if mapping.exists() else right.preset)


def checked(content: bytes, right: Right, chosen: str | dict[str, Any]) -> Outcome:
    """Check a file of this content with the preset that was chosen."""
    sink = Kept()
    rules = PoolRules.of(user_pool(SchemaAttributes=[], **right.pool), HEADER, HashPolicy.of([]))
    preset = preset_of(chosen) if chosen else None
    return Outcome(preflight_file([content], preset, rules, Options(), sink), sink)


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_comes_out_right(name: str) -> None:
    """No one is let in who is shut out, no address is imported that no mail reaches, and the file's fault is named."""
    comes_out(check(name, RIGHT[name]), RIGHT[name])


def comes_out(outcome: Outcome, right: Right) -> None:
    """What was found is what is right."""
    report = outcome.report
    assert (report.problem.code if report.problem else None) is right.problem
    if report.problem:
        assert right.says in f"{report.problem.sentence} {report.problem.hint}"
        return
    addresses = tuple(user.get("email", user["cognito:username"]) for user in outcome.users)
    if right.users or right.rejected:
        assert addresses == right.users
    assert tuple(outcome.codes) == right.rejected
    assert set(right.warnings) <= {warning["code"] for warning in left_behind(report)}
    assert set(right.normalized) <= report.normalized.keys()
    if right.hint:
        assert right.hint in {row.hint for row in outcome.sink.rejections}


def test_nothing_around_an_address_reaches_cognito() -> None:
    """Brackets, quotation marks, and separators are gone."""
    outcome = check("punctuation-email-punctuation", Right())
    assert len(outcome.users) == outcome.report.rows
    assert all(set(user["email"]).isdisjoint("<>;,:\"'\u201c\u201d ") for user in outcome.users)


def test_every_file_is_judged() -> None:
    """No file lies there without what is right for it."""
    assert {path.name for path in FILES.iterdir()} == RIGHT.keys()


def test_a_record_of_an_export_may_be_as_long_in_csv_as_in_json() -> None:
    """A profile picture in the metadata costs no user."""
    columns = "id,email,email_confirmed_at,raw_user_meta_data"
    long = f'{{""full_name"": ""Ann Lee"", ""avatar"": ""{"A" * 1_000_000}""}}'
    content = f'{columns}\nu-1,{ANN},2024-01-01,"{long}"\nu-2,{BOB},2024-01-01,"{"A" * 1_100_000}"\n'
    sink = Kept()
    rules = PoolRules.of(user_pool(), HEADER)
    outcome = Outcome(preflight_file([content.encode()], preset_of("supabase"), rules, Options(), sink), sink)
    assert [user["email"] for user in outcome.users] == [ANN]
    assert outcome.codes == [(3, RejectionCode.RECORD_TOO_LONG)]
