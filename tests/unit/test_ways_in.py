"""The ways in of a file's users, from the pool's answers to the report, and what a pool does with users without one."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from cognito_drop.aws.errors import TransientError
from cognito_drop.aws.pool_sign_in import PoolSignIn, SignInUnknownError
from cognito_drop.contract.statuses import Outcome
from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.notification.email import email_text
from cognito_drop.core.report_page import render
from cognito_drop.core.sign_in import first_way as rules
from cognito_drop.core.sign_in.facts import EMAIL, PHONE, SignInFacts
from cognito_drop.core.sign_in.first_way import SignInUser, first_way
from cognito_drop.core.sign_in.pool_advice import pool_advice
from cognito_drop.core.sign_in.wording import ways_json, ways_of_run
from cognito_drop.core.text.problem import ProblemCode
from tests import summaries
from tests.unit.report_world import ReportWorld
from tests.unit.samples import HEADER, POOL_ID, csv_file, drop, pool, row
from tests.unit.scripted_client import scripted_client
from tests.unit.test_first_way import BOTH, CODES, SMS, recovery

if TYPE_CHECKING:
    from cognito_drop.core.results.summary import Summary

pytestmark = pytest.mark.usefixtures("aws")

COLUMNS = (*pool().columns, "phone_number", "phone_number_verified")
ALL = f"{HEADER},phone_number,phone_number_verified"
ROWS = [row("a") + ",,", row("b") + ",,", row("c") + ",+12065550100,true", row("d").replace(",true", ", TRUE ") + ",,"]
MIXED = "\n".join([ALL, *ROWS, ""]).encode()
ONLY_SMS = SignInFacts.of(SMS | recovery("verified_phone_number"), {}, [])


def world_of(facts: SignInFacts, key: str = "inbox/people/users.csv", **settings: Any) -> ReportWorld:  # noqa: ANN401
    """A drop into a pool with these facts, whose users may have phone numbers."""
    world = ReportWorld(drop(key), **settings)
    world.imports.pools[POOL_ID] = pool(columns=COLUMNS)
    world.sign_in.known = facts
    return world


def without_way(world: ReportWorld) -> list[tuple[int, str]]:
    """Line and code of each row of no_way_in.csv."""
    rows = csv.DictReader(io.StringIO(world.files["no_way_in.csv"].decode()))
    return [(int(one["line"]), one["code"]) for one in rows]


def ways(summary: Summary) -> dict[str, int]:
    """The counts that are not 0."""
    found = summary.to_json()["ways_in"]
    assert found is not None
    return {name: count for name, count in found.items() if isinstance(count, int) and count}


@pytest.mark.parametrize("key", ["inbox/people/users.csv", "check/people/users.csv"])
def test_ways_and_lines_are_in_every_report(key: str) -> None:
    """Of an import and of a dry run, whether rows were accepted in runs or one by one."""
    world = world_of(ONLY_SMS, key)
    summary = world.run(MIXED)
    assert ways(summary) == {"reset_by_sms": 1, "none": 3}
    assert without_way(world) == [(line, "recovery_elsewhere") for line in (2, 3, 5)]
    for text in (email_text(summary), world.files["summary.html"].decode()):
        assert "1 reset by SMS" in text
        assert "3 no way in: the pool does not reset passwords through the verified address" in text


def test_a_file_whose_users_all_have_a_way_needs_no_list() -> None:
    """By email, as the pool recovers."""
    world = world_of(SignInFacts.of(recovery("verified_email"), {}, []))
    assert ways(world.run(csv_file(row("a"), row("b")))) == {"reset_by_email": 2}
    assert "no_way_in.csv" not in world.files


def test_a_list_that_is_lost_is_said() -> None:
    """The counts are there, the lines are not."""
    world = world_of(ONLY_SMS)
    world.check(MIXED)
    world.import_part(1)
    world.s3.delete(world.kept_key("no_way_in.csv"))
    summary = world.report()
    assert [one["code"] for one in summary.details_missing()] == ["staging_damaged"]
    assert ways(summary)["none"] == 3


def test_a_pool_may_reject_rows_without_a_way_in() -> None:
    """The rest is imported; the reason is the row's."""
    world = world_of(ONLY_SMS, require_way_in="row")
    summary = world.run(MIXED)
    assert (summary.rows.imported, summary.rows.rejected) == (1, 3)
    assert ways(summary) == {"reset_by_sms": 1}
    (reason,) = summary.reasons()
    assert (reason["code"], reason["setting"], reason["first_lines"]) == ("no_way_in", "require_way_in", [2, 3, 5])
    assert world.files["retry.csv"].count(b"\n") == 4


def test_a_pool_may_refuse_files_with_users_without_a_way_in() -> None:
    """No job is spent, and the lines are listed."""
    world = world_of(ONLY_SMS, require_way_in="file")
    file = world.check(MIXED)
    assert file.problem
    assert (file.problem.code, file.part_rows) == (ProblemCode.NO_WAY_IN, ())
    assert "3 users have no way to sign in" in file.problem.sentence
    world.report()
    assert len(without_way(world)) == 3
    assert world_of(ONLY_SMS, require_way_in="file").check("\n".join([ALL, ROWS[2], ""]).encode()).problem is None


