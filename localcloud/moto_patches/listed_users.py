"""Users may be added to a pool while it is searched or listed, as an import does in a thread of its own.

moto 5.2.5 goes through the pool's own users, which ends with an error when they change. It does so to list the members
of a group, to find a user by an address that is a username, and in others of its methods.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.models import CognitoIdpUserPool

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUser

_make: Final = CognitoIdpUserPool.__init__


class Users(OrderedDict[str, "CognitoIdpUser"]):
    """The users of a pool by their names."""

    def values(self) -> list[CognitoIdpUser]:  # type: ignore[override]  # it is only gone through
        """Those who are there now."""
        return list(super().values())


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    CognitoIdpUserPool.__init__ = _make_listed  # type: ignore[method-assign]


def _make_listed(self: CognitoIdpUserPool, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  (moto's signature)
    _make(self, *arguments, **named)
    self.users = Users()
