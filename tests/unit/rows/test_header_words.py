"""Headers as people and programs write them: what is known, what is a hint, and that nothing is silently wrong."""

from __future__ import annotations

from typing import Any

import pytest

from cognito_drop.core.results.preflight_json import left_behind
from cognito_drop.core.rows import HashPolicy, PoolRules, UnknownColumns
from cognito_drop.core.rows.header_words import column_names, near, status_word
from cognito_drop.core.text.problem import Problem, ProblemCode
from tests.unit.rows.files import HEADER, Outcome, check, user_pool

RULES = PoolRules.of(user_pool(), HEADER, HashPolicy.of([]))
USER, GIVEN, FAMILY = "cognito:username", "given_name", "family_name"
KNOWN = {
    "Identifiant;Nom;Prénom;Adresse e-mail;Téléphone": (USER, FAMILY, GIVEN, "email", "phone_number"),
    "Nom d\u2019utilisateur;Nom de famille;Prénom;Courriel;Langue": (USER, FAMILY, GIVEN, "email", "locale"),
    "Login;Nom complet;Mél;E-mail vérifié": (USER, "name", "email", "email_verified"),
    "Benutzername;Vorname;Nachname;E-Mail-Adresse;E-Mail verifiziert": (
        USER, GIVEN, FAMILY, "email", "email_verified",
    ),
    "Anmeldename;Name;Vorname;E-Mail;E-Mail bestätigt;Handy;Geschlecht": (
        USER, FAMILY, GIVEN, "email", "email_verified", "phone_number", "gender",
    ),
    "Usuario;Nombre;Apellidos;Correo electrónico;Correo verificado;Teléfono móvil": (
        USER, GIVEN, FAMILY, "email", "email_verified", "phone_number",
    ),
    "Nombre de usuario;Nombre completo;Dirección de correo electrónico": (USER, "name", "email"),
    "Nome utente;Nome;Cognome;Indirizzo e-mail;E-mail verificata": (USER, GIVEN, FAMILY, "email", "email_verified"),
    "Utente;Nome e cognome;Posta elettronica;Data di nascita": (USER, "name", "email", "birthdate"),
    "Nome de usuário;Nome;Sobrenome;E-mail;E-mail verificado": (USER, GIVEN, FAMILY, "email", "email_verified"),
    "Utilizador;Nome próprio;Apelido;Correio eletrónico;Telemóvel": (USER, GIVEN, FAMILY, "email", "phone_number"),
    "Sobrenome;Apelido": (FAMILY, "nickname"),
    "Gebruikersnaam;Naam;Voornaam;E-mailadres;E-mail geverifieerd": (USER, FAMILY, GIVEN, "email", "email_verified"),
    "userName;emailAddress;emailVerified;phoneNumber;phoneVerified;firstName": (
        USER, "email", "email_verified", "phone_number", "phone_number_verified", GIVEN,
    ),
    "Email Confirmed?;mobile no.;SamAccountName;E-mail [Required]": (
        "email_verified", "phone_number", USER, "email",
    ),
    "Login;E-Mail;Telefon mobil": (USER, "email", "phone_number"),
    "user_login;user_email;display_name": (USER, "email", "name"),
}  # fmt: skip
HINTS = {
    "Nom": "family_name or name",
    "Nombre": "given_name or name",
    "Nome": "given_name or name",
    "Naam": "family_name or name",
    "Apelido": "family_name or nickname",
    "Work Email": "nearest: email",
    "Vornahme": "nearest: given_name",
    "Enabled": "",
    "Ville": "",
    "deleted_at": "",
    "Account Name": "nearest: cognito:username",
    "Personalnummer": "",
    "Kundennummer": "",
}


@pytest.mark.parametrize(("header", "columns"), KNOWN.items())
def test_headers_of_six_languages_and_of_programs_are_known(header: str, columns: tuple[str, ...]) -> None:
    """Words with several meanings by the words beside them."""
    assert tuple(column_names(header.split(";"), RULES)) == columns


@pytest.mark.parametrize(("name", "note"), HINTS.items())
def test_what_is_not_certain_is_a_hint(name: str, note: str) -> None:
    """No column of its own; and a column that says who is disabled is like none."""
    assert column_names([name, "email"], RULES) == [None, "email"]
    assert near(name, RULES) == note


def with_custom(*names: str) -> dict[str, Any]:
    """A pool with these attributes, whose limits are no concern here."""
    return user_pool(
        SchemaAttributes=[{"Name": name, "AttributeDataType": "String", "Mutable": True} for name in names]
    )


@pytest.mark.parametrize("name", ["!email_verified", "not_email_verified", "emailNotVerified", "email (unverified)"])
def test_a_name_that_is_negated_is_not_the_column(name: str) -> None:
    """A yes means no in it, so the name is no hint either."""
    assert column_names([name], RULES) == [None]
    assert near(name, RULES) == ""
    assert column_names(["E-mail verified!"], RULES) == ["email_verified"]


