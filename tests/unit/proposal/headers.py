"""Headers of other systems and in several languages, each column with a value and the attribute that it is.

A blank attribute means that the column is none of the pool's, or one that only a person can name.
"""

from __future__ import annotations

ANN = "ann@example.com"
HEADERS: dict[str, list[tuple[str, str, str]]] = {
    "Microsoft 365": [
        ("User Name", "ann.lee", "cognito:username"), ("First Name", "Ann", "given_name"),
        ("Last Name", "Lee", "family_name"), ("Display Name", "Ann Lee", "name"), ("Job Title", "Cook", ""),
        ("Department", "Kitchen", "custom:dept"), ("Office Number", "12", ""), ("Office Phone", "", ""),
        ("Mobile Phone", "+1 206 555 0100", "phone_number"), ("Fax", "", ""), ("Address", "1 Main St", "address"),
        ("City", "Seattle", ""), ("State or Province", "WA", ""), ("ZIP or Postal Code", "98101", ""),
        ("Country or Region", "United States", ""), ("Alternate email address", "ann@home.example", ""),
    ],
    "Google Workspace without its own columns": [
        ("First Name [Required]", "Ann", "given_name"), ("Last Name [Required]", "Lee", "family_name"),
        ("Email Address [Required]", ANN, "email"), ("Password [Required]", "****", ""),
        ("Home Secondary Email", "ann@home.example", ""), ("Employee ID", "4711", ""),
    ],
    "sign-in with email": [
        ("email", ANN, "email"), ("email_verified", "true", "email_verified"), ("name", "Ann", "name"),
    ],
    "day first": [
        ("cognito:username", "ann", "cognito:username"), ("email", ANN, "email"),
        ("email_verified", "true", "email_verified"), ("birthdate", "15/04/1991", "birthdate"),
    ],
    "mail and suspended": [("mail", ANN, "email"), ("suspended", "TRUE", "")],
    "English": [
        ("Login", "ann", "cognito:username"), ("Given Name", "Ann", "given_name"), ("Surname", "Lee", "family_name"),
        ("Work email", ANN, "email"), ("Email confirmed", "yes", "email_verified"),
        ("Manager email", "boss@example.com", ""), ("Cell phone", "+1 206 555 0100", "phone_number"),
        ("Emergency contact phone", "+1 206 555 0101", ""), ("DOB", "1991-04-15", "birthdate"),
        ("Start date", "2020-01-31", ""), ("Time zone", "Europe/Paris", "zoneinfo"), ("Sex", "f", "gender"),
        ("Dept", "Kitchen", "custom:dept"), ("Last login", "2026-01-31", ""),
    ],
    "English typing errors": [
        ("Usernmae", "ann", "cognito:username"), ("Frist Name", "Ann", "given_name"), ("Emial", ANN, "email"),
        ("Phone Numbr", "+1 206 555 0100", "phone_number"), ("Date of Brith", "1991-04-15", "birthdate"),
    ],
    "German": [
        ("Personalnummer", "4711", ""), ("Benutzername", "ann", "cognito:username"), ("Name", "Lee", "family_name"),
        ("Vorname", "Ann", "given_name"), ("E-Mail (dienstlich)", ANN, "email"),
        ("E-Mail bestätigt", "ja", "email_verified"), ("Telefon mobil", "+49 151 23456789", "phone_number"),
        ("Geburtsdatum", "15.04.1991", "birthdate"), ("Geschlecht", "w", "gender"),
        ("Abteilung", "Küche", "custom:dept"),
        ("Eintrittsdatum", "01.02.2020", ""), ("Vorgesetzter", "Bo Roe", ""), ("Status", "aktiv", ""),
    ],
    "French": [
        ("Matricule", "4711", ""), ("Identifiant", "ann", "cognito:username"), ("Nom", "Lee", "family_name"),
        ("Prénom", "Ann", "given_name"), ("Adresse électronique", ANN, "email"),
        ("E-mail vérifié", "oui", "email_verified"), ("Téléphone portable", "+33 6 12 34 56 78", "phone_number"),
        ("Date de naissance", "15/04/1991", "birthdate"), ("Langue", "fr", "locale"),
        ("Service", "Cuisine", "custom:dept"),
        ("Date d'embauche", "01/02/2020", ""), ("Actif", "oui", ""),
    ],
    "Spanish": [
        ("Usuario", "ann", "cognito:username"), ("Nombre", "Ann", "given_name"),
        ("Apellidos", "Lee Roe", "family_name"), ("Correo electrónico", ANN, "email"),
        ("Correo verificado", "sí", "email_verified"), ("Teléfono móvil", "+34 612 345 678", "phone_number"),
        ("Fecha de nacimiento", "15/04/1991", "birthdate"), ("Sexo", "M", "gender"),
        ("Departamento", "Cocina", "custom:dept"),
        ("Puesto", "Cocinera", ""), ("Fecha de alta", "01/02/2020", ""),
    ],
    "Italian": [
        ("Nome utente", "ann", "cognito:username"), ("Nome", "Ann", "given_name"), ("Cognome", "Lee", "family_name"),
        ("Indirizzo e-mail", ANN, "email"), ("Email verificata", "vero", "email_verified"),
        ("Cellulare", "+39 312 345 6789", "phone_number"), ("Data di nascita", "15/04/1991", "birthdate"),
        ("Lingua", "it", "locale"), ("Reparto", "Cucina", "custom:dept"),
        ("Matricola", "4711", ""), ("Stato", "attivo", ""),
    ],
    "Portuguese": [
        ("Nome de usuário", "ann", "cognito:username"), ("Nome completo", "Ann Lee", "name"),
        ("Endereço de e-mail", ANN, "email"), ("Celular", "+55 11 91234 5678", "phone_number"),
        ("Data de nascimento", "15/04/1991", "birthdate"), ("Cargo", "Cozinheira", ""),
    ],
    "Dutch": [
        ("Gebruikersnaam", "ann", "cognito:username"), ("Voornaam", "Ann", "given_name"),
        ("Achternaam", "Lee", "family_name"), ("E-mailadres", ANN, "email"),
        ("Mobiel nummer", "+31 6 12345678", "phone_number"), ("Geboortedatum", "15-04-1991", "birthdate"),
        ("Afdeling", "Keuken", "custom:dept"),
    ],
    "names of something else": [
        ("Company Name", "Acme", ""), ("Firma Name", "Acme", ""), ("email_unverified", "true", ""),
        ("Email not verified", "no", ""), ("phone_unconfirmed", "yes", ""), ("unverified_email", "true", ""),
    ],
    "names that lie": [
        ("Login", "2026-01-31 10:00", ""), ("Email", "n/a", ""), ("Name", "9f1b1c1e-0c4e-4a8e-9d55-5f2f3b0a7c11", ""),
        ("Phone", "yes", ""), ("Birthday", "ann@example.com", ""), ("Locale", "Building 7", ""),
        ("Email of the manager", "boss@example.com", ""), ("Phone (emergency)", "", ""),
    ],
    "twice": [
        ("Email", ANN, ""), ("E-Mail", "ann@home.example", ""), ("Private phone", "+1 206 555 0100", ""),
        ("Work phone", "+1 206 555 0101", ""), ("id", "1", ""), ("id", "2", ""),
    ],
}  # fmt: skip
