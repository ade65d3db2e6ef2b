"""The check of a drop before anything is spent on it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, cast

import pytest

from cognito_drop.aws import object_writer
from cognito_drop.aws.drops import Source
from cognito_drop.aws.errors import LedgerConflictError
from cognito_drop.contract.statuses import RunState
from cognito_drop.core.text.problem import Problem, ProblemCode
from lambdas.preflight import opened_file
from tests.unit.members_world import ANY_GROUP, member, members_file
from tests.unit.preflight_world import BAD, GOOD, PreflightWorld, without_settings
from tests.unit.samples import HEADER, POOL_ID, checked, csv_file, drop, pool, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.response import StreamingBody

    from cognito_drop.core.runs.run_state import CheckedFile

pytestmark = pytest.mark.usefixtures("aws")


def _problem(file: CheckedFile) -> Problem:
    assert file.problem is not None
    assert not file.part_rows
    return file.problem


def test_a_good_file_has_its_pool_its_rows_and_its_part() -> None:
    """What the next states need to know, and what the upload will send."""
    world = PreflightWorld()
    assert world.check() == checked(2)
    assert world.written == {"part-0001.csv", "rejected.jsonl", "preflight.json"}
    assert world.part(1).encode() == GOOD


def test_bad_rows_are_left_out_and_kept_with_their_reasons() -> None:
    """Lines are those of the file; the rest is imported."""
    world = PreflightWorld()
    assert world.check(csv_file(row("a"), BAD, row("b"), BAD)) == checked(2, rows=4, rejected=2)
    assert world.part(1).encode() == csv_file(row("a"), row("b"))
    assert [(each.line, each.code) for each in world.staging.rejections(drop())] == [
        (3, "boolean_invalid"), (5, "boolean_invalid"),
    ]  # fmt: skip
    found = world.staging.preflight(drop())
    assert found is not None
    assert found["bytes"] == len(csv_file(row("a"), BAD, row("b"), BAD))
    assert [(reason["code"], reason["first_lines"]) for reason in found["reasons"]] == [("boolean_invalid", [3, 5])]


def test_a_large_file_becomes_parts() -> None:
    """Each with the header, filled one after the other; numbers go on where parts end."""
    world = PreflightWorld(part_rows=2)
    rows = [row(name) for name in "abcde"]
    assert world.check(csv_file(*rows[:3], BAD, *rows[3:])) == checked(2, 2, 1, rows=6, rejected=1)
    assert [world.part(number).encode() for number in (1, 2, 3)] == [
        csv_file(*rows[:2]), csv_file(*rows[2:4]), csv_file(rows[4]),
    ]  # fmt: skip


def test_what_people_have_becomes_what_cognito_reads() -> None:
    """Semicolons, quotes, a byte order mark, columns in another order and with other names."""
    world = PreflightWorld()
    data = '\ufeff"E-Mail";username;email_verified\r\n"x@example.com";"Ä, x";TRUE\r\n'.encode("utf-16-le")
    assert _problem(world.check(data)).code is ProblemCode.NO_GOOD_ROWS  # a username has no blanks
    data = data.replace(" ".encode("utf-16-le"), b"")
    assert world.check(data, drop(version_id="v2")).part_rows == (1,)
    header, users, _ = world.s3.body(f"staging/{drop(version_id='v2').run_id}/part-0001.csv").decode().split("\n")
    assert dict(zip(header.split(","), users.replace("\\,", "%").split(","), strict=True)) == {
        "email": "x@example.com", "cognito:username": "Ä%x", "email_verified": "TRUE", "name": "",
        "cognito:mfa_enabled": "",
    }  # fmt: skip


def test_an_unknown_alias_is_reported_the_folders_there_are() -> None:
    """No pool is asked, and the alias itself is not repeated."""
    world = PreflightWorld()
    file = world.check(dropped=drop("inbox/canary/users.csv"))
    assert file.pool_id == ""
    assert _problem(file).code is ProblemCode.UNKNOWN_POOL_ALIAS
    assert _problem(file).hint == "Drop it into one of: inbox/gone/, inbox/people/"
    assert world.s3.opened == []


def test_a_pool_that_is_not_there_is_named() -> None:
    """A wrong setting of the stack, and said to be one."""
    problem = _problem(PreflightWorld().check(dropped=drop("inbox/gone/users.csv")))
    assert problem.code is ProblemCode.POOL_NOT_FOUND
    assert "us-east-1_Gone" in problem.sentence


def test_a_pool_that_verifies_nothing_takes_no_import() -> None:
    """Cognito would refuse to start the job, so the file is not even read."""
    world = PreflightWorld(pool(description={"Name": "people"}))
    file = world.check()
    assert _problem(file).code is ProblemCode.POOL_VERIFIES_NOTHING
    assert file.pool_id == POOL_ID
    assert world.s3.opened == []


def test_a_version_that_was_deleted_is_reported() -> None:
    """Nothing is left to import."""
    assert _problem(PreflightWorld().check(None)).code is ProblemCode.SOURCE_GONE


def _zip(name: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr(name, "x")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ProblemCode.FILE_EMPTY),
        (b"\n \r\n", ProblemCode.FILE_EMPTY),
        (HEADER.encode(), ProblemCode.NO_ROWS),
        (f"{HEADER}\n\n".encode(), ProblemCode.NO_ROWS),
        (f"{HEADER}\njosé".encode("latin-1"), ProblemCode.NOT_UTF8),
        (f"{HEADER}\n{row()}\n".encode() * 9_000 + b"\xff", ProblemCode.NOT_UTF8),
        (f"{HEADER}\n{row()}\n".encode("utf-16") + b"\x00\xdc", ProblemCode.NOT_UTF16),
        (row().encode(), ProblemCode.WRONG_HEADER),
        (b'"' + HEADER.encode(), ProblemCode.WRONG_HEADER),
        (b"x" * 300_000, ProblemCode.HEADER_TOO_LONG),
        (f"{HEADER},shoe size\n{row()},42\n".encode(), ProblemCode.UNKNOWN_COLUMNS),
        (f"{HEADER},E-Mail\n{row()},x\n".encode(), ProblemCode.REPEATED_COLUMNS),
        (b"cognito:username,name\nx,y\n", ProblemCode.MISSING_COLUMNS),
        (f"{HEADER},password_hash\n{row()},x\n".encode(), ProblemCode.PASSWORD_HASHES_REFUSED),
        (b"\x1f\x8b\x08\x00", ProblemCode.GZIP_FILE),
        (_zip("users.csv"), ProblemCode.ZIP_FILE),
        (_zip("[Content_Types].xml"), ProblemCode.EXCEL_FILE),
        (b"PAR1\x00", ProblemCode.PARQUET_FILE),
        (b'[{"email": "x@example.com"}]', ProblemCode.JSON_FILE),
        (csv_file(BAD), ProblemCode.NO_GOOD_ROWS),
        (f"{HEADER}\n{'x' * 16_001}".encode(), ProblemCode.NO_GOOD_ROWS),
    ],
    ids=lambda value: value if isinstance(value, ProblemCode) else "",
)
def test_each_problem_of_a_file_has_its_code(data: bytes, code: ProblemCode) -> None:
    """The pool is known by then, and nothing of the file is said again."""
    world = PreflightWorld()
    file = world.check(data)
    assert _problem(file).code is code
    assert (file.pool_id, file.to_json()["importable"]) == (POOL_ID, False)
    assert "maria" not in _problem(file).sentence + _problem(file).hint
    found = world.staging.preflight(drop())
    assert found is None or found["warnings"] == []
    assert not world.s3.uploads


def test_a_file_that_breaks_in_the_middle_is_no_file_of_rows() -> None:
    """Rows before the bad bytes are not counted, nor imported; the report still knows how large it was."""
    world = PreflightWorld(part_rows=2)
    data = csv_file(*(row(f"u{number}") for number in range(9_000))) + b"\xff"
    file = world.check(data)
    assert _problem(file).code is ProblemCode.NOT_UTF8
    assert "line 9002" in _problem(file).sentence
    assert (file.rows, file.rejected) == (0, 0)
    found = world.staging.preflight(drop())
    assert found is not None
    assert found["bytes"] == len(data)


@pytest.mark.parametrize("data", [GOOD, csv_file(BAD), b"\x1f\x8b"])
def test_a_dry_run_is_checked_and_marked(data: bytes) -> None:
    """The same check; the mark keeps it from being imported."""
    dry = drop("check/people/users.csv")
    world = PreflightWorld()
    file = world.check(data, dry)
    assert file.is_dry_run
    assert file.to_json()["importable"] is False
    other = PreflightWorld().check(data)
    assert (file.rows, file.rejected, file.part_rows, file.problem) == (
        other.rows, other.rejected, other.part_rows, other.problem,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "settings", "memberships"),
    [("inbox/people/users.csv", {}, 3), ("check/people/users.csv", {}, 0),
     ("inbox/people/users.csv", {"rejected_rows": "refuse"}, 0)],
)  # fmt: skip
def test_users_are_added_to_groups_only_where_the_file_is_imported(
    key: str, settings: dict[str, Any], memberships: int
) -> None:
    """The report of the check has the memberships all the same."""
    world = PreflightWorld(groups=ANY_GROUP, **settings)
    file = world.check(members_file(member("maria", "staff|ops"), member("jose", "staff"), f"{BAD},"), drop(key))
    assert file.memberships == memberships
    found = world.staging.preflight(drop(key))
    assert found is not None
    assert found["memberships"] is not None
    assert found["memberships"]["total"] == 3


def test_a_dry_run_of_an_unknown_alias_is_marked_too() -> None:
    """Its report says so."""
    assert PreflightWorld().check(dropped=drop("check/canary/users.csv")).is_dry_run


def test_the_very_version_is_checked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was dropped over it, and however its bytes arrive."""
    monkeypatch.setattr(opened_file, "_BLOCK", 7)
    world = PreflightWorld()
    world.s3.drop(drop(), GOOD)
    world.s3.drop(drop(version_id="v2"), b"\x1f\x8b")
    assert world.check(None) == checked(2)


