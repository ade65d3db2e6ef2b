"""The ids of imported rows: each line with its user, in whatever part it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import pytest

from cognito_drop.cli.row_ids import RowIds
from cognito_drop.core.rows import Options, preflight
from tests.unit.rows.files import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cognito_drop.aws.user_searches import UserSearches
    from cognito_drop.core.pools.user_search import UserSearch

COLUMNS = ["cognito:username", "email", "email_verified", "cognito:mfa_enabled"]
FILE = "cognito:username,email,email_verified\n" + "".join(
    f"u{number},{f'u{number}@example.com' if number != 2 else 'bad'},true\n" for number in range(6)
)


def _user(name: str) -> dict[str, str]:
    return {"cognito:username": name, "sub": f"sub-of-{name}", "email": f"{name}@example.com"}


class _Searches:
    """A pool of one user with case-sensitive filters."""

    def __init__(self, attribute: str, stored: str) -> None:
        self.user = {"cognito:username": "5b7c", attribute: stored, "sub": "sub-of-it"}
        self.finds = f'{attribute.rpartition(":")[2]} = "{stored}"'

    def ids(self, _pool: str, searches: Iterable[UserSearch], _until: float) -> list[dict[str, str]]:
        """The user, if one of the searches finds it."""
        return [self.user] if self.finds in [search.filter for search in searches] else []


def test_lines_are_those_of_the_file_in_every_part(tmp_path: Path) -> None:
    """A rejected row moves none of them, and neither does an interruption."""
    with RowIds(tmp_path / "state", rules_of(COLUMNS)) as rows:
        preflight([FILE.encode()], rules_of(COLUMNS), Options(max_part_rows=2), rows)
        rows.take_lines([2, 3, 5, 7])
        rows.take_old_ids([(2, "a"), (3, ""), (5, "c"), (6, "not imported")])
        rows.keep_note("place", "token")
        rows.take_users([_user("u0")])
    with RowIds(tmp_path / "state", rules_of(COLUMNS)) as rows:
        assert rows.missing == 4, "what was not kept is not there"
        rows.take_users([_user("u0"), _user("u3"), _user("u4"), _user("other")])
        assert (rows.missing, rows.recorded, rows.imported) == (2, 2, 4)
        assert list(rows.ids()) == [
            (2, "a", "u0", "sub-of-u0"), (3, "", "", ""), (5, "c", "u3", "sub-of-u3"), (7, "", "", ""),
        ]  # fmt: skip


def test_an_imported_row_that_would_be_rejected_today_has_a_line(tmp_path: Path) -> None:
    """The rules of the pool may have changed since."""
    with RowIds(tmp_path / "state", rules_of(COLUMNS)) as rows:
        preflight([FILE.encode()], rules_of(COLUMNS), Options(), rows)
        rows.take_lines([4])
        assert list(rows.ids()) == [(4, "", "", "")]
        assert rows.missing == 1


def test_users_of_a_pool_with_email_addresses_for_names_are_found_by_these(tmp_path: Path) -> None:
    """Their usernames are Cognito's own."""
    rules, file = (
        rules_of(COLUMNS, "email"),
        "cognito:username,email,email_verified\nada@example.com,ada@example.com,true\n",
    )
    with RowIds(tmp_path / "state", rules) as rows:
        preflight([file.encode()], rules, Options(), rows)
        rows.take_lines([2])
        rows.take_users([_user("5b7c") | {"email": "ada@example.com"}])
        assert list(rows.ids()) == [(2, "", "5b7c", "sub-of-5b7c")]


@pytest.mark.parametrize("sign_in", [(), ("email",)], ids=["username", "email"])
@pytest.mark.parametrize("spelled", [str, str.lower], ids=["as-written", "in-lower-case"])
def test_a_name_in_capitals_is_searched_for_in_both_spellings(
    tmp_path: Path, sign_in: tuple[str, ...], spelled: type[str]
) -> None:
    """Of a pool that ignores case, a name is found in whichever spelling the pool keeps it."""
    rules = rules_of(COLUMNS, *sign_in, is_case_sensitive=False)
    name = "P1013@Example.com" if sign_in else "P1013"
    file = f"cognito:username,email,email_verified\n{name},P1013@Example.com,true\n"
    with RowIds(tmp_path / "state", rules) as rows:
        preflight([file.encode()], rules, Options(), rows)
        rows.take_lines([2])
        searches = _Searches(sign_in[0] if sign_in else "cognito:username", spelled(name))
        assert list(rows.look(cast("UserSearches", searches), "pool", 2_000, math.inf))
        assert [(line, sub) for line, _, _, sub in rows.ids()] == [(2, "sub-of-it")]
