"""Rows that a program has spread over several lines, because it quotes no line break."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from cognito_drop.contract import limits
from cognito_drop.core.presets import Source
from cognito_drop.core.rows import RejectionCode
from cognito_drop.core.rows.broken_records import BrokenRecords
from tests.unit.rows.files import Outcome, check, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.rows.broken_records import Row

Code = RejectionCode
HEAD = "cognito:username,name,email,email_verified"
LAST = "cognito:username,email,email_verified,name"
FIRST = "name,cognito:username,email,email_verified"


def row(user: str, name: str, head: str = HEAD) -> str:
    """A line of a user; nothing is quoted."""
    values = {"cognito:username": user, "name": name, "email": f"{user}@example.com", "email_verified": "true"}
    return ",".join(values[column] for column in head.split(",")) + "\n"


def accepted(outcome: Outcome) -> list[str]:
    """The usernames of the accepted rows."""
    return [user["cognito:username"] for user in outcome.users]


def records_of(content: str, outcome: Outcome, chunk: int = 1 << 20) -> list[tuple[int, str]]:
    """The rows as the report reads them, each with its line."""
    assert outcome.report.dialect
    source = Source.of_users(outcome.report.dialect, outcome.report.width)
    _, rows = source.records(cut(content.encode(), chunk))
    return [(each.line, each.raw.decode()) for each in rows]


NAMES = [
    "Mal\nlory",
    "Mal\n\n\nlory",
    "Mal\n" + row("eve", "Eve") + "lory",
    "Mal\n" + row("eve", "Eve") + row("eva", "Eva") + "lory",
    "a\nb\nc",
    "Mal\r\nlory",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_no_line_of_a_broken_row_is_a_user(name: str, chunk: int) -> None:
    """Not even one that a user has written to look like a row; all lines come back together."""
    broken = row("mallory", name)
    content = f"{HEAD}\n{row('ann', 'Ann')}{broken}{row('cy', 'Cy')}"
    outcome = check(content, chunk=chunk, block_bytes=40)
    assert accepted(outcome) == ["ann", "cy"]
    assert outcome.codes == [(3, Code.WRONG_FIELD_COUNT)]
    assert outcome.report.rows == 3
    shown = dict(records_of(content, outcome, chunk))[3].replace("\r", "")
    assert shown.split("\n") == [line for line in broken.replace("\r", "").split("\n") if line]


@pytest.mark.parametrize(
    ("head", "users"), [(HEAD, ["ann", "cy", "dan"]), (LAST, ["ann", "dan"]), (FIRST, ["ann", "cy", "dan"])]
)
def test_no_half_of_a_row_is_imported(head: str, users: list[str]) -> None:
    """A line without a separator belongs to the row before it or to the one after it: neither is imported."""
    rows = [row("ann", "Ann", head), row("bob", "Bo\nb", head), row("cy", "Cy", head), row("dan", "Dan", head)]
    outcome = check(f"{head}\n{''.join(rows)}")
    assert accepted(outcome) == users
    assert [code for _, code in outcome.codes] == [Code.WRONG_FIELD_COUNT]


@pytest.mark.parametrize("chunk", [9, 1 << 20])
def test_no_line_after_a_quotation_mark_is_a_user_who_may_be_a_part_of_the_value(chunk: int) -> None:
    """Where a later line breaks the quoted value, all up to there are rejected together; the next row is read."""
    broken = 'mallory,"Mal\n' + row("eve", "Eve") + 'lory" x,mallory@example.com,true\n'
    content = f'{HEAD}\nann,"Lee, Ann",ann@example.com,true\n{broken}{row("cy", "Cy")}'
    outcome = check(content, chunk=chunk, block_bytes=40)
    assert accepted(outcome) == ["ann", "cy"]
    assert outcome.codes == [(3, Code.QUOTE_NOT_CLOSED)]
    assert records_of(content, outcome, chunk)[1] == (3, broken.removesuffix("\n"))


def test_a_footer_takes_the_last_user_along() -> None:
    """It may be a half of the last name; blank lines between change nothing."""
    outcome = check(f"{LAST}\n{row('ann', 'Ann', LAST)}{row('bob', 'Bob', LAST)}\n\nTotal\n")
    assert accepted(outcome) == ["ann"]
    assert outcome.codes == [(3, Code.WRONG_FIELD_COUNT)]
    assert outcome.sink.rejections[0].sentence == "The number of values is 1, but the header has 4 columns."


def test_a_row_with_too_few_or_too_many_values_is_rejected_alone() -> None:
    """Its neighbors are users as ever: it has an address, so it is a row itself. So is one without any value."""
    content = f"{HEAD}\n{row('ann', 'Ann')}bob,Bob,bob@example.com\n{row('cy', 'Cy')}dan,Dan,x,y,z\n{row('eve', 'Eve')}"
    outcome = check(content)
    assert accepted(outcome) == ["ann", "cy", "eve"]
    assert outcome.codes == [(3, Code.WRONG_FIELD_COUNT), (5, Code.WRONG_FIELD_COUNT)]


@pytest.mark.parametrize("piece", ["Springfield, IL", "x,SUSPENDED,", "b,c,d"])
def test_a_piece_takes_the_rows_beside_it_along(piece: str) -> None:
    """It reaches no user, so it is the rest of a row that looks whole: of the one before or of the one after."""
    outcome = check(f"{LAST}\n{row('ann', 'Ann', LAST)}{row('mal', '1 Main St', LAST)}{piece}\n{row('cy', 'Cy', LAST)}")
    assert (accepted(outcome), outcome.codes) == (["ann"], [(3, Code.WRONG_FIELD_COUNT)])


def test_a_short_row_of_nothing_is_no_piece() -> None:
    """Spreadsheets write separators only."""
    outcome = check(f"{HEAD}\n{row('ann', 'Ann')},,\n{row('cy', 'Cy')}")
    assert accepted(outcome) == ["ann", "cy"]


@pytest.mark.parametrize("comment", ["# Smith", "#", '"# Smith"', "# 5, Main St"])
@pytest.mark.parametrize("after", ["", "\n\n"])
def test_a_comment_that_may_be_the_end_of_a_value_takes_the_row_before_along(comment: str, after: str) -> None:
    """`Ann` may be half of a name. Where a truth value or an address is the last value, it is whole."""
    for head, users, codes in (
        (LAST, ["cy"], [(2, Code.WRONG_FIELD_COUNT)]),
        (HEAD, ["ann", "cy"], [(3, Code.COMMENTED_OUT)]),
        ("cognito:username,name,email_verified,email", ["ann", "cy"], [(3, Code.COMMENTED_OUT)]),
    ):
        content = f"{head}\n{row('ann', 'Ann', head)}{comment}{after}\n{row('cy', 'Cy', head)}"
        outcome = check(content)
        assert (accepted(outcome), outcome.codes) == (users, codes)
        assert len(records_of(content, outcome)) == outcome.report.rows
    assert (
        "The number of values is" in check(f"{LAST}\n{row('ann', 'Ann', LAST)}{comment}\n").sink.rejections[0].sentence
    )


def test_comments_after_a_comment_stay_comments() -> None:
    """Whatever the number of their values, and whatever the values are."""
    first = f"# {row('bob', 'Bob', LAST)}"
    outcome = check(f"{LAST}\n{first}# left, in May\n# gone\n{row('cy', 'Cy', LAST)}")
    assert accepted(outcome) == ["cy"]
    assert outcome.codes == [(line, Code.COMMENTED_OUT) for line in (2, 3, 4)]


def test_a_piece_after_a_comment_takes_the_row_after_it_along() -> None:
    """It may be half of a value of that row, which is not imported with the other half."""
    content = f"{HEAD}\n# staff\nleft in May\n{row('bob', 'Bob')}{row('cy', 'Cy')}"
    outcome = check(content)
    assert (accepted(outcome), outcome.codes) == (["cy"], [(2, Code.COMMENTED_OUT), (3, Code.WRONG_FIELD_COUNT)])
    assert outcome.sink.rejections[1].sentence == "The number of values is 1, but the header has 4 columns."


@pytest.mark.parametrize("piece", ["Total", "Total,2", "b,c,d"])
@pytest.mark.parametrize("last", ["true", "FALSE", '"true"', " true "])
def test_a_piece_after_a_truth_value_does_not_take_the_row_along(piece: str, last: str) -> None:
    """Nothing of the row can come after it. After an address, another one may be cut off."""
    content = f"{HEAD}\nann,Ann,ann@example.com,{last}\n{piece}\n"
    assert check(content).codes == [
        *([(2, Code.NOT_VERIFIED)] if last == "FALSE" else []),
        (3, Code.WRONG_FIELD_COUNT),
    ]
    content = "cognito:username,email_verified,email\nann,true,ann@example.com\nann@example.org\n"
    assert check(content).codes == [(2, Code.WRONG_FIELD_COUNT)]


def test_halves_far_from_each_other_are_two_rows() -> None:
    """A row has at most as many characters as Cognito reads."""
    between = "".join(row(f"user{number}", "x" * 80) for number in range(limits.MAX_ROW_CHARACTERS // 100))
    outcome = check(f"{HEAD}\nmallory,Mal\n{between}lory,m@example.com,true\n", block_bytes=3_000)
    assert len(outcome.users) == limits.MAX_ROW_CHARACTERS // 100 - 1  # the one after the first half
    assert len(outcome.codes) == 2


def test_the_records_of_any_file_are_the_same_however_it_is_cut() -> None:
    """And the report reads the same ones; no user comes from a broken row."""
    drawn = random.Random(7)  # noqa: S311  (examples, no secret)
    lines = [
        "a",
        "a,b",
        "a,b,c",
        "a,b@example.com",
        ",,",
        "",
        " ",
        'u,"N\nM",e@example.com,true',
        "#",
        "# x, y",
        '"# x"',
        "# u7,Name,u7@example.com,true",
        "#u7,u7@example.com",
        '"x, y"',
        "1,2,3,4,5",
        "x" * 5_000,
        '"open,a',
    ]
    for _ in range(150):
        users = [row(f"u{number}", "Name").removesuffix("\n") for number in range(6)]
        body = [drawn.choice([*lines, *users, *users]) for _ in range(drawn.randrange(1, 14))]
        content = "\n".join([HEAD, *body, ""])
        outcomes = [check(content, chunk=size, block_bytes=size) for size in (1 << 18, 30, 400)]
        seen = [(each.codes, each.sink.parts, each.report.blank_lines, each.report.problem) for each in outcomes]
        assert seen[0] == seen[1] == seen[2], body
        if outcomes[0].report.problem is None:
            found = records_of(content, outcomes[0])
            assert len(found) == outcomes[0].report.rows, body
            assert {line for line, _ in outcomes[0].codes} <= {line for line, _ in found}, body
            assert found == records_of(content, outcomes[0], 11)


@pytest.mark.parametrize(
    ("fields", "taken", "drawn"),
    [
        ([2, 3], 2, 3),  # the second row completes the first, and the third may be a piece
        ([2, 4, 3], 3, 4),
        ([3, 3], 1, 2),  # more than complete
        ([4], 1, 2),
    ],
)
def test_no_more_rows_are_looked_at_than_needed(fields: list[int], taken: int, drawn: int) -> None:
    """All that are looked at wait in memory."""
    rows = iter([(at * 10, at * 10 + 10, count, 0) for at, count in enumerate([*fields, *[4] * 1_000])])
    found = BrokenRecords(rows, 4, lambda _: None)
    assert len(found.take()) == taken
    assert 1_000 + len(fields) - len(list(rows)) == drawn


def test_each_row_is_read_once() -> None:
    """However many begin records that nothing completes."""
    fields = [1, 2, 1, 4, 5] * 4_000
    drawn: list[int] = []

    def rows() -> Iterator[Row]:
        for at, count in enumerate(fields):
            drawn.append(at)
            yield at * 10, at * 10 + 10, count, count == 1

    found = BrokenRecords(rows(), 4, lambda _: None)
    taken = 0
    while record := found.take():
        taken += len(record)
    assert taken == len(drawn) == len(fields)
