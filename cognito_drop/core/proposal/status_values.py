"""Whether a column may say who is not to sign in: by its name, or by values that are few and look like states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.proposal.columns import MOST_WORDS
from cognito_drop.core.proposal.words import ACTIVE, FALSE, SHUT_OUT, TRUE
from cognito_drop.core.rows.header_words import status_word
from cognito_drop.core.rows.status_tokens import is_of_service, means_leaving, words_of

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST: Final = 4  # words of a value that is no sentence
_PHRASES: Final = ACTIVE | SHUT_OUT
_STATES: Final = frozenset(words_of(word)[0] for word in _PHRASES if " " not in word) | {"departure", "dismissal"}


def may_say_status(name: str, words: Collection[str] | None) -> bool:
    """Whether the column of this name may say who is not to sign in. `words` are all its values in lower case; None if
    there are too many of them for a state."""
    return bool(status_word(name)) or _looks_like_states(name, words)


def _looks_like_states(name: str, words: Collection[str] | None) -> bool:
    """Whether any value of a column has a word of a state in one of the languages, or all are yes and no below a name
    with a word of employment."""
    given = frozenset(words or ()) - {""}
    if not given or len(given) > MOST_WORDS:
        return False
    return any(map(_is_state, given)) or (given <= TRUE | FALSE and is_of_service(name))


def _is_state(value: str) -> bool:
    words = words_of(value)
    return value in _PHRASES or (
        len(words) <= _LONGEST and any(word in _STATES or means_leaving(word) for word in words)
    )