class BrokenBody:
    """A download that is cut off."""

    def iter_chunks(self, chunk_size: int) -> Iterator[bytes]:  # noqa: ARG002
        """Rows for many blocks of a part, then nothing comes any more."""
        yield f"{HEADER}\n".encode()
        for start in range(0, 40_000, 1_000):
            yield "".join(f"{row(f'user{number}')}\n" for number in range(start, start + 1_000)).encode()
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("part_rows", "whole"), [(500_000, set()), (15_000, {"part-0001.csv", "part-0002.csv"})], ids=["none", "two"]
)
def test_a_download_that_breaks_leaves_no_half_of_a_part(
    monkeypatch: pytest.MonkeyPatch, part_rows: int, whole: set[str]
) -> None:
    """The function is called again; parts that were ended before are written over. How many depends on the blocks."""
    monkeypatch.setattr(object_writer, "_BLOCK", 100_000)
    world = PreflightWorld(part_rows=part_rows)
    broken = Source(cast("StreamingBody", BrokenBody()), 10**7)
    monkeypatch.setattr(world.preflight.drops, "open", lambda _: broken)
    with pytest.raises(ConnectionResetError):
        world.check(None)
    assert not world.s3.uploads
    assert world.written <= whole
    whole_parts = [world.part(number) for number in range(1, 1 + len(world.written))]
    assert all(part.count("\n") == 1 + part_rows for part in whole_parts)


