"""The id of a user in the system that a file is from."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.presets import preset_of
from cognito_drop.core.presets.old_ids import old_id
from cognito_drop.core.rows.rejection import Fault, RejectionCode


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"old_id": "17"}, "17"),
        ({"old_id": 17}, "17"),
        ({"old_id": ""}, ""),
        ({"old_id": None}, ""),
        ({"id": "17"}, ""),
        ({"old_id": "a\ud800b"}, "a?b"),
        ({"old_id": "ä"}, "ä"),
    ],
)
def test_a_column_of_the_file_has_it(members: dict[str, Any], found: str) -> None:
    """Half of a pair of surrogates, which no file can hold, becomes a question mark."""
    assert old_id(members, None) == found


def test_a_preset_reads_it_from_its_record() -> None:
    """The column of that name is not asked."""
    assert old_id({"user_id": "auth0|17", "email": "a@example.com", "old_id": "1"}, preset_of("auth0")) == "auth0|17"


def test_a_pools_export_has_the_sub_there() -> None:
    """Which an application stores; a user without one has the username only."""
    ada = {
        "Username": "ada",
        "Attributes": [{"Name": "sub", "Value": "s-1"}, {"Name": "email", "Value": "a@example.com"}],
    }
    assert old_id(ada, preset_of("cognito")) == "s-1"
    assert old_id({**ada, "Attributes": ada["Attributes"][1:]}, preset_of("cognito")) == "ada"


def test_a_record_that_cannot_be_read_has_none() -> None:
    """Its row is reported with what is wrong."""
    assert old_id(Fault(next(iter(RejectionCode))), None) == ""
