"""Records that an exporter has spread over several lines."""

from __future__ import annotations

import pytest

from cognito_drop.core.rows import RejectionCode
from tests.unit.presets.exports import check_export

END = ",,,,,,,,,,,,,,,,,,1709283600000,1767600000000,,"


def row(name: str, *, disabled: str = "false", user: str = "u") -> str:
    """A line of Firebase's CSV, which has no header and quotes no line break."""
    return f"{user},{user}@example.com,true,aGFzaA==,c2FsdA==,{name}{END}{disabled},,\n"


@pytest.mark.parametrize(
    "name",
    [
        "Mal\nlory",
        "Mal\n\nlory",
        "Mal\n" + row("Eve", user="eve") + "lory",
        "Mal\n" + row("Eve", user="eve") + row("Eva", user="eva") + "lory",
        "a\nb\nc",
    ],
)
def test_no_line_of_a_broken_record_is_a_user(name: str) -> None:
    """Not even one that a user has written to look like a record."""
    content = row("Ann", user="ann") + row(name, disabled="true", user="mallory") + row("Cy", user="cy")
    outcome = check_export(content, "firebase")
    assert [user["email"] for user in outcome.users] == ["ann@example.com", "cy@example.com"]
    ((line, code),) = outcome.codes
    assert line == 2
    assert code in (RejectionCode.USER_DISABLED, RejectionCode.WRONG_FIELD_COUNT)


def test_a_line_that_belongs_to_no_record_is_rejected_alone() -> None:
    """Its neighbors are users as ever."""
    outcome = check_export(row("Ann", user="ann") + "u2,b@example.com\n" + row("Cy", user="cy"), "firebase")
    assert [user["email"] for user in outcome.users] == ["ann@example.com", "cy@example.com"]
    assert outcome.codes == [(2, RejectionCode.WRONG_FIELD_COUNT)]


def test_the_first_record_may_be_a_broken_one() -> None:
    """What most of the first lines have is the width of the file."""
    rest = "".join(row(f"Name {number}", user=f"u{number}") for number in range(4))
    outcome = check_export(row("Mal\nlory", disabled="true", user="mallory") + rest, "firebase")
    assert [user["email"] for user in outcome.users] == [f"u{number}@example.com" for number in range(4)]
    assert outcome.codes == [(1, RejectionCode.USER_DISABLED)]


def test_a_line_break_anywhere_in_the_only_record_lets_no_one_in_who_is_disabled() -> None:
    """What is left of the record is not taken for the width of the file."""
    whole = row("Ann", disabled="true").rstrip("\n")
    for end in range(1, len(whole)):
        outcome = check_export(f"{whole[:end]}\n{whole[end:]}\n", "firebase")
        assert outcome.users == []
    assert [user["email"] for user in check_export(row("Ann"), "firebase").users] == ["u@example.com"]


def test_a_file_without_the_flag_of_disabled_users_is_refused() -> None:
    """As old versions of the exporter wrote it: everybody would be let in."""
    problem = check_export(f"u,u@example.com,true,aGFzaA==,c2FsdA==,Ann{END}\n" * 2, "firebase").report.problem
    assert problem
    assert problem.sentence == (
        "The file does not look like an export for the preset firebase: most lines have 27 columns, not 28 or more."
    )


def test_an_invisible_character_before_a_quotation_mark_breaks_no_record() -> None:
    """As where two files were joined: the values stay in their columns."""
    header = "id,status,login,email,displayName"
    content = (
        f'{header}\n1,ACTIVE,ann,ann@example.com,\ufeff"Lee, Ann"\n2,ACTIVE,bob,bob@example.com,"Roe, \ufeffBob"\n'
    )
    outcome = check_export(content, "okta")
    assert [user["name"] for user in outcome.users] == ["Lee, Ann", "Roe, Bob"]


OKTA = "id,status,login,email,displayName"


def test_the_row_after_a_comment_of_two_lines_is_not_commented_out() -> None:
    """It comes back to be dropped again, and counts as a rejected one."""
    rows = "Ann,ACTIVE,ann,ann@example.com\nBob,ACTIVE,bob,bob@example.com\n"
    outcome = check_export(f"displayName,status,login,email\n# staff\nleft in May\n{rows}", "okta")
    assert [user["name"] for user in outcome.users] == ["Bob"]
    assert outcome.codes == [(2, RejectionCode.COMMENTED_OUT), (3, RejectionCode.LINE_BREAK_IN_VALUE)]
    assert outcome.report.not_to_import == 1


@pytest.mark.parametrize("comment", ["# Smith", '"# Smith"', "# 5, Main St"])
def test_a_comment_that_may_be_the_end_of_a_value_takes_the_row_before_along(comment: str) -> None:
    """No user is imported with half of a name."""
    rows = f"1,ACTIVE,ann,ann@example.com,Ann\n{comment}\n2,ACTIVE,bob,bob@example.com,Bob\n"
    outcome = check_export(f"{OKTA}\n{rows}", "okta")
    assert [user["name"] for user in outcome.users] == ["Bob"]
    assert [line for line, _ in outcome.codes] == [2]