def test_an_attribute_may_have_a_negation_in_its_name() -> None:
    """It is found without its prefix, but not behind another negation."""
    rules = PoolRules.of(user_pool(), [*HEADER, "custom:not_listed"])
    assert column_names(["not_listed"], rules) == ["custom:not_listed"]
    assert column_names(["!not_listed"], rules) == [None]


def test_a_word_that_is_an_alias_and_a_custom_attribute_is_neither() -> None:
    """Unless the file has the other column too."""
    rules = PoolRules.of(with_custom("custom:mobile"), [*HEADER, "custom:mobile"], HashPolicy.of([]))
    assert column_names(["Mobile"], rules) == [None]
    assert near("Mobile", rules) == "phone_number or custom:mobile"
    assert column_names(["Mobile", "Phone"], rules) == ["custom:mobile", "phone_number"]


def test_letters_that_are_not_latin_are_compared_too() -> None:
    """A name of another script is never taken for the only attribute of that script."""
    rules = PoolRules.of(with_custom("custom:имя"), [*HEADER, "custom:имя"], HashPolicy.of([]))
    assert column_names(["Имя", "Почта", "ИМЯ"], rules) == ["custom:имя", None, "custom:имя"]


def problem_of(header: str, **options: Any) -> Problem:  # noqa: ANN401
    """Why a file with this header is refused."""
    problem = check(f"{header}\nann,ann@example.com\n", **options).report.problem
    assert problem is not None
    return problem


def test_two_columns_for_one_are_named() -> None:
    """As the file writes them."""
    problem = problem_of("username,email,email_verified,Name,Full Name")
    assert problem.code is ProblemCode.REPEATED_COLUMNS
    assert "more than one column for name (Name, Full Name)" in problem.sentence


def test_a_header_without_a_needed_column_says_what_to_write_and_shows_a_row() -> None:
    """With the columns that the file has."""
    problem = problem_of("Vorname,E-Mail")
    assert problem.sentence == "The header lacks required columns: cognito:username, email_verified."
    assert "email_verified: true, if the address is known to be the user's)" in problem.hint
    row = "given_name,email,email_verified,cognito:username: Ada,ada@example.com,true,ada."
    assert f"An example of {row}" in problem.hint


def test_of_a_header_of_mostly_unknown_names_only_sure_names_are_shown() -> None:
    """A first line may be a user, or a column of a table on its side."""
    shown = problem_of("Imię,Nazwisko,Adres e-mail,login").sentence
    assert "does not have: Adres e-mail (nearest: email), and 2 more." in shown
    assert "does not have: 3." in problem_of("username,ann,bob,cy").sentence


@pytest.mark.parametrize("marks", ["''", "``", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb"])
def test_names_in_other_quotation_marks_are_refused_as_such(marks: str) -> None:
    """Their values would be too."""
    names = ";".join(f"{marks[0]}{name}{marks[1]}" for name in ("username", "email", "email_verified"))
    assert "signs that CSV does not read as quotation marks" in problem_of(names).sentence


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ('"username,email,email_verified"', "in quotation marks as a whole"),
        ('"username;""email"";email_verified"', "in quotation marks as a whole"),
        ('="username",="email",="email_verified"', "written as formulas"),
        ('"=""username""","=""email""","=""email_verified"""', "written as formulas"),
    ],
)
def test_a_header_that_a_spreadsheet_has_quoted_is_refused_as_such(header: str, said: str) -> None:
    """It has names, but CSV does not read them."""
    problem = check(f"{header}\n{header}\n").report.problem
    assert problem is not None
    assert said in problem.sentence


def test_a_header_below_a_title_is_found() -> None:
    """And what separates columns is said where there is none."""
    problem = check("Users of May,,\n,,\nusername,email,email_verified\nann,ann@example.com,true\n").report.problem
    assert problem is not None
    assert problem.sentence == "The first line is not a header; line 3 looks like one."
    assert "separated by commas, semicolons, tabs, or |" in problem_of("username^email^email_verified").hint


def test_what_programs_write_before_and_after_users_is_skipped() -> None:
    """PowerShell's type before the header, an end of file of old systems; and HTML in a name of a column."""
    lines = ["#TYPE System.Object", "username,email,email_verified,Name&nbsp;", "ann,ann@example.com,true,Ann", "\x1a"]
    assert check("\r\n".join(lines)).report.accepted == 1


STATUSES = "username,email,email_verified,Status\nann,ann@example.com,true,Suspended\n"


def test_a_column_that_says_who_is_disabled_is_not_left_out_in_silence() -> None:
    """It is no column of a pool; a mapping reads it."""
    problem = problem_of("username,email,email_verified,Status")
    assert "A mapping with `disabled` keeps out the users whom Status shuts out." in problem.hint
    both = problem_of("username,email,email_verified,Austrittsdatum,Team name,Status")
    assert "the users whom Austrittsdatum or Status shuts out." in both.hint
    for name in ("Status", "is_deleted", "accountLocked", "User Banned", "deleted_at", "Locked until"):
        report = check(STATUSES.replace("Status", name), unknown_columns=UnknownColumns.LEAVE_OUT).report
        warned = {warning["code"] for warning in left_behind(report)}
        assert (report.accepted, warned) == (1, {"columns_left_out", "status_left_out"}), name


