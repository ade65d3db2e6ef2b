"""Parts within their limits, the way back to the file's lines, duplicates across parts, and the report."""

from __future__ import annotations

import pytest

from cognito_drop.core.rows import Dialect, Normalization, RejectionCode, Segments
from cognito_drop.core.rows.duplicates import Users
from cognito_drop.core.rows.preflight_report import Sample
from tests.unit.rows.files import ADA, HEADER, check, file_of, requiring, user_pool


def many(count: int, **changes: str) -> list[dict[str, str]]:
    """That many different users."""
    return [{**ADA, "cognito:username": f"user{number:05}", **changes} for number in range(count)]


@pytest.mark.parametrize("chunk", [100, 1 << 20])
@pytest.mark.parametrize("bad", [(), (0,), (3, 4, 9), (29,)])
def test_rows_become_as_few_parts_as_possible(chunk: int, bad: tuple[int, ...]) -> None:
    """Every part but the last is full, and each line of a part leads back to its line in the file."""
    rows = many(30)
    for number in bad:
        rows[number]["email"] = "nothing"
    outcome = check(file_of(*rows), chunk=chunk, max_part_rows=7)
    sizes = [part.rows for part in outcome.report.parts]
    assert sizes == [7] * ((30 - len(bad)) // 7) + [(30 - len(bad)) % 7]
    for part, content in zip(outcome.report.parts, outcome.sink.parts, strict=True):
        assert part.bytes == len(content)
        lines = content.decode().splitlines()
        assert lines[0] == ",".join(HEADER)
        for number, line in enumerate(lines[1:], 2):
            assert f"user{part.segments.file_line(number) - 2:05}" in line
    assert outcome.report.parts == tuple(outcome.sink.ended)
    assert [part.number for part in outcome.report.parts] == list(range(1, len(sizes) + 1))


@pytest.mark.parametrize("spare", [0, 1, -1])
def test_a_part_has_at_most_the_bytes_that_are_allowed(spare: int) -> None:
    """The header counts; the limit itself is used, one byte less makes another part."""
    content = file_of(*many(4))
    header = len(content.splitlines()[0]) + 1
    row = (len(content) - header) // 4
    outcome = check(content, max_part_bytes=header + 2 * row + spare)
    assert [part.rows for part in outcome.report.parts] == ([2, 2] if spare >= 0 else [1, 1, 1, 1])


def test_a_line_that_is_no_row_leads_nowhere() -> None:
    """The header and lines behind the end are no rows."""
    segments = check(file_of(*many(2))).report.parts[0].segments
    assert segments.file_line(3) == 3
    for line in (1, 4):
        with pytest.raises(LookupError):
            segments.file_line(line)


def test_segments_can_be_stored_as_they_are_shown() -> None:
    """Tuples in, tuples out."""
    runs = [(2, 2, 5), (7, 9, 1)]
    assert list(Segments.of(runs)) == runs
    assert Segments.of(runs) == Segments.of(runs)
    assert Segments.of(runs) != Segments.of(runs[:1])


def test_rows_that_follow_one_another_are_one_segment() -> None:
    """A row of the file that is missing in the part starts the next one."""
    segments = Segments.of([(2, 2, 3), (5, 5, 2), (7, 9, 1), (8, 10, 4)])
    assert list(segments) == [(2, 2, 5), (7, 9, 5)]
    assert [segments.file_line(line) for line in (2, 6, 7, 11)] == [2, 6, 9, 13]


def test_a_report_has_counts_reasons_and_parts() -> None:
    """And no username where machines and people read it."""
    rows = many(3)
    rows[1]["birthdate"] = "1990-12-31"
    rows[2]["email"] = "x"
    found = check(file_of(*rows)).report
    assert (found.rows, found.accepted, found.rejected, found.problem) == (3, 2, 1, None)
    assert found.normalized == {Normalization.DATE: 1}
    assert [(reason.code, reason.first_lines) for reason in found.reasons] == [(RejectionCode.EMAIL_INVALID, (4,))]
    assert found.parts[0].rows == 2
    assert found.dialect == Dialect()
    assert "user0" not in f"{found}"
    assert "user0" in f"{found.sample}"


def test_nothing_is_written_when_every_row_is_bad() -> None:
    """No part, so no job is spent."""
    outcome = check(file_of({**ADA, "email": "x"}))
    assert (outcome.report.parts, outcome.sink.parts, outcome.report.accepted) == ((), [], 0)


@pytest.mark.parametrize(
    ("sensitive", "rows", "rejected"),
    [
        (True, ["ada", "eve", "ada", "ADA"], [4]),
        (False, ["ada", "eve", "ada", "ADA"], [4, 5]),
        (False, ["Ärger", "ärger", "STRASSE", "straße"], [3, 5]),
        (True, ["Ärger", "ärger"], []),
    ],
)
def test_the_first_of_two_stands(sensitive: bool, rows: list[str], rejected: list[int]) -> None:
    """A later one is rejected, and both lines are named; case counts as it does in the pool."""
    pool = user_pool(UsernameConfiguration={"CaseSensitive": sensitive})
    outcome = check(file_of(*({**ADA, "cognito:username": name} for name in rows)), pool)
    assert outcome.codes == [(line, RejectionCode.DUPLICATE) for line in rejected]
    if rejected[:1] == [4]:
        assert outcome.sink.rejections[0].sentence == "Duplicate of the user on line 2."


def test_a_rejected_row_takes_no_name() -> None:
    """Anyone who comes first among the good ones stands."""
    outcome = check(file_of({**ADA, "email": "x"}, ADA, ADA))
    assert outcome.codes == [(2, RejectionCode.EMAIL_INVALID), (4, RejectionCode.DUPLICATE)]
    assert "line 3" in outcome.sink.rejections[1].sentence


@pytest.mark.parametrize("bad", ["", "02/29/2000"])
def test_duplicates_are_found_by_all_names_to_sign_in_with(bad: str) -> None:
    """In a pool that signs in with email or phone, neither may come twice; by either way of reading the rows."""
    pool = user_pool(UsernameAttributes=["email", "phone_number"])
    base = {**ADA, "cognito:username": "ada@example.com", "phone_number": "+14155550100", "birthdate": bad}
    eve = {**base, "cognito:username": "eve@example.com", "email": "eve@example.com"}
    outcome = check(file_of(base, eve, {**eve, "phone_number": ""}, {**eve, "phone_number": "+14155550101"}), pool)
    assert outcome.codes == [(3, RejectionCode.DUPLICATE), (5, RejectionCode.DUPLICATE)]


def test_duplicates_are_found_across_parts() -> None:
    """A part is one job, and the pool is one for all of them."""
    outcome = check(file_of(*many(5), *many(5)), max_part_rows=2)
    assert (outcome.report.accepted, len(outcome.report.parts)) == (5, 3)
    assert [row.line for row in outcome.sink.rejections] == [7, 8, 9, 10, 11]


def test_the_table_of_users_grows_and_forgets_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user is found again with its line after the table grew several times."""
    monkeypatch.setattr("cognito_drop.core.rows.duplicates._SMALLEST", 8)
    users = Users()
    names = [f"user{number}".encode() for number in range(500)]
    assert users.claim_run(names, 0, 250, 1000) == 250
    for number in range(250, 500):
        assert users.claim([names[number]], 1000 + number) == 0
    assert [users.claim([name], 1) for name in names] == list(range(1000, 1500))
    assert users.claim_run([b"new", names[7], b"newer"], 0, 3, 9000) == 1
    assert users.claim([b"newer"], 1) == 0


@pytest.mark.parametrize(("count", "slots"), [(5, 8), (6, 16), (11, 16), (12, 32), (22, 32), (23, 64)])
@pytest.mark.parametrize("at_once", [1, 4, 23])
def test_the_table_of_users_is_no_larger_than_they_need(
    monkeypatch: pytest.MonkeyPatch, count: int, slots: int, at_once: int
) -> None:
    """At most 70 % of its slots are taken, however the users come; a slot is two numbers."""
    monkeypatch.setattr("cognito_drop.core.rows.duplicates._SMALLEST", 8)
    users, names = Users(), [f"user{number}".encode() for number in range(count)]
    for start in range(0, count, at_once):
        stop = min(start + at_once, count)
        assert users.claim_run(names, start, stop, 2 + start) == stop
    assert len(vars(users)["_table"]) == 2 * slots


def test_reasons_are_grouped_with_their_first_lines() -> None:
    """Most frequent first; each with its sentence, hint and the pool setting that would let the rows pass."""
    rows = many(14)
    for row in rows[:12]:
        row["email_verified"] = "false"
    rows[13]["custom:team"] = "x" * 13
    report = check(file_of(*rows)).report
    (first, second) = report.reasons
    assert (first.code, first.count, first.first_lines) == (RejectionCode.NOT_VERIFIED, 12, tuple(range(2, 12)))
    assert first.setting == "AutoVerifiedAttributes"
    assert first.hint == "Write true in email_verified if the value is known to belong to the user."
    assert (second.column, second.count, second.first_lines) == ("custom:team", 1, (15,))
    assert second.sentence == "custom:team has more than 12 characters."
    assert "custom:team" in second.setting
    assert (report.rows, report.accepted, report.rejected) == (14, 1, 13)


def test_a_sample_of_accepted_usernames_is_kept_and_not_shown() -> None:
    """All of them in a small file; never in the report's repr, never a rejected one."""
    rows = many(3)
    rows[1]["email"] = "x"
    report = check(file_of(*rows)).report
    assert sorted(report.sample) == ["user00000", "user00002"]
    assert "user00000" not in repr(report)
    assert check(file_of(*many(100)), sample_size=0).report.sample == ()
    assert len(set(check(file_of(*many(100)), sample_size=9).report.sample)) == 9


def test_the_sample_is_drawn_evenly() -> None:
    """Each tenth of a long file gives about a tenth of the sample."""
    sample = Sample(2000)
    names = [str(number).encode() for number in range(100_000)]
    for start in range(0, 100_000, 777):
        sample.see(names, start, min(start + 777, 100_000), start)
    tenths = [sum(int(name) // 10_000 == tenth for name in sample.usernames) for tenth in range(10)]
    assert len(set(sample.usernames)) == 2000
    assert min(tenths) > 140
    assert max(tenths) < 260


def test_a_required_column_alone_decides_nothing_else() -> None:
    """The pool's other rules hold beside a required attribute."""
    pool = requiring("nickname")
    outcome = check(file_of({**ADA, "nickname": "A"}, {**ADA, "cognito:username": "b", "nickname": " "}), pool)
    assert outcome.codes == [(3, RejectionCode.REQUIRED_MISSING)]
