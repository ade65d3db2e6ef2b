"""Imported password hashes, in each kind of pool: who is confirmed, who must reset, who fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localcloud.__main__ import parser
from localcloud.choices import HashColumn, HashColumns, Pbkdf2Form
from tests.localcloud.import_world import GOOD, csv_of, opened_world

if TYPE_CHECKING:
    from pathlib import Path

IMPORTED = "The import succeeded."
BAD = "password_hash: The value is not a valid hash of the job's algorithm."
LISTED = HashColumns("listed")
ADA = {**GOOD, "cognito:username": "ada"}
BCRYPT = "$2b$12$" + "a" * 53
SALT, HASH = "a" * 22, "b" * 43
HASHES = {
    "BCRYPT": (BCRYPT, "$2b$13$" + "a" * 53, "$2b$03$" + "a" * 53),
    "SCRYPT": ("65536$8$1$00ff$abcd", "65536$9$1$00ff$abcd", "0$0$0$ab$cd"),
    "ARGON2ID": (
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=19457,t=2,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=0,t=0,p=0$c2FsdA$aGFzaA",
    ),
    "PBKDF2_SHA256": (
        f"$pbkdf2-sha256$600000${SALT}${HASH}",
        f"$pbkdf2-sha256$600001${SALT}${HASH}",
        f"$pbkdf2-sha256$0${SALT}${HASH}",
    ),
}
"""For each algorithm a good hash, one that costs too much, and one whose cost has no meaning."""


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_user_with_a_password_hash_is_confirmed(tmp_path: Path, algorithm: str) -> None:
    """A good hash confirms, a blank one leaves the password to be reset; malformed, costly and senseless ones fail."""
    good, costly, senseless = HASHES[algorithm]
    with opened_world(tmp_path, import_password_hashes=LISTED, import_failed_ratio=1) as world:
        pool = world.make_pool()
        values = {"good": good, "blank": "", "costly": costly, "senseless": senseless, "malformed": "secret"}
        rows = [{**GOOD, "cognito:username": name, "password_hash": value} for name, value in values.items()]
        lines = world.run_rows(pool, *rows, PasswordHashingAlgorithm=algorithm)
        assert lines == [IMPORTED, IMPORTED, BAD, BAD, BAD]
        assert world.user(pool, "good")["status"] == "CONFIRMED"
        assert world.user(pool, "blank")["status"] == "RESET_REQUIRED"


@pytest.mark.parametrize(
    ("form", "taken"),
    [(Pbkdf2Form.PASSLIB, {".", "/"}), (Pbkdf2Form.BASE64, {"+", "/"}), (Pbkdf2Form.ANY, {".", "+", "/", "=", ""})],
)
def test_the_form_of_pbkdf2_is_a_setting(tmp_path: Path, form: Pbkdf2Form, taken: set[str]) -> None:
    """AWS documents it by one example."""
    signs = [".", "+", "/", "=", ""]
    with opened_world(tmp_path, import_password_hashes=LISTED, import_pbkdf2_form=form, import_failed_ratio=1) as world:
        pool = world.make_pool()
        rows = [
            {**GOOD, "cognito:username": f"user{number}", "password_hash": f"$pbkdf2-sha256$1${SALT}${HASH[1:]}{sign}"}
            for number, sign in enumerate(signs)
        ]
        lines = world.run_rows(pool, *rows, PasswordHashingAlgorithm="PBKDF2_SHA256")
        assert lines == [IMPORTED if sign in taken else BAD for sign in signs]


def test_hashes_and_algorithm_belong_together(tmp_path: Path) -> None:
    """An algorithm without the column fails the job; a hash without an algorithm fails its row; neither is fine."""
    with opened_world(tmp_path, import_password_hashes=LISTED) as world:
        pool = world.make_pool()
        header = [column for column in world.header(pool) if column != "password_hash"]
        assert len(header) < len(world.header(pool))
        job = world.run(pool, csv_of(header, [ADA]), PasswordHashingAlgorithm="BCRYPT")
        assert (job["Status"], job["CompletionMessage"]) == ("Failed", "The csv file has no password_hash column.")
        assert world.run_rows(pool, {**ADA, "password_hash": BCRYPT}) == [
            "password_hash: The import job has no password hashing algorithm."
        ]
        assert world.run(pool, csv_of(header, [ADA]))["Status"] == "Succeeded"


def test_each_pool_has_a_kind_of_its_own(tmp_path: Path) -> None:
    """Listed in the header; taken though it is not; refused: by the pool's name."""
    kinds = HashColumns("refused, new=listed, between=taken")
    with opened_world(tmp_path, import_password_hashes=kinds) as world:
        for name, is_listed, is_taken in (("new", True, True), ("between", False, True), ("old", False, False)):
            pool = world.make_pool(name)
            header = world.header(pool)
            assert ("password_hash" in header) == is_listed
            content = csv_of([*dict.fromkeys([*header, "password_hash"])], [{**ADA, "password_hash": BCRYPT}])
            job = world.run(pool, content, PasswordHashingAlgorithm="BCRYPT")
            assert job["Status"] == ("Succeeded" if is_taken else "Failed")
            assert job["ImportedUsers"] == is_taken
            if not is_taken:
                message = "The header of the csv file does not match the header of the user pool."
                assert job["CompletionMessage"] == message
            assert world.run(pool, csv_of(header, [{**ADA, "cognito:username": "eve"}]))["Status"] == "Succeeded"


def test_the_kinds_are_given_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A word for all, words for some; another word is a usage error."""
    given = parser().parse_args(["up", "--import-password-hashes", "taken,old=refused"]).import_password_hashes
    assert (given.of("old"), given.of("any")) == (HashColumn.REFUSED, HashColumn.TAKEN)
    assert parser().parse_args(["up"]).import_password_hashes.of("any") is HashColumn.REFUSED
    with pytest.raises(SystemExit):
        parser().parse_args(["up", "--import-password-hashes", "old=perhaps"])
    assert "--import-password-hashes" in capsys.readouterr().err
