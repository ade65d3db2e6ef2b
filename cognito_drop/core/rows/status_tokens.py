"""Whether the words of a column's name say that it is about who has left, each judged by itself.

Names are put together in many ways: `Fecha de baja`, `fecha_baja`, `Kündigungsdatum`, `Estado laboral`. So words are
compared by their stems, and beside words that only say of what (`employment`, `contrato`), when, or why. In English,
German, French, Spanish, Italian, Portuguese, and Dutch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.core.text.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEAVING: Final = tuple(
    (
        "leaver leaving terminat offboard resign dismissed departed deprovision "
        "austritt austret ausgetret ausgeschied ausscheid ausschied gekundigt entlass "
        "demission licenciement "
        "despido despedid desvincul renuncia "
        "cessazion cessat dimess dimission licenziament licenziat "
        "desligament desligad demissao demitid rescisao "
        "ontslag uitdienst uittred vertrokken"
    ).split()
)
"""Stems of words that mean that somebody leaves, whatever is beside them."""
_WHEN_OR_WHY: Final = "(?:s?(?:date|datum|tag|termin|grund|reden))?"
_LEAVING_WITH_ENDING: Final = re.compile(f"(?:{'|'.join(_LEAVING)})[a-z]{{0,5}}{_WHEN_OR_WHY}")
_LEAVING_WHOLE: Final = re.compile(
    f"(?:bajas?|ceses?|dismiss|egreso|sorties?|kundigung|exonerad[ao]s?|exoneracao|vertrek){_WHEN_OR_WHY}"
)
"""Words that mean it, with which other words start too: `Sortierung`, `Kündigungsfrist`, and `Vertreklokaal`."""
STATES: Final = frozenset(
    "status statut estado estatus stato situacao situacion situation situazione zustand toestand".split()
)
"""Words that mean a state, if nothing beside them says which: `Estado civil` is another one."""
_ENDING: Final = frozenset(
    "left exit exited leave departure dismissal end ended ende ends fin fine fim einde depart departs parti salida "
    "saida uscita uscito weggang weggangsdatum abgang abgangsdatum".split()
)
"""Words that mean an end, beside nothing but the words below."""
_NO_END_ALONE: Final = frozenset({"fine"})
"""The end in Italian, and money in English."""
_DATES: Final = frozenset("date dates datum data fecha dia tag day since seit desde depuis until bis reason".split())
"""Words that say when or why."""
_OF: Final = (
    "account user login access member employee employees employment employed contract staff service work job "
    "benutzer konto mitarbeiter mitarbeitenden beschaftigung beschaftigten arbeit arbeits vertrag dienst personal "
    "compte utilisateur salarie employe emploi contrat travail professionnel professionnelle "
    "cuenta usuario empleado empleo laboral contrato contractual trabajo trabajador plantilla "
    "conta utilizador funcionario emprego trabalho colaborador vinculo profissional "
    "utente dipendente rapporto lavoro lavorativo lavorativa contratto impiego servizio professionale "
    "gebruiker medewerker werknemer dienstverband arbeidsverhouding arbeids werk"
).split()
"""Words that say of what the state or the end is."""
_FILLING: Final = frozenset(
    "is of the at on in hr current de del della dello di da do d des du el la le les los il lo der die das am im zum "
    "actual aktuell aktueller actuel actuelle attuale atual huidige e y et und en van het".split()
)
_BESIDE: Final = frozenset(_OF) | _FILLING
_SHORTEST_PREFIX: Final = 4
_PREFIXES: Final = tuple(
    sorted((word for word in (*_OF, *_DATES) if len(word) >= _SHORTEST_PREFIX), key=len, reverse=True)
)
_SERVICE: Final = (
    *("employ", "emplo", "emple", "empreg", "impieg", "beschaftig", "angestell", "tatig", "werkzaam", "dienst"),
    *("service", "servicio", "servizio", "servico", "contract", "contrat", "vertrag", "poste", "plantilla", "lavor"),
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD: Final = re.compile(r"[a-z]+")
_LONGEST: Final = 100  # characters; a longer one is no name
_MOST_PREFIXES: Final = 3


def words_of(name: str) -> list[str]:
    """The words of a name or of a value, without case, accents, and digits; none of one that is too long."""
    if len(name) > _LONGEST:
        return []
    return _WORD.findall(_CAMEL.sub(" ", without_accents(name)).casefold())


def status_token(name: str) -> str:
    """The word of a name by which it may say who has left or who is not to sign in; blank if none does."""
    words = [_without_prefixes(word) for word in words_of(name)]
    for word in words:
        if means_leaving(word):
            return word
    deciding = [word for word in words if word not in _BESIDE]
    others = {word for word in deciding if word not in _DATES}
    if not others or (others <= _NO_END_ALONE and len(words) == 1):
        return ""
    if others <= _ENDING or (others <= STATES and len(deciding) == len(others)):
        return next(word for word in deciding if word in others)
    return ""


def means_leaving(word: str) -> bool:
    """Whether a word, as `words_of` has it, means that somebody leaves."""
    return word.startswith(_LEAVING) or bool(_LEAVING_WHOLE.fullmatch(word))


def are_known(words: Iterable[str]) -> bool:
    """Whether all words, as `words_of` has them, are of those that say who has left, or may be beside them. A stem with
    more behind it than an ending may be the start of anything."""
    known = _BESIDE | _DATES | _ENDING | STATES
    forms = (_LEAVING_WHOLE, _LEAVING_WITH_ENDING)
    return all(word in known or any(form.fullmatch(word) for form in forms) for word in map(_without_prefixes, words))


def is_of_service(name: str) -> bool:
    """Whether a name has a word of employment: yes and no below it may say who is still there."""
    return any(word.startswith(_SERVICE) for word in words_of(name))


def _without_prefixes(word: str) -> str:
    """`fechabaja` as `baja`, `Beschäftigungsstatus` as `status`; a word of nothing else stays as it is."""
    for _ in range(_MOST_PREFIXES):
        prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix)), "")
        rest = word.removeprefix(prefix)
        rest = rest.removeprefix("s") if rest[1:] in STATES | _ENDING else rest
        if not prefix or not (rest in STATES | _ENDING or means_leaving(rest)):
            return word
        word = rest
    return word
