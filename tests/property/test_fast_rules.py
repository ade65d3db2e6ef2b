"""A rule for rows holds in both ways: no row that breaks one is accepted by the fast expression.

The check of a row decides alone what is wrong with it, and the expression only spares it most rows. So a rule that only
the expression has costs time, and a rule that only the check has lets bad rows through: these tests look for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from cognito_drop.core.rows import GROUPS, HashPolicy, Options, PoolRules, RejectionCode, fast_rows, row_check
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED, FastRows
from cognito_drop.core.rows.fast_values import value_form
from cognito_drop.core.rows.groups import COLUMN, group_names
from cognito_drop.core.rows.layout import Layout, lay_out
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.rows.row_check import RowCheck, written
from cognito_drop.core.rows.values import check_for
from tests.unit.rows.files import HEADER, check, requiring, user_pool
from tests.unit.rows.test_fast_rows import FULL
from tests.unit.rows.test_row_rules import ARGON2ID, BCRYPT, PBKDF2, SCRYPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cognito_drop.core.rows.pool_rules import Column
    from cognito_drop.core.rows.values import Check

Code = RejectionCode
COLUMNS = (*HEADER, "password_hash", GROUPS)
NUMBER = "+14155550100"
EMAIL = "ada@example.com"
ROW = {**FULL, GROUPS: "staff|ops"}
LONG = dict.fromkeys(("name", "given_name", "family_name", "nickname", "profile", "picture", "website"), "x" * 1_990)


class Broken(NamedTuple):
    """A rule with a good row, and with what breaks it there."""

    code: RejectionCode
    changes: Mapping[str, str]
    pool: Mapping[str, Any] = user_pool()
    good: Mapping[str, str] = {}
    algorithm: str | None = None

    @property
    def engine(self) -> Engine:
        """Both ways for the pool."""
        return Engine(self.pool, self.algorithm)


class Engine:
    """The two ways to look at a row of one pool."""

    def __init__(self, pool: Mapping[str, Any], algorithm: str | None = None, phone_region: str = "") -> None:
        self.policy = HashPolicy.of([algorithm] if algorithm else None)
        self.pool = pool
        listed = COLUMNS[:-1] if algorithm else HEADER
        rules = PoolRules.of(pool, listed, self.policy)
        self.names = [*listed, GROUPS]
        layout = lay_out(self.names, rules, Options())
        assert isinstance(layout, Layout)
        self._check = RowCheck(rules, layout, Options(phone_region=phone_region))
        self._at = [self.names.index(column.name) for column in layout.columns]
        self._fast = FastRows([*(rules.by_name[name] for name in listed), COLUMN], rules)

    def is_accepted(self, row: Mapping[str, str]) -> bool:
        """Whether the expression accepts the row."""
        return self._fast.read(self.line(row)).usernames != [NOT_ACCEPTED]

    def line(self, row: Mapping[str, str]) -> bytes:
        """The row in Cognito's dialect; values are given in it, but for the commas of a hash."""
        values = [
            row.get(name, "").replace(",", "\\,") if name == "password_hash" else row.get(name, "")
            for name in self.names
        ]
        return (",".join(values) + "\n").encode()

    def is_good(self, row: Mapping[str, str]) -> bool:
        """Whether the check finds nothing wrong with the row, and nothing to change."""
        given = [row.get(name, "").replace("\\,", ",") for name in self.names]
        values = [given[index] for index in self._at]
        before = list(values)
        is_bad = self._check.finalize(values) or isinstance(group_names(row.get(GROUPS, "")), Fault)
        return not is_bad and values == before and isinstance(written(values), bytes)

    def code(self, row: Mapping[str, str]) -> RejectionCode | None:
        """Why the row is rejected, None when it is not."""
        content = (",".join(self.names) + "\n").encode() + self.line(row)
        header = [name for name in self.names if name != GROUPS]
        return check(content, self.pool, header=header, hashes=self.policy).code


