"""What people call custom attributes, in English, German, French, Spanish, Italian, Portuguese, and Dutch.

Names of custom attributes are each pool's own. A pool has the attribute that a column means if both names have the same
meaning here, such as `Abteilung` and `custom:dept`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.core.rows.header_words import evened

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUSTOM: Final = "custom:"
_CLEAR: Final = {
    "department": "dept department_name abteilung fachabteilung departement departamento depto reparto dipartimento "
    "afdeling",
    "employee_number": "employee_no employee_num employee_nr employee_id emp_no emp_id emp_number staff_number "
    "staff_no staff_id personnel_number personnel_no payroll_number personalnummer personal_nr mitarbeiternummer "
    "mitarbeiter_nr mitarbeiter_id matricule numero_matricule numero_de_matricule numero_employe numero_d'employe "
    "numero_de_empleado numero_empleado num_empleado id_empleado matricola numero_matricola numero_di_matricola "
    "numero_dipendente matricula numero_de_matricula numero_de_funcionario personeelsnummer medewerkernummer",
    "job_title": "stellenbezeichnung berufsbezeichnung intitule_du_poste intitule_de_poste puesto puesto_de_trabajo "
    "cargo mansione functietitel",
    "company": "company_name organization employer firma firmenname unternehmen societe entreprise "
    "nom_de_l'entreprise empresa compania azienda societa bedrijf bedrijfsnaam",
    "cost_center": "cost_centre cost_center_number kostenstelle centre_de_cout centre_de_couts centro_de_coste "
    "centro_de_costes centro_de_costo centro_de_costos centro_di_costo centro_de_custo kostenplaats",
    "team": "team_name equipe equipo",
    "location": "office_location standort ubicacion localizacao sede locatie",
    "street": "street_address street_name strasse strasse_und_hausnummer strasse_hausnummer rue numero_et_rue calle "
    "calle_y_numero rua straat straatnaam",
    "postal_code": "postcode zip zip_code zip_or_postal_code plz postleitzahl code_postal codigo_postal codice_postale",
    "city": "city_name stadt wohnort ville ciudad citta cidade woonplaats",
    "province": "state_or_province bundesland provincia provincie",
    "country": "country_name country_or_region pays pais paese nazione",
    "hire_date": "date_hired date_of_hire joining_date entry_date eintrittsdatum date_d'embauche date_d'entree "
    "fecha_de_ingreso fecha_de_contratacion data_di_assunzione data_assunzione data_de_admissao datum_in_dienst",
    "manager": "manager_name line_manager supervisor vorgesetzter vorgesetzte superieur_hierarchique leidinggevende",
    "customer_number": "customer_no customer_id kundennummer kunden_nr numero_client numero_de_client "
    "numero_de_cliente numero_cliente id_cliente codice_cliente klantnummer",
    "salutation": "anrede civilite tratamiento aanhef",
}
"""Words with the meaning of another one, with an underscore for what is evened out."""
_UNCLEAR: Final = {
    "department": "service bereich division unit org_unit organizational_unit sector setor sezione",
    "employee_number": "payroll_id personal_id worker_id badge_number",
    "job_title": "title job position funktion stelle poste fonction qualifica funcao functie",
    "company": "account_name ditta arbeitgeber employeur",
    "team": "squad squadra",
    "location": "site office lieu niederlassung vestiging",
    "street": "address_line_1 address_1 via",
    "postal_code": "cap cep",
    "city": "town ort localidad comune localidade plaats stad",
    "province": "state region kanton",
    "country": "land",
    "hire_date": "start_date eintritt fecha_de_alta",
    "manager": "superieur responsable jefe responsabile gestor",
    "customer_number": "client_number client_id",
}
"""Words that may have it: a person has to be asked."""

_BY_WORD: Final = {
    evened(word): (meaning, is_clear)
    for words, is_clear in ((_UNCLEAR, False), (_CLEAR, True))
    for meaning, listed in words.items()
    for word in (meaning, *listed.split())
}


def custom_attributes_by_word(pool: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The custom attribute of a pool for each evened word that has its meaning, and whether it has no other one.

    A meaning that two attributes have is left out.
    """
    of_meaning: dict[str, list[str]] = {}
    for name in pool:
        found = _BY_WORD.get(evened(name.removeprefix(_CUSTOM))) if name.startswith(_CUSTOM) else None
        if found:
            of_meaning.setdefault(found[0], []).append(name)
    return {
        word: (of_meaning[meaning][0], is_clear)
        for word, (meaning, is_clear) in _BY_WORD.items()
        if len(of_meaning.get(meaning, ())) == 1
    }
