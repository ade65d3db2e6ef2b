"""What the columns of a file are called by people: names of the pool's columns in other words and languages.

Guarantees that a word that has several meanings is taken for a column only beside a word that decides which; otherwise
it is known for a hint. Names are compared without case, accents, spaces, and signs.
"""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.name_notes import says_whose
from cognito_drop.core.rows.pool_rules import MFA_ENABLED, PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.status_tokens import STATES, are_known, status_token, words_of
from cognito_drop.core.text.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from cognito_drop.core.rows.pool_rules import PoolRules

ALIASES: Final = {
    USERNAME: "username user login login_name login_id user_principal_name upn sam_account_name "
    "user_login benutzername nutzername anmeldename loginname benutzerkennung kennung utilisateur nom_utilisateur "
    "nom_d'utilisateur identifiant identifiant_de_connexion usuario nombre_usuario nombre_de_usuario utente "
    "nome_utente nome_de_usuario utilizador nome_de_utilizador gebruikersnaam inlognaam",
    "email": "e_mail mail email_address e_mail_address email_id primary_email primary_email_address user_email "
    "e_mail_adresse mail_adresse courriel mel adresse_e_mail adresse_mail adresse_courriel adresse_electronique correo "
    "correo_electronico direccion_de_correo direccion_de_correo_electronico direccion_de_email posta_elettronica "
    "indirizzo_email indirizzo_e_mail indirizzo_mail indirizzo_di_posta_elettronica correio_eletronico "
    "endereco_de_email endereco_de_e_mail endereco_eletronico e_mailadres",
    "email_verified": "e_mail_verified is_email_verified email_is_verified email_confirmed is_email_confirmed "
    "email_address_verified email_validated e_mail_verifiziert e_mail_bestatigt e_mail_adresse_verifiziert "
    "e_mail_adresse_bestatigt e_mail_verifie e_mail_verifiee e_mail_confirme adresse_e_mail_verifiee courriel_verifie "
    "courriel_confirme correo_verificado correo_electronico_verificado correo_confirmado email_verificado "
    "email_confirmado email_verificata email_verificato email_confermata indirizzo_e_mail_verificato "
    "correio_eletronico_verificado e_mail_geverifieerd e_mailadres_geverifieerd e_mail_bevestigd",
    "phone_number": "phone phone_no telephone telephone_number mobile mobile_no mobile_number mobile_phone "
    "mobile_phone_number cell cell_phone cell_phone_number primary_phone primary_phone_number telefon telefonnummer "
    "rufnummer mobil telefon_mobil mobilnummer mobiltelefon mobilfunknummer handy handynummer telephone_mobile "
    "telephone_portable numero_de_telephone numero_de_portable telefono telefono_movil movil numero_de_telefono "
    "numero_di_telefono cellulare telefono_cellulare numero_di_cellulare telefone telemovel celular numero_de_telefone "
    "telefoon telefoonnummer mobiel mobiel_nummer",
    "phone_number_verified": "phone_verified is_phone_verified phone_number_confirmed phone_confirmed "
    "is_phone_number_verified mobile_verified telefon_verifiziert telefonnummer_verifiziert telephone_verifie "
    "telefono_verificado telefono_verificato telefone_verificado telefoon_geverifieerd",
    "name": "full_name display_name anzeigename vollstandiger_name nom_complet nom_et_prenom nom_prenom prenom_nom "
    "nombre_completo nombre_y_apellidos nome_completo nome_e_cognome nominativo volledige_naam",
    "given_name": "first_name forename legal_first_name vorname rufname prenom nombre_de_pila primer_nombre "
    "nome_proprio primeiro_nome voornaam roepnaam",
    "family_name": "last_name surname legal_last_name nachname familienname zuname nom_de_famille apellido apellidos "
    "cognome sobrenome ultimo_nome achternaam familienaam",
    "middle_name": "segundo_nombre nome_do_meio",
    "nickname": "spitzname surnom apodo soprannome bijnaam",
    "gender": "sex geschlecht sexe sexo genero sesso geslacht",
    "birthdate": "date_of_birth dob birthday geburtsdatum geburtstag date_de_naissance date_naissance "
    "fecha_de_nacimiento fecha_nacimiento data_di_nascita data_nascita data_de_nascimento data_nascimento "
    "geboortedatum",
    "zoneinfo": "timezone zeitzone fuseau_horaire zona_horaria fuso_orario fuso_horario tijdzone",
    "locale": "language preferred_language sprache langue idioma lingua taal",
    "website": "web_site homepage",
    "picture": "avatar photo",
    "updated_at": "updated last_updated",
    MFA_ENABLED: "mfa mfa_enabled",
    PASSWORD_HASH: "hashed_password",
}
"""Other names of the pool's columns, with an underscore for what is evened out."""

