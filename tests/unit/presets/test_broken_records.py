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


def test_an_invisible_character_before_a_quotation_mark_breaks_no_record() -> None:
    """As where two files were joined: the values stay in their columns."""
    header = "id,status,login,email,displayName"
    content = (
        f'{header}\n1,ACTIVE,ann,ann@example.com,\ufeff"Lee, Ann"\n2,ACTIVE,bob,bob@example.com,"Roe, \ufeffBob"\n'
    )
    outcome = check_export(content, "okta")
    assert [user["name"] for user in outcome.users] == ["Lee, Ann", "Roe, Bob"]


OKTA = "id,status,login,email,displayName"


def test_rows_of_a_record_that_starts_with_a_comment_are_not_commented_out() -> None:
    """They come back to be dropped again, and count as rejected ones."""
    rows = "1,ACTIVE,ann,ann@example.com,Ann\n2,ACTIVE,bob,bob@example.com,Bob\n"
    outcome = check_export(f"{OKTA}\n# staff\nleft in May\n{rows}", "okta")
    assert [user["name"] for user in outcome.users] == ["Bob"]
    assert outcome.codes == [(2, RejectionCode.WRONG_FIELD_COUNT)]
    assert outcome.report.not_to_import == 0
    assert outcome.sink.rejections[0].sentence == "The number of values is 1, but the header has 5 columns."


@pytest.mark.parametrize("comment", ["# Smith", '"# Smith"', "# 5, Main St"])
def test_a_comment_that_may_be_the_end_of_a_value_takes_the_row_before_along(comment: str) -> None:
    """No user is imported with half of a name."""
    rows = f"1,ACTIVE,ann,ann@example.com,Ann\n{comment}\n2,ACTIVE,bob,bob@example.com,Bob\n"
    outcome = check_export(f"{OKTA}\n{rows}", "okta")
    assert [user["name"] for user in outcome.users] == ["Bob"]
    assert [line for line, _ in outcome.codes] == [2]
