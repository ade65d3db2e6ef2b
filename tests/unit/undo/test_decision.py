"""Which users an undo deletes: every doubt leaves the user in the pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cognito_drop.core.undo.decision import ImportedBy, UndoChoices, UndoReason, UserNow, reason_to_leave
from cognito_drop.core.undo.noted_users import NotedUser
from tests.unit.samples import COMPLETED, STARTED

SUB = "11111111-2222-3333-4444-555555555555"
OTHER_SUB = "11111111-2222-3333-4444-666666666666"
RECORDED = NotedUser(2, "maria", SUB)
CREATED = STARTED + timedelta(seconds=5)
UNTOUCHED = UserNow("maria", SUB, "RESET_REQUIRED", CREATED, CREATED)
WITHOUT_HASHES = ImportedBy(((STARTED, COMPLETED),), sends_hashes=False)
WITH_HASHES = replace(WITHOUT_HASHES, sends_hashes=True)
EVERYTHING = UndoChoices(include_confirmed=True, include_changed=True, include_password_set=True)
LATER = timedelta(seconds=1, milliseconds=1)


def _reason(
    *found: UserNow,
    recorded: NotedUser = RECORDED,
    imported: ImportedBy = WITHOUT_HASHES,
    choices: UndoChoices = UndoChoices(),  # noqa: B008  (immutable)
) -> UndoReason | None:
    return reason_to_leave(recorded, found, imported, choices)


@pytest.mark.parametrize("status", ["RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"])
def test_untouched_user_of_the_run_is_deleted(status: str) -> None:
    """As the import has made the user."""
    assert _reason(replace(UNTOUCHED, status=status)) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ([], UndoReason.GONE),
        ([replace(UNTOUCHED, sub=OTHER_SUB)], UndoReason.OTHER_USER),
        ([replace(UNTOUCHED, username="eve")], UndoReason.OTHER_USER),
        ([replace(UNTOUCHED, username="")], UndoReason.OTHER_USER),
        ([UNTOUCHED, UNTOUCHED], UndoReason.OTHER_USER),
        ([replace(UNTOUCHED, created=None)], UndoReason.OUTSIDE_JOB),
        ([replace(UNTOUCHED, modified=None)], UndoReason.OUTSIDE_JOB),
        ([replace(UNTOUCHED, created=STARTED - LATER)], UndoReason.OUTSIDE_JOB),
        ([replace(UNTOUCHED, created=COMPLETED + LATER)], UndoReason.OUTSIDE_JOB),
        ([replace(UNTOUCHED, status="UNCONFIRMED")], UndoReason.OTHER_STATUS),
        ([replace(UNTOUCHED, status="EXTERNAL_PROVIDER")], UndoReason.OTHER_STATUS),
        ([replace(UNTOUCHED, status="a new one")], UndoReason.OTHER_STATUS),
        ([replace(UNTOUCHED, status="")], UndoReason.OTHER_STATUS),
    ],
)  # fmt: skip
def test_no_choice_deletes_a_user_who_may_be_another(found: list[UserNow], reason: UndoReason) -> None:
    """By whatever choices."""
    assert _reason(*found, choices=EVERYTHING, imported=WITH_HASHES) is reason


def test_user_without_noted_sub_stays() -> None:
    """Whatever was found."""
    assert _reason(UNTOUCHED, recorded=replace(RECORDED, sub=""), choices=EVERYTHING) is UndoReason.NOT_RECORDED


def test_no_user_is_deleted_whose_jobs_are_not_known() -> None:
    """The ledger may have lost their times."""
    assert _reason(UNTOUCHED, imported=ImportedBy((), sends_hashes=False)) is UndoReason.OUTSIDE_JOB


def test_user_who_was_created_between_two_jobs_stays() -> None:
    """Only the jobs of the run count, not the time between them."""
    first, second = (STARTED, STARTED + timedelta(minutes=1)), (STARTED + timedelta(minutes=10), COMPLETED)
    imported = ImportedBy((first, second), sends_hashes=False)
    between = STARTED + timedelta(minutes=5)
    assert _reason(replace(UNTOUCHED, created=between, modified=between), imported=imported) is UndoReason.OUTSIDE_JOB
    assert _reason(UNTOUCHED, imported=imported) is None


def test_times_in_whole_seconds_are_within_the_job() -> None:
    """A creation cut to its second may be before the start, and one after a completion that is cut to its second."""
    for created in (STARTED - timedelta(seconds=1), COMPLETED + timedelta(seconds=1)):
        assert _reason(replace(UNTOUCHED, created=created, modified=created)) is None


def test_a_time_that_is_cut_to_its_second_is_no_change() -> None:
    """Of the creation or of the change: they differ by a second at most."""
    for modified in (CREATED - timedelta(seconds=1), CREATED + timedelta(seconds=1)):
        assert _reason(replace(UNTOUCHED, modified=modified)) is None


CONFIRMED = replace(UNTOUCHED, status="CONFIRMED")
CHANGED = replace(UNTOUCHED, modified=CREATED + LATER)
CHANGED_BEFORE = replace(UNTOUCHED, modified=CREATED - LATER)
CONFIRMED_AND_CHANGED = replace(CONFIRMED, modified=CREATED + LATER)
LINKED = replace(UNTOUCHED, is_linked=True)


@pytest.mark.parametrize(
    ("user", "imported", "reason", "choices"),
    [
        (CONFIRMED, WITHOUT_HASHES, UndoReason.PASSWORD_SET, UndoChoices(include_password_set=True)),
        (CONFIRMED, WITH_HASHES, UndoReason.CONFIRMED, UndoChoices(include_confirmed=True)),
        (CHANGED, WITHOUT_HASHES, UndoReason.CHANGED, UndoChoices(include_changed=True)),
        (
            replace(UNTOUCHED, modified=CREATED - LATER),
            WITHOUT_HASHES,
            UndoReason.CHANGED,
            UndoChoices(include_changed=True),
        ),
        (LINKED, WITHOUT_HASHES, UndoReason.CHANGED, UndoChoices(include_changed=True)),
    ],
)
def test_a_doubt_leaves_the_user_unless_it_is_lifted(
    user: UserNow, imported: ImportedBy, reason: UndoReason, choices: UndoChoices
) -> None:
    """By its own choice, and by no other."""
    others = UndoChoices(
        **{
            name: not getattr(choices, name)
            for name in ("include_confirmed", "include_changed", "include_password_set")
        }
    )
    assert _reason(user, imported=imported) is reason
    assert _reason(user, imported=imported, choices=others) is reason
    assert _reason(user, imported=imported, choices=choices) is None


def test_every_doubt_has_to_be_lifted() -> None:
    """A user with a password hash who was changed since may have set another password."""
    found = CONFIRMED_AND_CHANGED
    assert _reason(found, imported=WITH_HASHES, choices=UndoChoices(include_confirmed=True)) is UndoReason.CHANGED
    assert _reason(found, imported=WITH_HASHES, choices=UndoChoices(include_changed=True)) is UndoReason.CONFIRMED
    assert _reason(found, imported=WITH_HASHES, choices=EVERYTHING) is None


def test_reasons_have_sentences() -> None:
    """Each in words, without a value."""
    assert all(reason.sentence.endswith(".") for reason in UndoReason)