POSITIVE_STATUS: Final = frozenset(
    "enabled active activated aktiv aktiviert actif active activo activado habilitado attivo attivato abilitato ativo "
    "ativado actief geactiveerd employed indienst beschaftigt angestellt enposte enservice enactivo inforza inservizio "
    "werkzaam canlogin cansignin".split()
)
"""Words in names of columns of yes and no where yes means that a user may sign in."""
NEUTRAL_STATUS: Final = STATES | frozenset(
    "etatducompte useraccountcontrol accountstate userstate loginstate lifecyclestate lifecyclestatus lockstatus "
    "lockstate".split()
)
"""Such words where neither yes nor no says who may sign in."""
LEAVING: Final = frozenset(
    "left leaver lefton enddate leavingdate leavedatetime terminationdate austritt austrittsdatum ausgeschieden "
    "datededepart datedesortie fechadebaja baja datadicessazione datadesaida datumuitdienst uitdienst "
    "expires expiry expiration expirydate expirationdate validuntil validto ablaufdatum gultigbis lockoutend "
    "lockouttime".split()
)
"""Names of columns with a value, mostly a date, for users who have left or whose account ends."""
_NEGATIVE: Final = (
    "inactive blocksignin inaktiv gesperrt deaktiviert geloscht inactif supprime inactivo eliminado inattivo eliminato "
    "inativo excluido inactief verwijderd bloccato bloque bloqueado desactive desactivado deshabilitado disattivato "
    "desativado geblokkeerd sospeso suspendido suspendu suspenso notactive softdeleted"
)
_ENDED: Final = (
    "disabled suspended blocked deactivated inactivated locked lockedout archived deleted banned terminated revoked "
    "expired removed frozen blacklisted accountclosed accountcanceled accountcancelled"
)
_OF_STATUS: Final = re.compile(
    r"(?:is|account|user|login|access|member|employee|employment|contract|hr|staff|benutzer|konto|mitarbeiter|compte|"
    r"cuenta|conta)*"
    rf"(?:({'|'.join((*POSITIVE_STATUS, *sorted(NEUTRAL_STATUS), *LEAVING, *_NEGATIVE.split()))})"
    rf"|({'|'.join(_ENDED.split())})(?:at|on|date|datetime|time|since|until)?)"
    r"(?:flag|code|id|name|value|text|reason)?"
)
"""Evened names of columns that say who is shut out."""

_BESIDE: Final = {
    "nom": {"family_name": "prenom", "name": ""},
    "nome": {"given_name": "cognome sobrenome ultimonome", "name": ""},
    "nombre": {"given_name": "apellido apellidos primerapellido", "name": ""},
    "naam": {"family_name": "voornaam roepnaam", "name": ""},
    "name": {"family_name": "vorname rufname"},
    "apelido": {"family_name": "nomeproprio primeironome", "nickname": "sobrenome"},
}
"""Words with several meanings: what each means beside which others."""
_CUSTOM: Final = "custom:"
_EVENED_OUT: Final = re.compile(r"[\s\-.:_'`\u2019\u00b4?!#]+")
_BETWEEN: Final = re.compile("[ _-]+")
_ADDED: Final = re.compile(r"[\[(][^\[\]()]*[\])]|\brequired\b|\*", re.IGNORECASE)
"""What templates add to names: `[Required]`, `(Yes/No)`, an asterisk."""
_NEGATIONS: Final = frozenset({"not", "unverified", "unconfirmed"})
_NEAR, _NEAR_ALIAS = 0.65, 0.8
_SURELY_NEAR: Final = 0.9
"""Families are called Handley, and Spaniards Genaro: 0.83 from `handy` and `genero`."""


def evened(name: str) -> str:
    """A name as names are compared."""
    name = html.unescape(name) if "&" in name else name
    bare = _ADDED.sub(" ", name).strip() or name
    return _EVENED_OUT.sub("", without_accents(bare).casefold())


_BY_ALIAS: Final = {evened(alias): column for column, aliases in ALIASES.items() for alias in aliases.split()}


def alias_of(name: str) -> str:
    """The pool's column that people call so, if it has a single meaning; blank otherwise."""
    return _BY_ALIAS.get(evened(name), "")


