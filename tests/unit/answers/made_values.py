"""What values such files have."""

from __future__ import annotations

from typing import Final

from cognito_drop.core.rows import Dialect
from cognito_drop.core.rows.dialect import DateOrder
from tests.unit.answers.case import COLUMNS, Case, made
from tests.unit.answers.made_rows import ANN, BOB, CY, DI, LENIENT, ROW, UMLAUT, valued, wide

VALUES: Final = {
    "usernames": made(
        ROW,
        ",blank@example.com,true",
        "two words,two@example.com,true",
        f"{'u' * 129},long@example.com,true",
        f"{'u' * 128},fits@example.com,true",
        "\u00e4nn,umlaut@example.com,true",
        "a\tb,tab@example.com,true",
    ),
    "email addresses": made(
        f"{ROW},name",
        *(
            f"u{at},{value},true,"
            for at, value in enumerate(
                (
                    "ann",
                    "ann@",
                    "Ann <ann@example.com>",
                    "<bob@example.com>",
                    "mailto:cy@example.com",
                    "di@example",
                    "ed@exam ple.com",
                    "fay@example.com;",
                    "g\u00fcn@example.com",
                    "hal@b\u00fccher.example",
                    "ivo..roe@example.com",
                    "'jo@example.com",
                    '="kay@example.com"',
                    "",
                )
            )
        ),
    ),
    "verified": made(
        ROW,
        *(
            f"u{at},u{at}@example.com,{value}"
            for at, value in enumerate(
                (
                    "true",
                    "TRUE",
                    "True",
                    "yes",
                    "1",
                    "t",
                    "ja",
                    "oui",
                    "s\u00ed",
                    "WAHR",
                    "false",
                    "FALSE",
                    "no",
                    "0",
                    "nein",
                    "maybe",
                    "",
                    "2",
                )
            )
        ),
    ),
    "phone numbers": valued(
        "phone_number",
        "+442079460958",
        "+44 20 7946 0958",
        "+44 (0)20 7946 0959",
        "0044 20 7946 0960",
        "020 7946 0961",
        "'+442079460962",
        "tel:+442079460963",
        "4.42E+11",
        "+44",
        "+0442079460958",
        "+4420794609581234",
        "442079460964",
        "+44-20-7946.0965",
        "n/a",
        "",
    ),
    "local phone numbers": valued(
        "phone_number",
        "020 7946 0958",
        "(020) 7946-0959",
        "0044 20 7946 0960",
        "+49 151 23456789",
        "7946 0958",
        "1234",
        "02079460961",
        "4.4E+11",
        options={"phone_region": "GB"},
    ),
    "local phone numbers of the United States": valued(
        "phone_number", "(206) 555-0100", "1-206-555-0101", "206.555.0102", "555-0100", options={"phone_region": "US"}
    ),
    "verified without a value": wide(
        "cognito:username,email,email_verified,phone_number,phone_number_verified",
        "ann,,true,,",
        "bob,bob@example.com,true,,true",
        f"{CY},+442079460958,",
        "di,di@example.com,false,+442079460959,true",
        pool={"AutoVerifiedAttributes": ["email", "phone_number"]},
    ),
    "dates": valued(
        "birthdate",
        "01/31/1990",
        "1990-01-31",
        "31.01.1990",
        "1/31/1990",
        "13/31/1990",
        "02/29/1990",
        "02/29/1992",
        "1990",
        "0000-00-00",
        "01/31/90",
        "",
    ),
    "dates with the day first": valued(
        "birthdate", "31/01/1990", "03/04/1990", "4/3/1990", "03.04.1990", "1990-01-31", "31/02/1990", "soon"
    ),
    "dates with the month first": valued("birthdate", "01/31/1990", "03/04/1990", "3/4/1990", "4.3.1990"),
    "dates that can be read either way": valued("birthdate", "03/04/1990", "05/06/1990"),
    "dates that can be read either way, written short": valued("birthdate", "3/4/1990", "05/06/1990"),
    "dates that are the same either way": valued("birthdate", "03/03/1990", "05/05/1990"),
    "dates of both orders": valued("birthdate", "31/01/1990", "01/31/1990", "03/04/1990"),
    "dates with the day first that come late": Case(
        "\n".join(
            [
                f"{ROW},birthdate",
                *(f"user{at:05},user{at:05}@example.com,true,03/04/1990" for at in range(6_000)),
                f"{ANN},31/01/1990",
                "",
            ]
        ).encode(),
        columns=COLUMNS,
        is_shown=False,
    ),
    "dates that files of a run have the day first": valued(
        "birthdate", "03/04/1990", options={"run_dialect": Dialect(dates=DateOrder.DAY_FIRST), "is_retry": True}
    ),
    "dates of both orders as days and points": valued("birthdate", "1.2.1990", "13.2.1990", "2.13.1990"),
    "updated_at": valued("updated_at", "1700000000", "1700000000000", "2024-01-31", "-1", "1.5", "", "0"),
    "custom numbers": valued("custom:level", "1", "-5", "-6", "250", "251", "1.5", "1e3", "1,5", "+1", "", "05", "x"),
    "custom texts": valued("custom:team", "ab", "a", "abcdefghijkl", "abcdefghijklm", "", "\u00e4\u00f6"),
    "custom booleans": valued("custom:active", "true", "TRUE", "yes", "nein", "0", "x", ""),
    "custom times": valued("custom:since", "2024-01-31T00:00:00Z", "2024-01-31", "1700000000", "31.01.2024", "x", ""),
    "values that are too large": Case(
        f"{ROW},name\n{ANN},{'A' * 2_048}\n{BOB},{'A' * 2_049}\n{CY},{UMLAUT * 1_025}\n".encode(), is_shown=False
    ),
    "control characters": made(
        f"{ROW},name",
        f"{ANN},A\x00nn",
        f"{BOB},B\x07ob",
        f"{CY},C\x1fy",
        f"{DI},D\u0085i",
        "ed,ed@example.com,true,E\ufffdd",
    ),
    "invisible signs": made(
        f"\ufeff{ROW},na\u200bme",
        "an\u200bn,ann@example.com\ufeff,true,A\u00adnn",
        f"{BOB},\u202eBob",
        f"{CY},\u00a0Cy\u00a0",
        f"{DI},D\u2060i",
    ),
    "placeholders": valued(
        "name",
        "NULL",
        "null",
        "N/A",
        "n/a",
        "-",
        "--",
        "none",
        "undefined",
        "\\N",
        "#N/A",
        "nan",
        "(null)",
        "Null Lee",
        "?",
        ".",
    ),
    "placeholders of optional values": valued("phone_number", "NULL", "N/A", "-", "none", "#N/A"),
    "damaged values": valued(
        "name",
        "Andr\u00c3\u00a9",
        "M\u00c3\u00bcller",
        "#NAME?",
        "#REF!",
        "#VALUE!",
        "4.42E+11",
        "Andr\ufffd",
        "Andr?",
        "[object Object]",
        "A&amp;B",
    ),
    "apostrophes and formulas": valued(
        "name", "'Ann", "'+442079460958", "'=1+1", '="Bob"', "=1+1", '=HYPERLINK("x")', "@cy", "'", "''Di", "O'Neil"
    ),
    "formulas in quotation marks": made(
        f"{ROW},name", '"=""ann""","=""ann@example.com""",true,"=""Lee, Ann"""', f'{BOB},"Bob"'
    ),
    "optional values that are badly written, and left out": wide(
        f"{ROW},phone_number,birthdate,custom:level,custom:active,updated_at",
        f"{ANN},020 7946,31.13.1990,x,maybe,soon",
        f"{BOB},+442079460958,1990-01-31,7,yes,1700000000",
        options=LENIENT,
    ),
    "a required value that is badly written": wide(
        f"{ROW},birthdate",
        f"{ANN},soon",
        f"{BOB},",
        f"{CY},1990-01-31",
        pool={"SchemaAttributes": [{"Name": "birthdate", "AttributeDataType": "String", "Required": True}]},
        options=LENIENT,
    ),
    "MFA off": made(f"{ROW},cognito:mfa_enabled", f"{ANN},false", f"{BOB},TRUE", f"{CY},", f"{DI},no"),
    "MFA on": made(
        f"{ROW},cognito:mfa_enabled",
        f"{ANN},false",
        f"{BOB},TRUE",
        f"{CY},",
        f"{DI},yes",
        pool={"MfaConfiguration": "ON"},
    ),
    "MFA optional": wide(
        f"{ROW},cognito:mfa_enabled,phone_number",
        f"{ANN},false,",
        f"{BOB},TRUE,",
        f"{CY},,",
        f"{DI},yes,+442079460958",
        pool={"MfaConfiguration": "OPTIONAL"},
    ),
}