@pytest.mark.parametrize(("required", "code"), [("no", None), ("row", "ways_in_unknown"), ("file", "ways_in_unknown")])
def test_ways_that_are_not_known_keep_only_pools_from_importing_that_require_one(
    required: str, code: str | None
) -> None:
    """Nothing is guessed; the operation and the error's code are named."""
    world = world_of(ONLY_SMS, require_way_in=required)
    world.sign_in.error = "GetUserPoolMfaConfig: AccessDeniedException"
    file = world.check(MIXED)
    assert (file.problem.code if file.problem else None) == code
    if file.problem is None:
        world.import_part(1)
        made = world.report().to_json()
        assert made["ways_in"] is None
        assert "GetUserPoolMfaConfig: AccessDeniedException" in next(
            one["message"] for one in made["warnings"] if one["code"] == "ways_in_unknown"
        )


@pytest.mark.parametrize("required", ["row", "file"])
def test_a_throttled_answer_refuses_no_file(required: str) -> None:
    """The check is repeated: many files that are dropped at once must not refuse each other."""
    world = world_of(ONLY_SMS, require_way_in=required)
    with scripted_client("cognito-idp") as stub:
        stub.add_client_error("get_user_pool_mfa_config", "TooManyRequestsException")
        throttled = replace(world.preflight, sign_in=PoolSignIn(cast("Any", stub.client)))
        world.s3.drop(world.drop, MIXED)
        with pytest.raises(TransientError, match=r"^GetUserPoolMfaConfig: TooManyRequestsException$"):
            throttled.check_once(world.drop, "call")
    assert world.ledger.read(world.drop.run_id).file is None
    assert world.check(MIXED).rows == 4


CLIENT = {"UserPoolId": POOL_ID, "ClientId": "one"}


def test_the_facts_are_read_within_the_rate_of_calls() -> None:
    """A client that is deleted meanwhile is none."""
    waited: list[float] = []
    clients = [{"ClientId": name, "ClientName": name} for name in ("one", "two", "gone")]
    with scripted_client("cognito-idp") as stub:
        stub.add_response("get_user_pool_mfa_config", {"MfaConfiguration": "OFF"}, {"UserPoolId": POOL_ID})
        asked = {"UserPoolId": POOL_ID, "MaxResults": 20}
        stub.add_response("list_user_pool_clients", {"UserPoolClients": clients}, asked)
        for name, flows in (("one", []), ("two", ["ALLOW_USER_PASSWORD_AUTH"])):
            answer = {"UserPoolClient": {"ClientName": name, "ExplicitAuthFlows": flows}}
            stub.add_response("describe_user_pool_client", answer, {**CLIENT, "ClientId": name})
        stub.add_client_error("describe_user_pool_client", "ResourceNotFoundException")
        facts = PoolSignIn(cast("Any", stub.client), waited.append).facts(POOL_ID, {})
    assert facts.takes_passwords
    assert [client.name for client in facts.clients] == ["one", "two"]
    assert waited == [0.4, 0.4]


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException"])
def test_an_answer_that_is_denied_is_an_error_of_its_own(code: str) -> None:
    """It names the operation."""
    with scripted_client("cognito-idp") as stub:
        stub.add_client_error("get_user_pool_mfa_config", code)
        with pytest.raises(SignInUnknownError, match=f"^GetUserPoolMfaConfig: {code}$"):
            PoolSignIn(cast("Any", stub.client)).facts(POOL_ID, {})


def test_a_pool_with_many_app_clients_is_not_judged() -> None:
    """All of them would have to be asked for."""
    with scripted_client("cognito-idp") as stub:
        stub.add_response("get_user_pool_mfa_config", {})
        stub.add_response("list_user_pool_clients", {"UserPoolClients": [], "NextToken": "more"})
        with pytest.raises(SignInUnknownError, match="more than 20 app clients"):
            PoolSignIn(cast("Any", stub.client)).facts(POOL_ID, {})


WEB = {"ClientName": "web", "PreventUserExistenceErrors": "ENABLED"}
APP = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
SES = {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}


