"""What is asked of a row beside its values, by the pool and by the settings."""

from __future__ import annotations

from typing import Final

from cognito_drop.contract import limits
from cognito_drop.core.rows import Dialect, Pbkdf2Form, Quoting, RepeatedAliases
from cognito_drop.core.rows.groups import GroupRule
from cognito_drop.core.sign_in.facts import EMAIL, PHONE
from tests.unit.answers.case import FEW, hashes, made
from tests.unit.answers.made_rows import (
    ANN,
    BCRYPT,
    BOB,
    CODES,
    COSTLY,
    CY,
    DI,
    NAMED,
    PADDED,
    PASSWORDS,
    PBKDF2,
    ROW,
    WITH_HASHES,
    ways,
    wide,
)  # fmt: skip

LONG: Final = tuple(f"custom:text{number}" for number in range(8))
ADDED: Final = 3  # columns of FEW that a file with ROW lacks, each with a comma


def _long(row: str, characters: int) -> str:
    """A row of so many characters, as Cognito gets it."""
    start = f"{row},{','.join('A' * 2_000 for _ in LONG[1:])},"
    return start + "A" * (characters - ADDED - len(start))


RULES: Final = {
    "users who come twice": made(NAMED, f"{ANN},Ann", f"{BOB},Bob", f"{ANN},Ann", "ANN,ann2@example.com,true,"),
    "users who come twice but for capitals": made(
        NAMED,
        f"{ANN},Ann",
        "ANN,ann2@example.com,true,",
        '"bob",bob@example.com,true,"Roe, Bob"',
        "BOB,bob2@example.com,true,",
        pool={"UsernameConfiguration": {"CaseSensitive": False}},
    ),
    "usernames that differ in Unicode only": made(
        NAMED,
        "ren\u00e9,r1@example.com,true,",
        "rene\u0301,r2@example.com,true,",
        "zoe\u0308,z1@example.com,true,",
        "zo\u00eb,z2@example.com,true,",
    ),
    "aliases that come twice": made(
        ROW, ANN, "bob,ann@example.com,true", "cy,ann@example.com,false", pool={"AliasAttributes": ["email"]}
    ),
    "aliases that come twice, and are sent": made(
        ROW,
        ANN,
        "bob,ann@example.com,true",
        pool={"AliasAttributes": ["email"]},
        options={"repeated_aliases": RepeatedAliases.SEND},
    ),
    "usernames that look like aliases": wide(
        f"{ROW},phone_number",
        "ann@example.com,ann@example.com,true,",
        "+442079460958,bob@example.com,true,+442079460958",
        f"{CY},",
        pool={"AliasAttributes": ["email", "phone_number", "preferred_username"]},
    ),
    "sign-in with email": made(
        "email,email_verified,name",
        "ann@example.com,true,Ann",
        "bob,true,Bob",
        "ANN@example.com,true,Ann",
        ",true,Cy",
        pool={"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}},
    ),
    "sign-in with email, and a username": made(
        f"{ROW},name",
        "ann@example.com,,true,Ann",
        "bob@example.com,bob@example.com,true,Bob",
        "cy@example.com,other@example.com,true,Cy",
        "di,di@example.com,true,Di",
        pool={"UsernameAttributes": ["email"]},
    ),
    "sign-in with email or phone": wide(
        "cognito:username,email,email_verified,phone_number,phone_number_verified",
        "ann@example.com,ann@example.com,true,,",
        "+442079460958,,,+442079460958,true",
        "bob,bob@example.com,true,,",
        pool={"UsernameAttributes": ["email", "phone_number"], "AutoVerifiedAttributes": ["email", "phone_number"]},
    ),
    "sign-in with phone": wide(
        "phone_number,phone_number_verified,name",
        "+442079460958,true,Ann",
        "020 7946 0959,true,Bob",
        pool={"UsernameAttributes": ["phone_number"], "AutoVerifiedAttributes": ["phone_number"]},
    ),
    "verifies phone numbers": wide(
        "cognito:username,phone_number,phone_number_verified",
        "ann,+442079460958,true",
        "bob,+442079460959,false",
        "cy,,true",
        pool={"AutoVerifiedAttributes": ["phone_number"]},
    ),
    "verifies phone numbers, and requires email addresses": wide(
        "cognito:username,email,email_verified,phone_number,phone_number_verified",
        "ann,ann@example.com,,+442079460958,true",
        "bob,bob@example.com,false,+442079460959,true",
        "cy,,,+442079460960,true",
        pool={
            "AutoVerifiedAttributes": ["phone_number"],
            "SchemaAttributes": [{"Name": "email", "AttributeDataType": "String", "Required": True}],
        },
    ),
    "users who are known": made(ROW, ANN, BOB, CY, options={"is_known": frozenset({b"bob"}).__contains__}),
    "users who are known, of groups": made(
        f"{ROW},cognito:groups",
        f"{ANN},staff",
        f"{BOB},staff|admins",
        f"{CY},",
        f'{DI},"staff"',
        options={"is_known": frozenset({b"bob", b"di"}).__contains__},
    ),
    "hashes without an algorithm": made(f"{ROW},password_hash", f"{ANN},{BCRYPT}", columns=WITH_HASHES),
    "hashes that are left out": made(f"{ROW},password_hash", f"{ANN},{BCRYPT}", columns=WITH_HASHES, hashes=hashes()),
    "hashes of one algorithm": made(
        f"{ROW},password_hash",
        f"{ANN},{BCRYPT}",
        f"{BOB},",
        f"{CY},{COSTLY}",
        f"{DI},{PBKDF2}",
        "ed,ed@example.com,true,secret",
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT"),
    ),
    "hashes of two algorithms": made(
        f"{NAMED},password_hash",
        f"{ANN},Ann,{BCRYPT}",
        f"{BOB},Bob,{PBKDF2}",
        f"{CY},Poe\\, Cy,{BCRYPT}",
        f"{DI},Di,",
        f"ed,ed@example.com,true,,{PADDED}",
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT", "PBKDF2_SHA256"),
    ),
    "hashes in Base64": made(
        f"{ROW},password_hash",
        f"{ANN},{PBKDF2}",
        f"{BOB},{PADDED}",
        columns=WITH_HASHES,
        hashes=hashes("PBKDF2_SHA256", form=Pbkdf2Form.BASE64),
    ),
    "hashes of any form": made(
        f"{ROW},password_hash",
        f"{ANN},{PBKDF2}",
        f"{BOB},{PADDED}",
        columns=WITH_HASHES,
        hashes=hashes("PBKDF2_SHA256", form=Pbkdf2Form.ANY),
    ),
    "users twice in a row, with hashes and groups": made(
        f"{ROW},password_hash,cognito:groups",
        *[f"{ANN},{BCRYPT},staff"] * 3,
        f"{BOB},{BCRYPT},admins",
        f"{BOB},,",
        f"{CY},,staff",
        *[f"{CY},{BCRYPT},"] * 2,
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT"),
    ),
    "users twice in a row, of whom some are known": made(
        f"{ROW},password_hash,cognito:groups",
        *[f"{ANN},{BCRYPT},staff"] * 2,
        f"{BOB},{BCRYPT},admins|admins",
        *[f"{CY},{BCRYPT},staff"] * 2,
        f"{DI},,",
        columns=WITH_HASHES,
        hashes=hashes("BCRYPT", "SCRYPT"),
        options={"is_known": {b"ann", b"cy"}.__contains__},
    ),
    "rows of as many characters as Cognito takes, and of one more": made(
        f"{ROW},{','.join(LONG)}",
        *(
            _long(row, limits.MAX_ROW_CHARACTERS + more)
            for row, more in ((ANN, 0), (BOB, 1), ("cy,cy@example,true", 0), ("di,di@example,true", 1))
        ),
        columns=(*FEW, *LONG),
        is_shown=False,
    ),
    "groups": made(
        f"{ROW},cognito:groups",
        f"{ANN},staff",
        f"{BOB},staff|admins|staff",
        f"{CY},",
        f"{DI},two words",
        "ed,ed@example.com,true,a;b",
        f"fay,fay@example.com,true,{'g' * 129}",
        "gus,gus@example.com,true, staff | admins ",
    ),
    "groups that are allowed": made(
        f"{ROW},cognito:groups",
        f"{ANN},staff|admins",
        f"{BOB},team-1",
        f'{CY},"staff,admins"',
        f"{DI},guests;staff",
        "ed,ed@example.com,true,team-root",
        "fay,fay@example.com,true,guests",
        'gus,gus@example.com,true,"team-1,2|guests"',
        options={"groups": GroupRule(("staff", "team-*"), create=True, privileged=frozenset({"team-root"}))},
    ),
    "groups of which none is allowed": made(
        f"{ROW},cognito:groups", f"{ANN},staff", f"{BOB},", options={"groups": GroupRule()}
    ),
    "too many groups": made(
        f"{ROW},cognito:groups", f"{ANN},{'|'.join(f'g{number}' for number in range(101))}", is_shown=False
    ),
    "parts of two rows": made(ROW, ANN, BOB, "x", CY, DI, "ed,ed@example.com,true", options={"max_part_rows": 2}),
    "a first part of one row": made(ROW, ANN, BOB, CY, DI, options={"max_part_rows": 3, "first_part_rows": 1}),
    "parts of so many bytes": made(ROW, ANN, BOB, CY, DI, options={"max_part_bytes": 135}),
    "a sample of two": made(
        ROW, *(f"u{at},u{at}@example.com,true" for at in range(12)), options={"sample_size": 2}, is_shown=False
    ),
    "no sample": made(ROW, ANN, options={"sample_size": 0}),
    "the first two lines of each reason": made(
        ROW,
        ANN,
        *(f"u{at},u{at}@example.com,no" for at in range(4)),
        ",,x,y",
        "z,,,,",
        "z,,,",
        options={"first_lines": 2},
    ),
    "rows that are dropped again": made(NAMED, f'{ANN},"Lee, Ann"', f"{BOB},Bob", options={"is_retry": True}),
    "rows that are dropped again, with both kinds of commas": made(
        NAMED, f'{ANN},"Lee, Ann"', f"{BOB},Roe\\, Bob", options={"is_retry": True}
    ),
    "rows that are dropped again, of a run with escaped commas": made(
        NAMED,
        f'{ANN},"Lee, Ann"',
        f"{BOB},Roe\\, Bob",
        options={"is_retry": True, "run_dialect": Dialect(quoting=Quoting.BACKSLASH)},
    ),
    "rows that are dropped again, of a run with semicolons": made(
        NAMED,
        f'{ANN},"Lee, Ann"',
        options={"is_retry": True, "run_dialect": Dialect(separator=";", quoting=Quoting.NONE)},
    ),
    "first ways of a file with few columns": made(
        ROW,
        ANN,
        BOB,
        columns=(*WITH_HASHES, "phone_number", "phone_number_verified"),
        hashes=hashes("BCRYPT"),
        options=ways(clients=(PASSWORDS,)).options,
    ),
    "first ways": ways(clients=(PASSWORDS,)),
    "first ways, with codes": ways(clients=(CODES,), codes=(EMAIL, PHONE)),
    "first ways, with codes and a second factor": ways(
        clients=(CODES, PASSWORDS), codes=(PHONE,), requires_mfa=True, mfa=frozenset({EMAIL, PHONE})
    ),
    "first ways, reset by administrators": ways(recovery=()),
    "first ways, reset by phone": ways(recovery=(PHONE,), has_sms=False, mfa=frozenset()),
    "first ways, which are required": ways(recovery=(PHONE,), is_required=True),
    **{
        f"first ways where MFA is {mfa} and {' and '.join(verifies)} verified": ways(
            mfa,
            verifies,
            clients=(CODES, PASSWORDS),
            codes=(PHONE,),
            requires_mfa=mfa == "ON",
            recovery=(PHONE, EMAIL),
            mfa=frozenset({EMAIL}),
        )
        for mfa in ("OFF", "OPTIONAL", "ON")
        for verifies in (("email",), ("phone_number",), ("email", "phone_number"))
    },
    "first ways where MFA is OFF, which are required": ways(
        "OFF", is_required=True, clients=(CODES,), codes=(PHONE,), recovery=(PHONE,), has_sms=False
    ),
}
