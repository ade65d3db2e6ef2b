"""Files of more programs come out right: what each writes, and who of it is imported."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from cognito_drop.core.rows import Normalization, RejectionCode
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.real_files.test_real_files import ANN, BOB, DISABLED, Right, checked, comes_out

CY: Final = "cy@example.com"
EXCEL: Final = "utf-8-sig"
OWN: Final = "cognito:username,email,email_verified"
BOB_IS_OUT: Final = ((2, DISABLED),)
BOB_IS_OUT_OF_CSV: Final = ((3, DISABLED),)


def csv(*lines: str, encoding: str = "utf-8", end: str = "\n") -> bytes:
    """A file of these lines."""
    return "".join(f"{line}{end}" for line in lines).encode(encoding)


def graph(*users: dict[str, Any]) -> bytes:
    """What Microsoft Graph answers."""
    return json.dumps({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": users}).encode()


def shut_out(heading: str) -> Right:
    """A file of a program that has no preset is refused, with the column that says who is shut out."""
    return Right(problem=ProblemCode.UNKNOWN_COLUMNS, says=f"keeps out the users whom {heading} shuts out")


_ANN_OF_AUTH0: Final = {"user_id": "auth0|1", "email": ANN, "email_verified": True}
_ANN_OF_CLERK: Final = {
    "id": "user_2m0",
    "object": "user",
    "first_name": "Ann",
    "primary_email_address_id": "idn_1",
    "email_addresses": [{"id": "idn_1", "email_address": ANN, "verification": {"status": "verified"}}],
}
_BOB_OF_CLERK: Final = _ANN_OF_CLERK | {"email_addresses": [{"id": "idn_1", "email_address": BOB}], "banned": "true"}
FILES: Final[dict[str, tuple[bytes, Right]]] = {
    # Exports of systems with a preset
    "okta, columns with the path of the API": (
        csv(
            "user.id,user.status,user.profile.login,user.profile.email",
            f"1,ACTIVE,{ANN},{ANN}",
            f"2,DEPROVISIONED,{BOB},{BOB}",
        ),
        Right("okta", (ANN,), BOB_IS_OUT_OF_CSV),
    ),
    "okta, report of people, which lacks what the preset needs": (
        csv("First name,Last name,Username,Primary email,Status", f"Bob,Roe,bob,{BOB},Suspended"),
        shut_out("Status"),
    ),
    "okta, comments between the rows": (
        csv("status,login,email", f"ACTIVE,ann,{ANN}", "# left in May", "", f"ACTIVE,bob,{BOB}", "#"),
        Right("okta", (ANN, BOB), ((3, RejectionCode.COMMENTED_OUT), (6, RejectionCode.COMMENTED_OUT))),
    ),
    "auth0, a page of the API": (
        json.dumps({"start": 0, "users": [_ANN_OF_AUTH0, _ANN_OF_AUTH0 | {"email": BOB, "blocked": True}]}).encode(),
        Right("auth0", (ANN,), BOB_IS_OUT),
    ),
    "auth0, a file for its import": (
        json.dumps([{"email": ANN, "email_verified": True, "custom_password_hash": {"algorithm": "bcrypt"}}]).encode(),
        Right("auth0", problem=ProblemCode.WRONG_EXPORT, says="Export the users with Auth0's bulk user export"),
    ),
    "auth0, a list of addresses": (
        json.dumps([ANN, BOB]).encode(),
        Right("auth0", problem=ProblemCode.WRONG_EXPORT, says="no record can be read as an object"),
    ),
    "auth0, objects that are nested too deep to be read": (
        b"[" + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"]",
        Right("auth0", problem=ProblemCode.WRONG_EXPORT, says="no record can be read as an object"),
    ),
    "firebase, users that are texts": (
        json.dumps({"users": [ANN, BOB]}).encode(),
        Right("firebase", problem=ProblemCode.WRONG_EXPORT, says="no record can be read as an object"),
    ),
    "keycloak, users of the REST API": (
        json.dumps(
            [
                {"id": "1", "username": "ann", "enabled": True, "emailVerified": True, "email": ANN, "totp": False},
                {"id": "2", "username": "bob", "enabled": False, "emailVerified": True, "email": BOB},
            ]
        ).encode(),
        Right("keycloak", (ANN,), BOB_IS_OUT),
    ),
    "keycloak, kcadm without a header": (
        csv(f'"ann","{ANN}",true,true', f'"bob","{BOB}",false,true'),
        Right("keycloak", problem=ProblemCode.WRONG_EXPORT, says="enabled and username"),
    ),
    "keycloak, a realm without users": (
        json.dumps({"id": "r", "realm": "r", "enabled": True, "roles": {"realm": []}}).encode(),
        Right("keycloak", problem=ProblemCode.WRONG_EXPORT, says="realm without users"),
    ),
    "firebase, disabled as a text and as a number": (
        json.dumps(
            {
                "users": [
                    {"localId": str(at), "email": mail, "emailVerified": True, "disabled": value}
                    for at, (mail, value) in enumerate([(ANN, False), (BOB, "TRUE"), (CY, 1)])
                ]
            }
        ).encode(),
        Right("firebase", (ANN,), ((2, DISABLED), (3, DISABLED))),
    ),
    "entra, active users of the Microsoft 365 admin center": (
        csv(
            "Block credential,City,Display name,Object Id,User principal name",
            f"False,,Ann,8f0c1a2b,{ANN}",
            f"True,,Bob,8f0c1a2c,{BOB}",
            encoding=EXCEL,
        ),
        Right("entra", (ANN,), BOB_IS_OUT_OF_CSV),
    ),
    "entra, the template of bulk changes": (
        csv(
            "version:v1.0,,",
            "Name [displayName],User name [userPrincipalName] Required,Block sign in (Yes/No) [accountEnabled]",
            f"Ann,{ANN},No",
            f"Bob,{BOB},Yes",
        ),
        Right("entra", (ANN,), ((4, DISABLED),)),
    ),
    "entra, users of PowerShell": (
        csv(
            "#TYPE Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser",
            '"DisplayName","UserPrincipalName","Mail","AccountEnabled","Id"',
            f'"Ann","{ANN}","{ANN}","True","1"',
            f'"Bob","{BOB}","{BOB}","False","2"',
            end="\r\n",
        ),
        Right("entra", (ANN,), ((4, DISABLED),)),
    ),
    "entra, Graph without accountEnabled": (
        graph({"displayName": "Ann", "mail": ANN, "userPrincipalName": ANN, "id": "1"}),
        Right("entra", (ANN,), warnings=("no_status",)),
    ),
    "entra, deleted users": (
        csv(
            "userPrincipalName,mail,id,userType,accountEnabled,deletedDateTime",
            f"{ANN},{ANN},1,Member,True,",
            f"{BOB},{BOB},2,Member,True,2024-01-01T00:00:00Z",
        ),
        Right("entra", (ANN,), BOB_IS_OUT_OF_CSV),
    ),
    "fusionauth, a file for its import": (
        json.dumps(
            {"users": [{"active": True, "email": ANN, "encryptionScheme": "bcrypt", "verified": True}]}
        ).encode(),
        Right("fusionauth", problem=ProblemCode.WRONG_EXPORT, says="GET /api/user/search"),
    ),
    "clerk, a page of the API with banned as a text": (
        json.dumps({"data": [_ANN_OF_CLERK, _BOB_OF_CLERK], "total_count": 2}).encode(),
        Right("clerk", (ANN,), BOB_IS_OUT),
    ),
    "supabase, the result of a query": (
        csv(
            "id,email,email_confirmed_at,banned_until,raw_user_meta_data",
            f'1,{ANN},2024-01-01 00:00:00+00,null,"{{""full_name"":""Ann""}}"',
            f"2,{BOB},2024-01-01 00:00:00+00,2099-01-01 00:00:00+00,{{}}",
        ),
        Right("supabase", (ANN,), BOB_IS_OUT_OF_CSV),
    ),
    "cognito, text output of the AWS CLI": (
        csv("USERS\tTrue\t2024-01-01T00:00:00\t2024-01-01T00:00:00\tCONFIRMED\tann", f"ATTRIBUTES\temail\t{ANN}"),
        Right(problem=ProblemCode.OTHER_FORMAT, says="--output json"),
    ),
    # Programs without a preset
    "devise, whose table has columns that the one of supabase has too": (
        csv("id,email,encrypted_password,confirmed_at", f"1,{ANN},,2020-01-01"),
        Right(problem=ProblemCode.UNKNOWN_COLUMNS, says="cognito-drop map"),
    ),
    "supabase, without the columns that devise has too": (
        csv("id,email,email_confirmed_at,banned_until", f"1,{ANN},2020-01-01,"),
        Right(problem=ProblemCode.WRONG_EXPORT, says="preset supabase"),
    ),
    "devise, whose locked users no preset knows": (
        csv("id,email,encrypted_password,confirmed_at,locked_at", f"1,{ANN},,2020-01-01,2024-01-01"),
        Right("supabase", problem=ProblemCode.STATUS_NOT_READ, says="locked_at"),
    ),
    "google workspace by GAM": (
        csv("primaryEmail,name.givenName,name.familyName,suspended,archived", f"{BOB},Bob,Roe,True,False"),
        Right(problem=ProblemCode.UNKNOWN_COLUMNS, says="does not have: 4."),
    ),
    "active directory": (
        csv(
            "#TYPE Microsoft.ActiveDirectory.Management.ADUser",
            '"EmailAddress","Enabled","GivenName","Surname","UserPrincipalName"',
            f'"{BOB}","False","Bob","Roe","bob@corp.example"',
        ),
        shut_out("Enabled"),
    ),
    "django": (csv("id,username,email,is_staff,is_active", f"1,bob,{BOB},f,f"), shut_out("is_active")),
    "laravel": (csv("id,name,email,email_verified_at,deleted_at", f"1,Bob,{BOB},,2024-01-01"), shut_out("deleted_at")),
    "slack": (csv("username,email,status,fullname", f"bob,{BOB},Deactivated,Bob"), shut_out("status")),
    "discourse": (
        csv("id,name,username,email,suspended_at", f"1,Bob,bob,{BOB},2024-01-01"),
        shut_out("suspended_at"),
    ),
    "moodle": (csv("username,firstname,lastname,email,suspended", f"bob,Bob,Roe,{BOB},1"), shut_out("suspended")),
    "salesforce": (
        csv('"USERNAME","LASTNAME","EMAIL","ISACTIVE"', f'"bob","Roe","{BOB}","false"'),
        shut_out("ISACTIVE"),
    ),
    "jumpcloud": (csv("username,email,account_locked", f"bob,{BOB},true"), shut_out("account_locked")),
    "credential report of AWS IAM": (
        csv("user,arn,password_enabled,password_last_used,mfa_active", "ann,arn:aws:iam::1:user/ann,false,N/A,false"),
        Right(problem=ProblemCode.UNKNOWN_COLUMNS, says="does not have: 4."),
    ),
    # Spreadsheets
    "excel in german, Windows-1252": (
        csv("Benutzername;E-Mail-Adresse;Nachname", f"ann;{ANN};M\u00fcller", encoding="cp1252"),
        Right(problem=ProblemCode.NOT_UTF8, says="CSV UTF-8"),
    ),
    "excel in french": (
        csv(
            "Identifiant;Adresse e-mail;Pr\u00e9nom;Nom;Date de naissance;E-mail v\u00e9rifi\u00e9",
            f"ann;{ANN};Ann;L\u00e9e;31/12/1990;VRAI",
            encoding=EXCEL,
            end="\r\n",
        ),
        Right(users=(ANN,), normalized=(Normalization.DAY_FIRST, Normalization.BOOLEAN)),
    ),
    "excel in spanish": (
        csv("Usuario;Correo electr\u00f3nico;Nombre;Apellidos;Activo", f"bob;{BOB};Bob;Roe;No", encoding=EXCEL),
        shut_out("Activo"),
    ),
    "excel in italian": (
        csv("Nome utente;Indirizzo e-mail;Nome;Cognome;Stato", f"bob;{BOB};Bob;Roe;Disattivato", encoding=EXCEL),
        shut_out("Stato"),
    ),
    "excel, Unicode text": (
        csv(f"{OWN},name".replace(",", "\t"), f'ann\t{ANN}\tTRUE\t"Lee, Ann"', encoding="utf-16", end="\r\n"),
        Right(users=(ANN,)),
    ),
    "excel, text as formulas": (
        csv(f"{OWN},phone_number", f'"=""ann""","=""{ANN}""",TRUE,"=""+442079460958"""', f'="bob",="{BOB}",TRUE,'),
        Right(users=(ANN, BOB), normalized=(Normalization.FORMULA,)),
    ),
    "google sheets, errors of formulas": (
        csv(f"{OWN},name", f"ann,{ANN},TRUE,#NAME?", "bob,#N/A,TRUE,Bob", f"cy,{CY},TRUE,#DIV/0!"),
        Right(users=(ANN, CY), rejected=((3, RejectionCode.EMAIL_INVALID),), warnings=("placeholders",)),
    ),
    "numbers, the name of the table above it": (
        csv("Table 1,,", OWN, f"ann,{ANN},TRUE", ",,", "Table 2,,", "Team,Head,"),
        Right(problem=ProblemCode.WRONG_HEADER, says="line 2 looks like one"),
    ),
    "comments above the header": (
        csv("# exported on 2024-01-01", OWN, f"ann,{ANN},true"),
        Right(problem=ProblemCode.WRONG_HEADER, says="line 2 looks like one"),
    ),
    "comments between the rows": (
        csv(OWN, f"ann,{ANN},true", "# left, in May", "# gone", f"# bob,{BOB},true", f"cy,{CY},true", '"# end"'),
        Right(users=(ANN, CY), rejected=tuple((line, RejectionCode.COMMENTED_OUT) for line in (3, 4, 5, 7))),
    ),
    "a row of totals": (
        csv(OWN, f"ann,{ANN},true", "Total,1,"),
        Right(users=(ANN,), rejected=((3, RejectionCode.EMAIL_INVALID), (3, RejectionCode.NOT_VERIFIED))),
    ),
    "a row of totals with too few values": (
        csv(OWN, f"ann,{ANN},true", f"bob,{BOB},TRUE", "", "Total,2"),
        Right(users=(ANN, BOB), rejected=((5, RejectionCode.WRONG_FIELD_COUNT),)),
    ),
    "a second table with too few columns": (
        csv(OWN, f"ann,{ANN},true", "", "Team,Head", "Sales,Bob"),
        Right(users=(ANN,), rejected=((4, RejectionCode.WRONG_FIELD_COUNT),)),
    ),
    "a second table": (
        csv(f"{OWN},name", f"ann,{ANN},true,Ann", ",,,", "Team,Head,,", "Sales,Bob,,"),
        Right(
            users=(ANN,),
            rejected=(
                (3, RejectionCode.ROW_BLANK),
                *(
                    (line, code)
                    for line in (4, 5)
                    for code in (RejectionCode.EMAIL_INVALID, RejectionCode.NOT_VERIFIED)
                ),
            ),
        ),
    ),
    "a table drawn with |": (
        csv("| cognito:username | email |", "|---|---|", f"| ann | {ANN} |"),
        Right(problem=ProblemCode.OTHER_FORMAT, says="table drawn as text"),
    ),
    "rows in quotation marks as a whole": (
        csv(f'"{OWN}"', f'"ann,{ANN},true"'),
        Right(problem=ProblemCode.WRONG_HEADER, says="in quotation marks as a whole"),
    ),
    "line ends of old Macs": (csv(OWN, f"ann,{ANN},true", f"bob,{BOB},true", end="\r"), Right(users=(ANN, BOB))),
    "UTF-16 without a byte order mark": (
        csv(OWN.replace(",", ";"), f"ann;{ANN};WAHR", encoding="utf-16-be", end="\r\n"),
        Right(users=(ANN,), normalized=(Normalization.BOOLEAN,)),
    ),
    "a no-break space within an address": (
        csv(OWN, f"ann,{ANN},true", "bob,bob\u00a0roe@example.com,true"),
        Right(
            users=(ANN,),
            rejected=((3, RejectionCode.EMAIL_INVALID),),
            hint="It has the character U+00A0. Use a form such as ada@example.com.",
        ),
    ),
    "numbers as links": (
        csv(f"{OWN},phone_number", f"ann,{ANN},true,tel:+442079460958", f"bob,{BOB},true,tel:02079460958"),
        Right(users=(ANN,), rejected=((3, RejectionCode.PHONE_INVALID),), normalized=(Normalization.PHONE,)),
    ),
    "UTF-8 that was read as Windows-1252": (
        csv(f"{OWN},name", f"ann,{ANN},true,Andr\u00c3\u00a9"),
        Right(users=(ANN,), warnings=("damaged_values",)),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_program_comes_out_right(name: str) -> None:
    """No one is let in who is shut out, and what cannot be read is named."""
    content, right = FILES[name]
    comes_out(checked(content, right, right.preset), right)
