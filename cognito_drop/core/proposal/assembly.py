"""A mapping, put together from the columns that are chosen and from what only a person can know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.user import is_shut_out
from cognito_drop.core.proposal.shapes import Shape
from cognito_drop.core.proposal.words import ACTIVE, FALSE, SHUT_OUT, TRUE
from cognito_drop.core.rows.header_words import LEAVING, NEUTRAL_STATUS, POSITIVE_STATUS, evened, status_word
from cognito_drop.core.rows.pool_rules import BIRTHDATE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cognito_drop.core.proposal.shapes import ColumnSample

VERIFIED: Final = "_verified"
_READ_AS_IT_IS: Final = "%Y-%m-%d"
_TRUE_WORDS: Final = ("true", "yes", "1")


def column_rule(attribute: str, column: str, sample: ColumnSample) -> str | dict[str, Any]:
    """How an attribute is read from a column: dates in their format, and the words that mean true."""
    if attribute == BIRTHDATE and (forms := sample.date_forms) and forms[0] != _READ_AS_IT_IS:
        return {"from": column, "date": forms[0]}
    if attribute.endswith(VERIFIED) and sample.words - {"true", "false"}:
        return {"from": column, "is_true": sorted(sample.words & TRUE) or list(_TRUE_WORDS)}
    return column


def status_rule(column: str, words: Collection[str] | None) -> str | dict[str, Any] | None:
    """The rule for who is not to sign in, where all words of a column are clear; None where they are not.

    `words` are all values of the column in lower case; None if there are too many of them to be a status. A word that
    a later file has and that is not known here lets no user in.
    """
    even, status = evened(column), status_word(column)
    if words is None or not status or status in LEAVING or not even.endswith(status):
        return None
    given = frozenset(words) - {""}
    if status in POSITIVE_STATUS:
        if "" in words or not given <= TRUE | FALSE | ACTIVE | SHUT_OUT:
            return None
        return {"from": column, "is_false": sorted(TRUE | ACTIVE)}
    if given <= ACTIVE | SHUT_OUT:
        return {"from": column, "is_false": [*sorted(frozenset(words) & {""}), *sorted(ACTIVE)]}
    if not given <= TRUE | FALSE or status in NEUTRAL_STATUS:
        return None
    # Without a list of words, every value that is not clearly false shuts a user out.
    return {"from": column, "is_true": sorted(TRUE)} if any(map(is_shut_out, given & FALSE)) else column


def mapping(
    rules: Mapping[str, str | dict[str, Any]],
    verified: Collection[str],
    disabled: Sequence[str | dict[str, Any]],
    left_out: Sequence[str],
) -> dict[str, Any]:
    """The mapping, in the shape of docs/schemas/mapping-1.json. `verified` names attributes whose values are all
    verified."""
    columns = dict(rules) | {f"{attribute}{VERIFIED}": {"constant": True} for attribute in sorted(verified)}
    made: dict[str, Any] = {"columns": columns}
    if disabled:
        made["disabled"] = disabled[0] if len(disabled) == 1 else list(disabled)
    if left_out:
        made["leave_out"] = list(left_out)
    return made


def has_plain_passwords(column: str, sample: ColumnSample) -> bool:
    """Whether a column seems to hold passwords as they are typed."""
    words = ("password", "passwort", "kennwort", "motdepasse", "contrasena", "senha", "wachtwoord")
    return evened(column).startswith(words) and bool(sample.values) and not sample.has_any({Shape.HASH})
