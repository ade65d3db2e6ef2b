"""What is in brackets in the name of a column: a note on its values, or whose they are.

Guarantees that a note is passed over only if it says nothing that could make the values those of somebody else, as in
`Email (manager)` and `Phone (emergency contact)`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable

OWN: Final = frozenset(
    "work business office company corporate primary main preferred default user users employee staff member "
    "dienstlich dienstliche geschaftlich arbeit firma haupt professionnel professionnelle pro "
    "travail principal principale trabajo corporativo laboral aziendale lavoro principale personal personale "
    "personnel personnelle privat private prive privado home corporate empresa trabalho werk zakelijk de du la le "
    "the of my account profile traits attributes".split()
)
"""What may stand beside a name without changing whose it is."""
OF_TEMPLATES: Final = frozenset(
    "required optional read only yes no true false pflichtfeld obligatoire obligatorio obbligatorio verplicht".split()
)
"""What templates add to names."""
_ON_VALUES: Final = frozenset(
    "y n t f ja nein oui non si sim nao nee wahr falsch vrai faux format e164 e 164 iso mm dd yyyy yy tt jjjj jj aaaa "
    "gg mandatory unique mobile mobil".split()
)
"""Notes on how values are written, or on what kind they are of."""
_KNOWN: Final = OWN | OF_TEMPLATES | _ON_VALUES
_IN_BRACKETS: Final = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_TOKEN: Final = re.compile(r"[^\W_]+")


def says_whose(name: str, is_column: Callable[[str], bool]) -> bool:
    """Whether a name has something in brackets that could change whose values these are; the name of a column, such as
    `[displayName]`, does not."""
    return any(not (_KNOWN.issuperset(_words(note)) or is_column(note)) for note in _IN_BRACKETS.findall(name))


def _words(note: str) -> list[str]:
    return _TOKEN.findall(without_accents(note).casefold())
