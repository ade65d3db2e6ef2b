"""Files and pools of the tests of `cognito-drop map`."""

from __future__ import annotations

from tests.cli.command import POOL

STAFF = (
    "Personalnummer;Name;Vorname;E-Mail (dienstlich);Abteilung;Status\n"
    "4711;Canary;Ann;ann@example.com;Kitchen;aktiv\n"
    "4712;Roe;Bo;bo@example.com;Kitchen;gesperrt\n"
)
ANSWERS = ("--username", "Personalnummer", "--verified", "email")
NAMES = ["cognito:username", "name", "given_name", "family_name", "email", "email_verified", "birthdate"]
WITH_NAMES = {"UserPool": POOL["UserPool"], "CSVHeader": NAMES}
