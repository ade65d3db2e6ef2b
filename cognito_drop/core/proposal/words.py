"""Names of columns beside the aliases that every header may use, and words in columns: in English, German, French,
Spanish, Italian, Portuguese, and Dutch.

Every header may use an alias without a question; these are proposed only, and shown to a person before they are used.
"""

from __future__ import annotations

from typing import Final

from cognito_drop.core.rows.pool_rules import USERNAME
from cognito_drop.core.rows.values import FALSE_OF_LANGUAGES, TRUE_OF_LANGUAGES

NAMES: Final = {
    USERNAME: (
        "user_id logon_name benutzer benutzerkonto identifiant_utilisateur login_utilisateur nome_utilizador "
        "usuario_de_red gebruiker"
    ),
    "email": (
        "e_mail_anschrift adresse_de_messagerie courrier_electronique correo_e direccion_email email_del_usuario "
        "casella_di_posta mailadres"
    ),
    "email_verified": "mail_verified verified_email mail_bestatigt adresse_verifiee",
    "phone_number": (
        "phone_num tel tel_no cell_number telefon_nr portable mobile_telephone numero_portable "
        "numero_de_telephone_portable numero_telephone numero_de_movil numero_movil telefono_celular numero_telefono "
        "telefone_celular numero_de_celular gsm"
    ),
    "phone_number_verified": "verified_phone telefon_bestatigt",
    "name": (
        "complete_name employee_name user_full_name person_name voller_name vor_und_nachname vorname_nachname "
        "name_vorname prenom_et_nom nombre_y_apellido apellidos_y_nombre cognome_e_nome nome_e_sobrenome"
    ),
    "given_name": "first given firstname_s christian_name prenoms nombres primo_nome",
    "family_name": "last family second_name patronyme nom_famille primer_apellido apelido",
    "middle_name": ("middle second_given_name middle_initial zweiter_vorname deuxieme_prenom secondo_nome tweede_naam"),
    "nickname": "nick mote apelido_carinhoso",
    "birthdate": (
        "born born_on date_birth geb_datum geboren geboren_am ne_le nee_le nacimiento cumpleanos nascita nato_il "
        "nata_il nascimento geboortedag"
    ),
    "gender": "genre genere",
    "zoneinfo": "tz huso_horario",
    "locale": "lang",
    "website": "web url internetseite webseite site_web site_internet sitio_web pagina_web sito_web sito",
    "picture": "avatar_url photo_url picture_url image bild foto profilbild foto_url immagine imagem",
    "address": ("adresse anschrift postal_address adresse_postale direccion domicilio indirizzo endereco adres"),
    "updated_at": "modified last_modified modified_at",
}
"""Names that are written so, with an underscore for what is evened out."""

HALVES_OF_NAMES: Final = frozenset({"name", "nom", "nome", "nombre", "naam"})
"""Words for the whole name that are also one half of it."""

OF_COMPANIES: Final = frozenset(
    "business office company corporate firma empresa account department lavoro trabalho werk home".split()
)
"""Those of them beside which `name` is the name of something else."""
OF_ALL: Final = frozenset("company firma empresa account department".split())
"""Those of them beside which an address or a number may be one for many users."""

TRUE: Final = frozenset(
    ("true", "t", "yes", "y", "on", "x", "ja", "j", "oui", "o", "si", "sí", "s", "sim", *TRUE_OF_LANGUAGES,
     "verified", "confirmed", "bestätigt", "verifiziert", "vérifié", "confirmé", "verificado", "confirmado",
     "verificato", "confermato", "geverifieerd", "bevestigd", "1")
)  # fmt: skip
FALSE: Final = frozenset(
    ("false", "f", "no", "n", "off", "nein", "non", "nao", "não", "nee", *FALSE_OF_LANGUAGES,
     "unverified", "unconfirmed", "not verified", "not confirmed", "pending", "nicht bestätigt", "non vérifié",
     "no verificado", "non verificato", "0")
)  # fmt: skip

ACTIVE: Final = frozenset(
    "active enabled ok current employed aktiv angestellt actif actif/ve activo activa alta habilitado attivo "
    "attiva ativo ativa actief unlocked live".split()
) | {"en poste", "in dienst", "de alta"}
"""Words of a status with which a user may sign in."""
SHUT_OUT: Final = frozenset(
    "inactive disabled suspended blocked locked deactivated deleted banned left terminated former archived "
    "inaktiv deaktiviert gesperrt ausgeschieden gelöscht inactif inactif/ve bloqué désactivé "
    "suspendu parti inactivo inactiva bloqueado suspendido deshabilitado baja inattivo inattiva bloccato sospeso "
    "disattivato cessato inativo inativa suspenso inactief geblokkeerd "
    "resigned dismissed offboarded gekündigt entlassen ausgetreten sorti licencié despedido despedida dimesso dimessa "
    "licenziato licenziata desligado desligada demitido demitida ontslagen".split()
) | {"de baja", "uit dienst"}
"""Words of a status with which a user may not."""