@pytest.mark.parametrize(
    ("described", "mfa", "clients", "counts", "codes"),
    [
        (SES, {}, [], {WayIn.RESET_BY_EMAIL: 980}, []),
        (SES | recovery("admin_only"), {}, [], {NoWayIn.RECOVERY_ADMIN_ONLY: 12}, ["recovery_admin_only"]),
        ({}, {}, [], {WayIn.RESET_BY_EMAIL: 980}, ["emails_by_cognito"]),
        ({}, {}, [], {WayIn.RESET_BY_EMAIL: 50}, []),
        (SES, {}, [], {NoWayIn.SMS_NOT_SET_UP: 1}, ["sms_not_set_up"]),
        (SES | CODES, {}, [], {WayIn.RESET_BY_EMAIL: 1}, ["sms_not_set_up"]),
        (SES, {"MfaConfiguration": "ON"}, [], {NoWayIn.NO_MFA_FACTOR: 3}, ["mfa_without_factor"]),
        (SES, {}, [WEB], {WayIn.RESET_BY_EMAIL: 1}, ["no_client_for_hashes", "users_hidden"]),
        (SES, {}, [APP], {WayIn.RESET_BY_EMAIL: 1}, ["users_shown"]),
        (SES, {}, [APP], {WayIn.PASSWORD: 1}, []),
    ],
)
def test_each_setting_that_users_meet_is_said(
    described: dict[str, Any],
    mfa: dict[str, Any],
    clients: list[dict[str, Any]],
    counts: dict[WayIn | NoWayIn, int],
    codes: list[str],
) -> None:
    """Where users of the file meet it, with the change to make."""
    facts = SignInFacts.of(described, mfa, clients)
    found = pool_advice(facts, counts, takes_hashes=bool(clients))
    assert [one.code for one in found] == codes
    assert all(one.warning["message"] == f"{one.sentence} {one.change}" for one in found)


def test_advice_on_clients_names_them() -> None:
    """All of them: each has its own settings."""
    clients = [WEB, {**WEB, "ClientName": "kiosk"}]
    first, second = pool_advice(SignInFacts.of(SES, {}, clients), {WayIn.RESET_BY_EMAIL: 1}, takes_hashes=True)
    assert "No app client accepts imported passwords: web, kiosk." in first.sentence
    assert "In the app client web, kiosk, the sign-in" in second.sentence


def test_days_of_emails_are_counted() -> None:
    """50 a day."""
    (said,) = pool_advice(SignInFacts.of({}, {}, []), {WayIn.RESET_BY_EMAIL: 980}, takes_hashes=False)
    assert "980 users who need one take 20 days." in said.sentence


@pytest.mark.parametrize(
    ("setting", "mfa", "user", "expected"),
    [
        ("EMAIL_AFTER_SMS", {}, BOTH, NoWayIn.SMS_NOT_SET_UP),
        (
            "MFA_SETUP_AT_SIGN_IN",
            {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
            BOTH,
            NoWayIn.NO_MFA_FACTOR,
        ),
        (
            "EMAIL_MFA_BY_IMPORT",
            {
                "MfaConfiguration": "ON",
                "EmailMfaConfiguration": {"Subject": "Code"},
                "SoftwareTokenMfaConfiguration": {"Enabled": True},
            },
            SignInUser(False, frozenset({EMAIL, PHONE}), frozenset({EMAIL}), False),
            NoWayIn.RECOVERY_IS_SECOND_FACTOR,
        ),
    ],
)
def test_what_aws_does_not_say_is_one_setting_each(
    setting: str, mfa: dict[str, Any], user: SignInUser, expected: NoWayIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other value of each has its own answer."""
    described = recovery("verified_phone_number", "verified_email") if setting == "EMAIL_AFTER_SMS" else recovery(
        "verified_email"
    )  # fmt: skip
    facts = SignInFacts.of(described, mfa, [])
    found = {}
    for value in (True, False):
        monkeypatch.setattr(rules, setting, value)
        found[value] = first_way(user, facts)
    assert set(found.values()) == {WayIn.RESET_BY_EMAIL, expected}


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.STOPPED, Outcome.EXPIRED])
def test_ways_in_are_not_said_of_users_who_were_not_imported(outcome: Outcome) -> None:
    """They are counted of the accepted rows, of which such a run has imported some or none."""
    counts = ways_json({WayIn.RESET_BY_EMAIL: 2})
    assert ways_of_run(counts, outcome) == []
    for other in (None, Outcome.IMPORTED, Outcome.PARTLY_IMPORTED, Outcome.CHECKED):
        assert ways_of_run(counts, other) == ["2 reset by email"]


def test_each_way_in_has_its_own_count() -> None:
    """And each reason why there is none."""
    counts = ways_json({**{way: number for number, way in enumerate(WayIn, 1)}, NoWayIn.RECOVERY_IS_SECOND_FACTOR: 7})
    assert {way.value: dict(counts)[way.value] for way in WayIn} == {
        way.value: number for number, way in enumerate(WayIn, 1)
    }
    assert counts["none"] == 7
    assert [(reason["code"], reason["count"]) for reason in counts["reasons"]] == [("recovery_is_second_factor", 7)]


@pytest.mark.parametrize(("users", "said"), [(50, ""), (51, "2 days."), (120, "3 days.")])
def test_the_page_says_how_many_emails_a_day_cognito_sends(users: int, said: str) -> None:
    """Where more users are to get one than in a day without Amazon SES."""
    counts = ways_json({WayIn.RESET_BY_EMAIL: users - 1, WayIn.CODE_BY_EMAIL: 1, WayIn.RESET_BY_SMS: 100})
    page = render(summaries.summary("imported", ways_in=counts))
    assert ("about 50 emails a day for the account" in page) is bool(said)
    assert f"these emails take {said}" in page or not said