RULES = [
    Broken(Code.ROW_TOO_LONG, {**LONG, "address": "y" * 2_047}, good=dict.fromkeys(LONG, "x" * 700)),
    Broken(Code.ROW_BLANK, dict.fromkeys(COLUMNS, "")),
    Broken(Code.ROW_IS_HEADER, {name: name for name in COLUMNS}),
    Broken(Code.WRONG_FIELD_COUNT, {"name": "one,more"}),
    Broken(Code.QUOTE_NOT_CLOSED, {"name": '"Ada'}),
    Broken(Code.LINE_BREAK_IN_VALUE, {"name": "Ada\rLovelace"}),
    Broken(Code.BACKSLASH_IN_VALUE, {"name": "C:\\temp"}),
    Broken(Code.QUOTE_IN_VALUE, {"name": 'A"da'}),
    Broken(Code.CONTROL_CHARACTER, {"name": "Ada\x01"}),
    Broken(Code.VALUE_TOO_LARGE, {"name": "x" * 2_049}),
    Broken(Code.USERNAME_MISSING, {"cognito:username": ""}),
    Broken(Code.USERNAME_INVALID, {"cognito:username": "x" * 129}, good={"cognito:username": "x" * 128}),
    Broken(Code.USERNAME_LIKE_EMAIL, {"cognito:username": EMAIL}, user_pool(AliasAttributes=["email"])),
    Broken(Code.USERNAME_LIKE_PHONE, {"cognito:username": NUMBER}, user_pool(AliasAttributes=["phone_number"])),
    Broken(
        Code.USERNAME_NOT_EMAIL, {"cognito:username": "ada"}, user_pool(UsernameAttributes=["email"]),
        {"cognito:username": EMAIL},
    ),
    Broken(
        Code.USERNAME_NOT_PHONE, {"cognito:username": EMAIL}, user_pool(UsernameAttributes=["phone_number"]),
        {"cognito:username": NUMBER},
    ),
    Broken(
        Code.USERNAME_NOT_EMAIL_OR_PHONE, {"cognito:username": "ada"},
        user_pool(UsernameAttributes=["email", "phone_number"]), {"cognito:username": EMAIL},
    ),
    Broken(
        Code.USERNAME_CONTRADICTED, {"cognito:username": "eve@example.com"}, user_pool(UsernameAttributes=["email"]),
        {"cognito:username": EMAIL},
    ),
    Broken(Code.EMAIL_INVALID, {"email": "ada@example"}),
    Broken(Code.PHONE_INVALID, {"phone_number": "+1234567890123456"}, good={"phone_number": "+123456789012345"}),
    Broken(Code.BIRTHDATE_INVALID, {"birthdate": "02/30/1999"}, good={"birthdate": "02/28/1999"}),
    Broken(Code.UPDATED_AT_INVALID, {"updated_at": "yesterday"}),
    Broken(Code.BOOLEAN_INVALID, {"custom:active": "perhaps"}),
    Broken(Code.NUMBER_INVALID, {"custom:level": "1e2"}),
    Broken(Code.DATE_TIME_INVALID, {"custom:since": "New Year"}),
    Broken(Code.TEXT_TOO_SHORT, {"custom:team": "x"}, good={"custom:team": "xy"}),
    Broken(Code.TEXT_TOO_LONG, {"custom:team": "x" * 13}, good={"custom:team": "x" * 12}),
    Broken(
        Code.NUMBER_TOO_SMALL, {"custom:level": "6"},
        user_pool(SchemaAttributes=[{
            "Name": "custom:level", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "7"},
        }]),
        {"custom:level": "7"},
    ),
    Broken(Code.NUMBER_TOO_GREAT, {"custom:level": "251"}, good={"custom:level": "250"}),
    Broken(Code.REQUIRED_MISSING, {"nickname": ""}, requiring("nickname")),
    Broken(
        Code.MFA_MUST_BE_ON, {"cognito:mfa_enabled": "false"}, user_pool(MfaConfiguration="ON"),
        {"cognito:mfa_enabled": "true"},
    ),
    Broken(Code.MFA_MUST_BE_OFF, {"cognito:mfa_enabled": "true"}, user_pool(MfaConfiguration="OFF")),
    Broken(Code.VERIFIED_WITHOUT_VALUE, {"phone_number": ""}),
    Broken(Code.NOT_VERIFIED, {"email_verified": "false"}),
    Broken(Code.HASH_INVALID, {"password_hash": BCRYPT[:-1]}, good={"password_hash": BCRYPT}, algorithm="BCRYPT"),
    Broken(
        Code.HASH_INVALID, {"password_hash": SCRYPT.replace("16384", "16383")}, good={"password_hash": SCRYPT},
        algorithm="SCRYPT",
    ),
    Broken(
        Code.HASH_TOO_COSTLY, {"password_hash": BCRYPT.replace("$12$", "$13$")}, good={"password_hash": BCRYPT},
        algorithm="BCRYPT",
    ),
    Broken(
        Code.HASH_TOO_COSTLY, {"password_hash": SCRYPT.replace("$8$1", "$9$1")}, good={"password_hash": SCRYPT},
        algorithm="SCRYPT",
    ),
    Broken(
        Code.HASH_TOO_COSTLY, {"password_hash": ARGON2ID.replace("19456", "19457")}, good={"password_hash": ARGON2ID},
        algorithm="ARGON2ID",
    ),
    Broken(
        Code.HASH_TOO_COSTLY, {"password_hash": PBKDF2.replace("600000", "600001")}, good={"password_hash": PBKDF2},
        algorithm="PBKDF2_SHA256",
    ),
    Broken(
        Code.HASH_FORM, {"password_hash": PBKDF2[:-1]}, good={"password_hash": PBKDF2}, algorithm="PBKDF2_SHA256"
    ),
    Broken(Code.GROUP_INVALID, {GROUPS: "staff|two words"}),
    Broken(Code.TOO_MANY_GROUPS, {GROUPS: "|".join(f"group{number}" for number in range(101))}),
]  # fmt: skip
NOT_OF_ONE_ROW = {
    *(Code.DUPLICATE, Code.ALIAS_TAKEN),  # of two rows, looked for among all rows of a file
    *(Code.RECORD_UNREADABLE, Code.RECORD_TOO_LONG, Code.USER_DISABLED, Code.USER_FEDERATED, Code.USER_IS_CLIENT),
    *(Code.USER_STATUS_UNKNOWN, Code.USER_SHUT_OUT),
    # ... and of exports, whose users are no rows
    Code.QUOTES_BROKEN,  # of a file in quotes: the expression accepts no quotation mark, see QUOTE_IN_VALUE
    Code.BIRTHDATE_DAY_FIRST,  # of a file with other dates
    Code.COMMENTED_OUT,  # of any file in CSV, see tests/property/test_two_ways.py
    Code.VALUE_WITHOUT_COLUMN,  # of a file with a column that has no name, see tests/unit/rows/test_file_problems.py
    Code.NO_WAY_IN,  # of a pool that requires a way in, see tests/property/test_two_ways.py
    Code.HASH_WITHOUT_ALGORITHM,  # of a file whose pool lists the column and has no algorithm; see below
}