def column_names(given: Sequence[str], rules: PoolRules) -> list[str | None]:
    """The pool's name for each name of a header, None where there is none, where the name negates it, or where a note
    in the name may say that the values are somebody else's."""
    pool = [column.name for column in rules.columns]
    same = _unique((evened(name), name) for name in pool)
    bare = _unique((evened(name.removeprefix(_CUSTOM)), name) for name in pool if name.startswith(_CUSTOM))
    of_pool = {*same, *bare}
    others = [name.startswith("!") or (("(" in name or "[" in name) and _is_of_others(name, of_pool)) for name in given]
    words = ["" if is_other else evened(name) for name, is_other in zip(given, others, strict=True)]
    found = [name if rules.has(name) else same.get(even) for name, even in zip(given, words, strict=True)]
    for is_left in (False, True):  # what has one meaning first
        for at, even in enumerate(words):
            if found[at] is None:
                meanings = {alias for alias in (_BY_ALIAS.get(even, ""), bare.get(even, "")) if rules.has(alias)}
                meanings -= set(found) if is_left else set()
                found[at] = meanings.pop() if len(meanings) == 1 else None
    for at, even in enumerate(words):
        meant = _meant_beside(even, words)
        if found[at] in (None, "name") and rules.has(meant) and meant not in found:
            found[at] = meant
    return found


def near(name: str, rules: PoolRules, *, is_strict: bool = False) -> str:
    """What the name of an unknown column may mean, as a note; blank where nothing is near. `is_strict` asks for a name
    that can hardly be anything else, such as the name of a person."""
    even = evened(name)
    if status_word(even) or is_negated(name):
        return ""  # similar names mean something else
    own = {
        evened(one): column.name for column in rules.columns for one in (column.name, column.name.removeprefix(_CUSTOM))
    }
    aliases = {alias: column for alias, column in _BY_ALIAS.items() if rules.has(column)}
    if _is_of_others(name, own) and (meant := own.get(even) or aliases.get(even)):
        return f"{meant}, if it is the user's own"
    if even in _BESIDE:
        return " or ".join(_BESIDE[even])
    match = difflib.get_close_matches(even, own, n=1, cutoff=_SURELY_NEAR if is_strict else _NEAR)
    if aliased := difflib.get_close_matches(even, aliases, n=1, cutoff=_SURELY_NEAR if is_strict else _NEAR_ALIAS):
        is_nearer = not match or _ratio(even, aliased[0]) >= _ratio(even, match[0])
        if is_nearer and aliased[0] == even and even in own:
            return f"{aliases[even]} or {own[even]}"
        return f"nearest: {aliases[aliased[0]] if is_nearer else own[match[0]]}"
    return f"nearest: {own[match[0]]}" if match else ""


def status_word(name: str) -> str:
    """Of a column that may say which users are disabled the word that says so, such as `deleted` of `Is Deleted` and
    `deleted_at`; of a path its last member's. Blank for another one."""
    found = _OF_STATUS.fullmatch(evened(name)) or _OF_STATUS.fullmatch(evened(name.rpartition(".")[2]))
    return found[found.lastindex or 0] if found else status_token(name.rpartition(".")[2])


def says_who_may(name: str) -> bool:
    """Whether a yes in a column of this name means that a user may sign in, as in `Active` and `account.enabled`."""
    return status_word(name) in POSITIVE_STATUS


def is_status_name(name: str) -> bool:
    """Whether a name is made of words of a status alone, so that it cannot be a value such as the name of a user."""
    words = words_of(name)
    if "".join(words) != _BETWEEN.sub("", without_accents(name)).casefold():
        return False
    return bool(_OF_STATUS.fullmatch(evened(name)) or (status_token(name) and are_known(words)))


def is_negated(name: str) -> bool:
    """Whether a yes in a column of this name means no in the one without the negation, as in `!email_verified`."""
    return name.startswith("!") or not _NEGATIONS.isdisjoint(words_of(name))


def _is_of_others(name: str, pool: Container[str]) -> bool:
    """Whether a note in the name may say that the values are somebody else's. `pool` has the evened names of the pool's
    columns."""
    return says_whose(name, lambda note: evened(note) in _BY_ALIAS or evened(note) in pool)


def _meant_beside(even: str, words: Sequence[str]) -> str:
    meanings = _BESIDE.get(even, {})
    return next((column for column, beside in meanings.items() if not set(beside.split()).isdisjoint(words)), "")


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs whose first half occurs once."""
    listed = [(even, name) for even, name in pairs if even]
    counted = Counter(even for even, _ in listed)
    return {even: name for even, name in listed if counted[even] == 1}
