"""Imported password hashes, in pools that have the column: who is confirmed, who must reset, who fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.localcloud.import_world import GOOD, csv_of, opened_world

if TYPE_CHECKING:
    from pathlib import Path

IMPORTED = "The import succeeded."
ADA = {**GOOD, "cognito:username": "ada"}
BCRYPT = "$2b$12$" + "a" * 53
HASHES = {
    "BCRYPT": (BCRYPT, "$2b$13$" + "a" * 53),
    "SCRYPT": ("65536$8$1$00ff$abcd", "65536$9$1$00ff$abcd"),
    "ARGON2ID": ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "$argon2id$v=19$m=19457,t=2,p=1$c2FsdA$aGFzaA"),
    "PBKDF2_SHA256": ("$pbkdf2-sha256$600000$c2FsdA$aGFzaA", "$pbkdf2-sha256$600001$c2FsdA$aGFzaA"),
}


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_user_with_a_password_hash_is_confirmed(tmp_path: Path, algorithm: str) -> None:
    """A good hash confirms, a blank one leaves the password to be reset, a malformed or too costly one fails."""
    good, costly = HASHES[algorithm]
    with opened_world(tmp_path, import_password_hashes=True, import_failed_ratio=1) as world:
        pool = world.make_pool()
        values = {"good": good, "blank": "", "costly": costly, "malformed": "secret"}
        rows = [{**GOOD, "cognito:username": name, "password_hash": value} for name, value in values.items()]
        bad = "password_hash: The value is not a valid hash of the job's algorithm."
        lines = world.run_rows(pool, *rows, PasswordHashingAlgorithm=algorithm)
        assert lines == [IMPORTED, IMPORTED, bad, bad]
        assert world.user(pool, "good")["status"] == "CONFIRMED"
        assert world.user(pool, "blank")["status"] == "RESET_REQUIRED"


def test_hashes_and_algorithm_belong_together(tmp_path: Path) -> None:
    """An algorithm without the column fails the job; a hash without an algorithm fails its row; neither is fine."""
    with opened_world(tmp_path, import_password_hashes=True) as world:
        pool = world.make_pool()
        header = [column for column in world.header(pool) if column != "password_hash"]
        assert len(header) < len(world.header(pool))
        job = world.run(pool, csv_of(header, [ADA]), PasswordHashingAlgorithm="BCRYPT")
        assert (job["Status"], job["CompletionMessage"]) == ("Failed", "The csv file has no password_hash column.")
        assert world.run_rows(pool, {**ADA, "password_hash": BCRYPT}) == [
            "password_hash: The import job has no password hashing algorithm."
        ]
        assert world.run(pool, csv_of(header, [ADA]))["Status"] == "Succeeded"
