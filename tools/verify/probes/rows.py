"""What becomes a user and what fails, row by row, and when a job fails as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from localcloud.choices import BirthdateForm, RepeatedAlias
from tools.verify.account import GOOD, good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account, Row

_TINY = 20
_BAD: Final[dict[str, Row]] = {
    "nothing verified": {"email_verified": "false"},
    "no username": {"cognito:username": ""},
    "blank in the username": {"cognito:username": "a b"},
    "long username": {"cognito:username": "u" * 129},
    "email without @": {"email": "nowhere"},
    "email without dot": {"email": "ada@nowhere"},
    "email with two @": {"email": "ada@home@example.com"},
    "verified without value": {"phone_number_verified": "true"},
    "phone number without +": {"phone_number": "15550100"},
    "phone number with blanks": {"phone_number": "+1 555 0100"},
    "birthdate of the attribute": {"birthdate": "1985-02-01"},
    "birthdate that does not exist": {"birthdate": "02/30/1985"},
    "updated_at with text": {"updated_at": "yesterday"},
    "long value": {"name": "n" * 2049},
    "MFA in a pool without": {"cognito:mfa_enabled": "true"},
    "boolean with another word": {"email_verified": "yes"},
}
_REPEATED: Final = {"FAILED": RepeatedAlias.FAIL, "SKIPPED": RepeatedAlias.SKIP, "SUCCEEDED": RepeatedAlias.MOVE}


def failure_threshold(account: Account) -> Seen:
    """How many of 20 rows must fail so that the job fails as a whole."""
    fewest, most = 0, _TINY  # no failed row succeeds; all of them fail
    while most - fewest > 1:
        middle = (fewest + most) // 2
        fails = _fails(account, f"threshold{middle}", bad=middle)
        fewest, most = (fewest, middle) if fails else (middle, most)
    return Seen({"rows": _TINY, "succeeds_with": fewest, "fails_with": most}, {"import_failed_ratio": fewest / _TINY})


def skipped_rows(account: Account) -> Seen:
    """Whether a file whose users are all in the pool fails as a whole."""
    pool = account.pool()
    content = account.file(pool, good_rows(2, "skipped"))
    account.run(pool, content)
    job = account.run(pool, content)
    return Seen({"status": job["Status"], "skipped": job.get("SkippedUsers"), "message": job["CompletionMessage"]})


def bad_rows(account: Account) -> Seen:
    """The outcome and the text of 16 kinds of bad rows."""
    pool = account.pool()
    rows = [{**GOOD, "cognito:username": f"bad{n}", **changed} for n, changed in enumerate(_BAD.values())]
    lines = account.rows(pool, *rows, *good_rows(_TINY, "between"))
    return Seen(dict(zip(_BAD, lines, strict=False)))


def booleans(account: Account) -> Seen:
    """Which spellings of true and false are read."""
    pool = account.pool()
    spellings = ("true", "TRUE", "True", "tRUE", "1")
    rows = [{**GOOD, "cognito:username": f"spelled{n}", "email_verified": s} for n, s in enumerate(spellings)]
    return Seen(dict(zip(spellings, account.rows(pool, *rows), strict=False)))


def birthdate(account: Account) -> Seen:
    """How the birthdate of an imported user is stored."""
    pool = account.pool()
    account.rows(pool, {**GOOD, "cognito:username": "born", "birthdate": "12/10/1815"})
    stored = account.user(pool, "born").get("birthdate")
    forms = {"12/10/1815": BirthdateForm.FILE, "1815-12-10": BirthdateForm.ATTRIBUTE}
    return Seen({"stored": stored}, {"import_birthdate": forms[stored]} if stored in forms else {})


def repeated_alias(account: Account) -> Seen:
    """What happens to a second user with the same verified email where the email is an alias."""
    pool = account.pool("alias", AliasAttributes=["email"])
    lines = account.rows(pool, *({**GOOD, "cognito:username": name} for name in ("first", "second")))
    outcome = lines[1].partition("]")[0].strip("[") if len(lines) > 1 else ""
    first = account.user(pool, "first").get("email_verified")
    return Seen(
        {"lines": lines, "first_is_verified": first},
        {"import_repeated_alias": _REPEATED[outcome]} if outcome in _REPEATED else {},
    )


def capital_letters(account: Account) -> Seen:
    """In which spelling a pool that ignores case has a name with capital letters, and whether a filter finds it."""
    pool = account.pool("caseless", UsernameConfiguration={"CaseSensitive": False})
    account.rows(pool, {**GOOD, "cognito:username": "P1013", "email": "Ada@Example.com"})
    (found,) = account.cognito.list_users(UserPoolId=pool)["Users"]
    email = next(each["Value"] for each in found["Attributes"] if each["Name"] == "email")
    filters = ('username = "P1013"', 'username = "p1013"', 'email = "Ada@Example.com"', 'email = "ada@example.com"')
    seen = {"username": found["Username"], "email": email}
    return Seen(
        {**seen, **{each: _found(account, pool, each) for each in filters}},
        {"import_lowers_names": found["Username"] == "p1013"},
    )


def filters(account: Account) -> Seen:
    """How ListUsers reads two backslashes in a filter, and whether a filter ignores case."""
    pool = account.pool()
    account.rows(pool, {**GOOD, "cognito:username": "back\\slash", "given_name": "Ada"})
    seen = {
        "two backslashes": _found(account, pool, 'username = "back\\\\slash"'),
        "one backslash": _found(account, pool, 'username = "back\\slash"'),
        "other case": _found(account, pool, 'given_name = "ADA"'),
    }
    return Seen(
        seen,
        {
            "user_filter_reads_backslashes": seen["two backslashes"] == 1,
            "user_filter_ignores_case": seen["other case"] == 1,
        },
    )


def _found(account: Account, pool: str, filter_: str) -> object:
    """The number of users that the filter finds, or the error."""
    try:
        return len(account.users(pool, filter_))
    except ClientError as error:
        return error.response["Error"]["Code"]


def _fails(account: Account, name: str, *, bad: int) -> bool:
    pool, rows = account.pool(), good_rows(_TINY, name)
    for row in rows[:bad]:
        row["email_verified"] = "false"
    job = account.run(pool, account.file(pool, rows))
    return bool(job["Status"] == "Failed")
