"""The column of the groups: read, checked, handed on, and never in a part."""

from __future__ import annotations

import pytest

from cognito_drop.core.pools.group_warnings import group_warnings
from cognito_drop.core.rows import GROUPS, Member, RejectionCode, UnknownColumns
from cognito_drop.core.rows.groups import GroupRule
from tests.unit.rows.files import ADA, HEADER, Outcome, check, file_of, user_pool

COLUMNS = [*HEADER[:7], GROUPS, *HEADER[7:]]


def _check(*groups: str, allow: tuple[str, ...] = ("*",)) -> Outcome:
    rows = [{**ADA, "cognito:username": f"u{number}", GROUPS: value} for number, value in enumerate(groups)]
    return check(file_of(*rows, columns=COLUMNS), user_pool(), groups=GroupRule(allow))


def test_groups_are_handed_on_and_stand_in_no_part() -> None:
    """With the line, and the place among the accepted rows, which is the row's in the parts."""
    found = _check("staff|ops", "", "two words", " staff | ops | staff")
    assert found.sink.members == [Member(2, 0, "u0", ("staff", "ops")), Member(5, 2, "u3", ("staff", "ops"))]
    assert found.codes == [(4, RejectionCode.GROUP_INVALID)]
    assert (found.report.memberships, found.report.accepted) == (4, 3)
    assert all(GROUPS not in part.decode() and "staff" not in part.decode() for part in found.sink.parts)
    assert found.report.columns.left_out == ()


@pytest.mark.parametrize("groups", [["", "staff", ""], ["", ""], ["staff|ops", "ops"]])
def test_the_last_column_of_a_file_stands_in_no_part(groups: list[str]) -> None:
    """Whatever the column before it has, which may be nothing."""
    columns = ["cognito:username", "email", "email_verified", "name", GROUPS]
    rows = [
        {**ADA, "cognito:username": f"u{number}", "name": "Ada" if number else "", GROUPS: value}
        for number, value in enumerate(groups)
    ]
    found = check(file_of(*rows, columns=columns), user_pool(), groups=GroupRule(("*",)))
    (part,) = found.sink.parts
    header, *written = part.decode().splitlines()
    assert [dict(zip(header.split(","), line.split(","), strict=True))["name"] for line in written] == [
        row["name"] for row in rows
    ]
    assert found.report.memberships == sum(len(value.split("|")) for value in groups if value)


@pytest.mark.parametrize(
    ("value", "names"),
    [("a,b", ("a,b",)), ("Zoë|アダ", ("Zoë", "アダ")), ("||a|", ("a",)), ("x" * 128, ("x" * 128,)), ('q"', ('q"',)),
     ("|".join(map(str, range(20))), tuple(map(str, range(20))))],
)  # fmt: skip
def test_a_name_may_have_what_cognito_allows(value: str, names: tuple[str, ...]) -> None:
    """Letters of all scripts, signs and punctuation marks."""
    (member,) = _check(value).sink.members
    assert member.groups == names


@pytest.mark.parametrize("value", ["x" * 129, "a b", "a\u200d"])
def test_another_name_rejects_the_row(value: str) -> None:
    """Before it is claimed that its user is in the file."""
    assert _check(f"ok|{value}").code is RejectionCode.GROUP_INVALID


def test_groups_that_are_not_wanted_are_left_out() -> None:
    """The report says so, and a bad name hurts no one."""
    found = _check("staff", "two words", allow=())
    assert (found.sink.members, found.report.accepted, found.report.memberships) == ([], 2, 0)
    assert found.report.columns.left_out == (GROUPS,)


@pytest.mark.parametrize(("groups", "is_taken"), [(100, True), (101, False)])
def test_no_user_is_in_more_groups_than_cognito_allows(groups: int, is_taken: bool) -> None:
    """The row is rejected, and the limit said, before the user is imported."""
    found = _check("|".join(f"g{number}" for number in range(groups)))
    assert bool(found.sink.members) is is_taken
    assert found.codes == ([] if is_taken else [(2, RejectionCode.TOO_MANY_GROUPS)])


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [("staff", True), ("Staff", False), ("team-a", True), ("team-", True), ("my-team-a", False), ("a.c", True),
     ("abc", False), ("ops-eu-west", True), ("ops-", False), ("team-admins", False), ("admins", True)],
)  # fmt: skip
def test_a_group_is_allowed_by_its_name_or_a_pattern(name: str, is_allowed: bool) -> None:
    """A star stands for any characters, every other sign for itself; a group of authority needs its whole name."""
    privileged = frozenset({"team-admins", "admins"})
    rule = GroupRule(("staff", "team-*", "a.c", "ops-*-west", "admins"), privileged=privileged)
    assert rule.allows(name) is is_allowed


def test_memberships_that_are_not_allowed_are_counted_and_handed_on() -> None:
    """For their line in the results; users of such groups alone do not count as members."""
    found = _check("staff|admins", "admins", allow=("staff",))
    report = found.report
    assert (report.memberships, report.not_allowed, report.members, report.groups) == (3, 2, 1, frozenset({"staff"}))
    assert [member.groups for member in found.sink.members] == [("staff", "admins"), ("admins",)]


def test_groups_that_the_pool_does_not_have_are_named() -> None:
    """Where the deployment names them, or a part of them; any other name may be a value of another column."""
    report = _check("staff|team-a", "ops", allow=("staff", "team-*", "*")).report
    rule = GroupRule(("staff", "team-*"))
    said = {each["code"]: each["message"] for each in group_warnings(report, rule, {"ops"})}
    assert said["groups_missing"].startswith("The pool does not have 2 groups of the file: staff, team-a. No user is ")
    (one,) = group_warnings(report, GroupRule(("*",)), {"ops", "staff"})
    assert one["message"].startswith("The pool does not have 1 group of the file. ")
    assert group_warnings(report, GroupRule(("*",), create=True), {"ops"}) == []
    assert group_warnings(report, rule, None) == []


def test_names_that_are_joined_by_another_sign_have_a_hint() -> None:
    """A semicolon may be a part of a name."""
    report = _check("staff;ops", allow=("staff",)).report
    (one,) = group_warnings(report, GroupRule(("staff",)), {"staff"})
    assert one["message"].endswith(" 1 name with ; or a comma: write | between groups.")


def test_the_column_is_found_by_other_spellings_and_stands_once() -> None:
    """As any other column."""
    text = file_of({**ADA, GROUPS: "staff"}, columns=COLUMNS)
    found = check(text.replace(GROUPS, "Cognito Groups", 1), user_pool())
    assert found.report.columns.renamed == {"Cognito Groups": GROUPS}
    assert len(found.sink.members) == 1
    twice = check(text.replace("name,", "cognito_groups,", 1), unknown_columns=UnknownColumns.LEAVE_OUT)
    assert twice.report.problem is not None
    assert GROUPS in twice.report.problem.sentence


def test_a_member_comes_back_as_it_was_kept() -> None:
    """In ASCII, a line each."""
    member = Member(7, 3, "Zoë\u2028", ("a,b", "アダ"))
    assert member.to_bytes().isascii()
    assert member.to_bytes().count(b"\n") == 1
    assert Member.of(member.to_bytes()) == member
