"""The first way in of rows that `fast_rows` accepts: by the first character of the few values that decide it.

Guarantees that a file in which no value decides anything costs nothing, as where only email resets passwords and every
accepted row has a verified address.
"""

from __future__ import annotations

from itertools import compress, count, product
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, SIGN_IN_ATTRIBUTES, Mfa
from cognito_drop.core.rows.values import TRUE_WORDS
from cognito_drop.core.sign_in.first_way import SignInUser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.sign_in.first_way import FirstWays

_FLAGS: Final = (*(f"{name}_verified" for name in SIGN_IN_ATTRIBUTES), MFA_ENABLED)
_DECIDING: Final = (*SIGN_IN_ATTRIBUTES, *_FLAGS, PASSWORD_HASH)
_TRUE: Final = frozenset(word[:1].encode() for word in TRUE_WORDS)


class FastWays:
    """Decides for rows of one file, whose columns have these names; `verified` is the attribute that every accepted row
    has verified, if there is one."""

    def __init__(self, ways: FirstWays, names: Sequence[str], rules: PoolRules, verified: str) -> None:
        self._ways, self._known = ways, dict[tuple[bytes, ...], WayIn | NoWayIn]()
        self._fixed = {name: False for name in _DECIDING if name not in names}
        if verified:
            self._fixed |= {verified: True, f"{verified}_verified": True}
        if rules.mfa is Mfa.OFF:
            self._fixed[MFA_ENABLED] = False
        kinds = {tuple(kind.values()): ways.of(user_of(kind)) for kind in self._kinds()}
        self.columns = tuple(name for at, name in enumerate(_DECIDING) if _decides(at, kinds))
        """The columns whose values decide, in the order in which `of` wants their first characters."""
        self._any = next(iter(kinds))

    def of(self, marks: tuple[bytes, ...]) -> WayIn | NoWayIn:
        """The way of a row whose deciding values begin like this."""
        found = self._known.get(marks)
        if found is None:
            has = dict(zip(_DECIDING, self._any, strict=True))
            for name, mark in zip(self.columns, marks, strict=True):
                has[name] = mark in _TRUE if name in _FLAGS else bool(mark)
            found = self._known[marks] = self._ways.of(user_of(has))
        return found

    def lets_out(self, marks: Sequence[tuple[bytes, ...]]) -> Iterator[int]:
        """The places of rows without a way in."""
        none = {each for each in set(marks) if isinstance(self.of(each), NoWayIn)}
        return compress(count(), map(none.__contains__, marks))

    def _kinds(self) -> Iterator[dict[str, bool]]:
        """What an accepted row may have: nothing is verified without a value."""
        for has in product(*((self._fixed[n],) if n in self._fixed else (False, True) for n in _DECIDING)):
            kind = dict(zip(_DECIDING, has, strict=True))
            if all(kind[name] or not kind[f"{name}_verified"] for name in SIGN_IN_ATTRIBUTES):
                yield kind


def user_of(has: Mapping[str, bool]) -> SignInUser:
    """The user of a row, by which of the deciding columns have a value, or are true."""
    return SignInUser(
        has[PASSWORD_HASH],
        frozenset(name for name in SIGN_IN_ATTRIBUTES if has[name]),
        frozenset(name for name in SIGN_IN_ATTRIBUTES if has[f"{name}_verified"]),
        has[MFA_ENABLED],
    )


def _decides(at: int, kinds: Mapping[tuple[bool, ...], WayIn | NoWayIn]) -> bool:
    """Whether two kinds of users that differ in this alone have different ways."""
    others = ((way, (*kind[:at], not kind[at], *kind[at + 1 :])) for kind, way in kinds.items())
    return any(kinds.get(other, way) is not way for way, other in others)