def test_a_second_call_gives_the_same() -> None:
    """The answer was lost; the parts are written again."""
    world = PreflightWorld(part_rows=1)
    assert world.check() == world.check(None)
    assert world.written == {"part-0001.csv", "part-0002.csv", "rejected.jsonl", "preflight.json"}


def _accepted(world: PreflightWorld, **changes: Any) -> None:  # noqa: ANN401  (fields have many types)
    world.ledger.accept(drop(), size=10, dropped_at="2026-07-01T12:00:00Z", dropped_by="somebody")
    world.ledger.put(drop().run_id, **changes)
    world.s3.drop(drop(), GOOD)


def test_a_run_is_checked_and_what_was_found_is_recorded() -> None:
    """In its item, for anyone who comes after a crash."""
    world = PreflightWorld()
    _accepted(world)
    assert without_settings(world.preflight.check_once(drop())) == checked(2)
    assert without_settings(world.ledger.read(drop().run_id).file) == checked(2)


def test_a_run_that_comes_again_is_not_checked_again() -> None:
    """It goes on from what was found the first time, though the file or the pool are not there any more."""
    world = PreflightWorld()
    _accepted(world)
    first = world.preflight.check_once(drop())
    world.s3.objects.clear()
    world.imports.pools.clear()
    assert world.preflight.check_once(drop()) == first


def test_of_two_checks_at_once_the_first_to_be_recorded_is_the_runs() -> None:
    """The pool may have changed in between, and a run that imports must not be called unusable by a late check."""
    world = PreflightWorld()
    _accepted(world)
    first = checked(1, 1)
    world.ledger.meanwhile.before("keep_file", lambda: world.ledger.put(drop().run_id, file=first))
    assert world.preflight.check_once(drop()) == first
    assert world.ledger.read(drop().run_id).file == first


@pytest.mark.parametrize("is_closing", [False, True])
@pytest.mark.parametrize("state", RunState)
def test_a_run_whose_import_is_over_has_nothing_to_import(state: RunState, *, is_closing: bool) -> None:
    """Or whose import was being ended when its execution died: only its end is left. Before that, it is imported."""
    world = PreflightWorld()
    _accepted(world, state=state, file=checked(2), is_closing=is_closing)
    is_over = is_closing or state in (RunState.REPORTING, RunState.REPORTED, RunState.ENDED)
    file = world.preflight.check_once(drop())
    assert file == checked(2, is_imported=is_over, is_queued=state is not RunState.ACCEPTED)
    assert file.to_json()["importable"] is not is_over


def test_a_run_that_was_ended_before_it_was_checked_is_checked_for_its_report() -> None:
    """Its rows are known then, and none of them is imported; the ledger keeps what was found and no more."""
    world = PreflightWorld()
    _accepted(world, is_closing=True)
    assert without_settings(world.preflight.check_once(drop())) == checked(2, is_imported=True)
    assert without_settings(world.ledger.read(drop().run_id).file) == checked(2)


def test_a_run_that_no_one_accepted_is_not_checked() -> None:
    """There is nowhere to note what is found."""
    world = PreflightWorld()
    world.s3.drop(drop(), GOOD)
    with pytest.raises(LedgerConflictError):
        world.preflight.check_once(drop())
    assert world.s3.opened == []