def test_every_rule_of_a_row_is_here() -> None:
    """A new code needs a row that breaks it, or a reason why no single row of a file can."""
    named = {rule.code for rule in RULES}
    assert named.isdisjoint(NOT_OF_ONE_ROW)
    assert named | NOT_OF_ONE_ROW == set(RejectionCode)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code.value}-{rule.algorithm or 'any'}")
def test_what_breaks_a_rule_is_refused_in_both_ways(rule: Broken) -> None:
    """The same row without it is accepted at once, so that nothing else keeps the broken one from being accepted."""
    good = {**ROW, **rule.good}
    assert rule.engine.is_accepted(good)
    assert rule.engine.is_good(good)
    broken = {**good, **rule.changes}
    assert rule.engine.code(broken) is rule.code
    assert not rule.engine.is_accepted(broken)


def test_a_hash_without_an_algorithm_is_refused_in_both_ways() -> None:
    """Where the pool lists the column and the settings name no algorithm."""
    rules = PoolRules.of(user_pool(), (*HEADER, "password_hash"))
    fast = FastRows([rules.by_name[name] for name in COLUMNS[:-1]], rules)
    for value, is_accepted in (("", True), (BCRYPT, False)):
        line = ",".join({**FULL, "password_hash": value}.get(name, "") for name in COLUMNS[:-1]) + "\n"
        assert (fast.read(line.encode()).usernames != [NOT_ACCEPTED]) is is_accepted
        content = ",".join(COLUMNS[:-1]) + "\n" + line
        found = check(content, header=COLUMNS[:-1]).code
        assert found is (None if is_accepted else Code.HASH_WITHOUT_ALGORITHM)