@pytest.mark.parametrize(
    "names",
    [
        "Situación,Situation,Situação,Situazione,Estado laboral,Stato lavorativo,Situação do vínculo,Estado actual",
        "Beschäftigungsstatus,Mitarbeiterstatus,Werknemersstatus,employment_status,employmentStatus,Dismissal date",
        "Fecha baja,fechabaja,Fecha de egreso,Data cessazione,Kündigungsdatum,Date de départ,Date de sortie,Exit date",
        "Fecha de salida,Data de desligamento,Datum ontslag,Vertrekdatum,Vertragsende,Contract end,Fin de contrat",
        "In dienst (ja/nee),Uit dienst,Dimesso,Licenziato,Demitido,Entlassen,Dismissed,Resigned,employee.terminatedOn",
        "Motivo de baja,Termination reason,Austrittsgrund,Motif de sortie,Kündigungsgrund,Abgangsdatum",
        "Sortie,date_sortie,Kündigung,Departure date,Departure,Departure reason,Vertrek,Data fine rapporto,Exonerado",
    ],
)
def test_words_of_a_name_are_judged_apart(names: str) -> None:
    """In seven languages: of a state, of an end, and of what they are."""
    assert not [name for name in names.split(",") if not status_word(name)]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        *(("accountState", "accountstate"), ("lifecycle_status", "lifecyclestatus"), ("lock_status", "lockstatus")),
        *(("Account status code", "status"), ("activeFlag", "active"), ("disabledReason", "disabled")),
        *(("removed", "removed"), ("is_frozen", "frozen"), ("notActive", "notactive"), ("soft_deleted", "softdeleted")),
        *(("account_closed_at", "accountclosed"), ("canLogin", "canlogin"), ("user.status.name", "status")),
        *(("profil.Kontostatus", "status"), ("profil.Austritt", "austritt"), ("baja.nombre", "")),
        *(("State", ""), ("Closed", ""), ("Login name", ""), ("User ID", ""), ("Contract name", ""), ("Code", "")),
    ],
)
def test_names_that_programs_give_to_a_status_are_known(name: str, word: str) -> None:
    """With what is said of it behind; a state may be that of an address, and closed a sale."""
    assert status_word(name) == word


def test_names_of_something_else_say_nothing_of_a_status() -> None:
    """Of another state, of when somebody came, and words that only start like those of leaving."""
    names = (
        "Estado civil,Situation familiale,Marital status,Stato civile,Fecha de alta,Fecha de nacimiento,Hire date,"
        "Eintrittsdatum,Datum in dienst,Date d'embauche,Département,Service,Dienst,Finance,Website,Licenciatura,"
        "Designation,Cargo,Employee ID,Personal email,Last login,Data,Datum,Cesena,Bajada,User,Mitarbeiter,Status date,"
        "Sortierung,Vertreklokaal,Kündigungsfrist,Departure airport,Fine,Dismissal rate,Exoneration,Egresos,Reason"
    )
    assert not [name for name in names.split(",") if status_word(name)]


def test_a_long_name_takes_no_long_time() -> None:
    """It is no name, and none of its words is looked at."""
    assert not status_word("contrato" * 20_000 + "baja")


@pytest.mark.parametrize(("word", "accepted"), [("ja", 1), ("OUI", 1), ("sí", 1), ("sim", 1), ("nein", 0), ("não", 0)])
def test_yes_and_no_are_read_in_six_languages(word: str, accepted: int) -> None:
    """A user whose email address is not verified is not imported."""
    found: Outcome = check(f"username,email,email_verified\nann,ann@example.com,{word}\n")
    assert found.report.accepted == accepted


@pytest.mark.parametrize(
    "name",
    [
        *("E-Mail (Vorgesetzter)", "Email [Manager]", "Email (secondary)", "email (old)", "Mail (Notfall)"),
        *("Phone (emergency contact)", "Telefon (Firma Zentrale)", "Geburtsdatum (Kind)", "Name (Manager)"),
    ],
)
def test_a_note_in_brackets_may_say_that_the_values_are_of_somebody_else(name: str) -> None:
    """A code to reset the password would go to the manager."""
    assert column_names(["username", name], RULES) == [USER, None]
    problem = problem_of(f"username,{name},email_verified")
    assert f"{name} (" in problem.sentence
    assert "if it is the user's own)" in problem.sentence


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("E-Mail (dienstlich)", "email"), ("Phone (mobile)", "phone_number"), ("Email (required)", "email")),
        *(("Geburtsdatum (TT.MM.JJJJ)", "birthdate"), ("Email verified (true/false)", "email_verified")),
        *(("User name [userPrincipalName] Required", USER), ("First name [givenName]", GIVEN), ("Vorname ()", GIVEN)),
    ],
)
def test_a_note_on_the_values_is_passed_over(name: str, column: str) -> None:
    """As templates write them, and people who export from a spreadsheet."""
    assert column_names([name], RULES) == [column]
