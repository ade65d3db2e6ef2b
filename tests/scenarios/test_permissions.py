"""What the scenarios have shown of the roles' permissions. Collected last: it looks at what all others have used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from laptop.permissions import as_text, permissions_in
from tests.scenarios.unused_grants import EVERY_FUNCTION, UNUSED

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = [pytest.mark.scenario, pytest.mark.last]


def test_no_role_is_granted_what_nobody_uses(world: World, request: pytest.FixtureRequest) -> None:
    """Every granted action was used by some scenario, or has a reason that is written down."""
    if len([item for item in request.session.items if item.get_closest_marker("scenario")]) < 40:
        pytest.skip("Only what the whole suite has not used is unused.")
    roles = permissions_in(world.cloud, "cognito-drop-")
    unused = {
        role.role: unexplained
        for role in roles
        if (unexplained := [action for action in role.never_used if action not in _reasons(role.role)])
    }
    assert unused == {}, as_text(roles)


def _reasons(role: str) -> dict[str, str]:
    found = [reasons for start, reasons in UNUSED.items() if role.startswith(f"cognito-drop-{start}")]
    return {**EVERY_FUNCTION, **(found[0] if found else {})}