POOLS = {
    "plain": (Engine(user_pool()), ROW),
    "mfa": (Engine(user_pool(MfaConfiguration="OPTIONAL")), ROW),
    "aliases": (Engine(user_pool(AliasAttributes=["email", "phone_number"])), ROW),
    "email": (Engine(user_pool(UsernameAttributes=["email"])), {**ROW, "cognito:username": EMAIL}),
    "phone": (Engine(user_pool(UsernameAttributes=["phone_number"])), {**ROW, "cognito:username": NUMBER}),
    "phone_region": (Engine(user_pool(), phone_region="US"), ROW),
    "required": (Engine(requiring("nickname", "birthdate", "phone_number")), ROW),
    "BCRYPT": (Engine(user_pool(), "BCRYPT"), {**ROW, "password_hash": BCRYPT}),
    "SCRYPT": (Engine(user_pool(), "SCRYPT"), {**ROW, "password_hash": SCRYPT}),
    "ARGON2ID": (Engine(user_pool(), "ARGON2ID"), {**ROW, "password_hash": ARGON2ID}),
    "PBKDF2": (Engine(user_pool(), "PBKDF2_SHA256"), {**ROW, "password_hash": PBKDF2}),
}
SIGNS = (
    "",
    "a",
    "Z",
    "0",
    "1",
    "9",
    " ",
    "\t",
    ".",
    "/",
    "+",
    "-",
    "@",
    "|",
    "$",
    "=",
    '"',
    "\\",
    "\\,",
    ",",
    "\u00a0",
    "ä",
    "ア",
)


def neighbors(row: Mapping[str, str], names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rows that differ from this one in one sign of one value: replaced, removed, put in before, or at its end."""
    for name in names:
        value = row.get(name, "")
        for at in range(min(len(value), 40) + 1):
            for sign in SIGNS:
                yield {**row, name: value[:at] + sign + value[at + 1 :]}
                yield {**row, name: value[:at] + sign + value[at:]}


def disagreements(engine: Engine, row: Mapping[str, str], names: Sequence[str]) -> list[dict[str, str]]:
    """The neighbors of a good row that the expression accepts, and that the check rejects or changes."""
    accepted = [each for each in neighbors(row, names) if engine.is_accepted(each)]
    assert accepted
    return [each for each in accepted if not engine.is_good(each)]


@pytest.mark.parametrize("pool", POOLS)
def test_no_neighbor_of_a_good_row_is_accepted_that_breaks_a_rule(pool: str) -> None:
    """Some ten thousand of them, in every column."""
    engine, row = POOLS[pool]
    assert disagreements(engine, row, engine.names) == []


ANYTHING = fast_rows._ANY_VALUE  # noqa: SLF001  (an expression for any value)


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        *(("name", "Z"), ("custom:team", "Z"), ("email", "Z"), ("phone_number", "9"), ("birthdate", "9")),
        *(("updated_at", "9"), ("custom:level", "9"), ("custom:since", "9"), ("custom:active", "f")),
    ],
)
def test_a_rule_that_only_the_check_gets_is_noticed(column: str, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, one that refuses a sign in a column."""

    def stricter(of: Column, phone_region: str) -> Check | None:
        check_before = check_for(of, phone_region)
        if of.name != column:
            return check_before
        fault = Fault(Code.TEXT_TOO_LONG, column)
        return lambda value: fault if sign in value else check_before(value) if check_before else None

    monkeypatch.setattr(row_check, "check_for", stricter)
    assert disagreements(Engine(user_pool()), ROW, [column])


@pytest.mark.parametrize("column", ["name", "custom:team", "birthdate", "updated_at", "custom:level", "custom:since"])
def test_a_rule_that_the_expression_loses_is_noticed(column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, a column whose expression accepts anything."""
    monkeypatch.setattr(
        fast_rows, "value_form", lambda of, *given: ANYTHING if of.name == column else value_form(of, *given)
    )
    assert disagreements(Engine(user_pool()), ROW, [column])
