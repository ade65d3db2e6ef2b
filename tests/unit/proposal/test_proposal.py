"""Which attribute each column of a file is proposed for, and of which proposals no person has to be asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.presets import preset_of
from cognito_drop.core.proposal.assembly import column_rule, mapping, status_rule
from cognito_drop.core.proposal.columns import MOST_COLUMNS, FileColumns, columns_of
from cognito_drop.core.proposal.proposal import ProposedColumn, propose
from cognito_drop.core.proposal.shapes import ColumnSample, Shape
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.rows import Options, PoolRules
from cognito_drop.core.text.problem import Problem
from tests.unit.proposal.headers import HEADERS

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = (
    "cognito:username", "cognito:mfa_enabled", "name", "given_name", "family_name", "middle_name", "nickname",
    "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender", "birthdate",
    "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at", "custom:dept",
)  # fmt: skip
RULES = PoolRules.of({"AutoVerifiedAttributes": ["email"]}, COLUMNS)
RIGHT = 0.9


def proposed(
    columns: Sequence[tuple[str, str, str]], rules: PoolRules = RULES, options: Options | None = None
) -> list[ProposedColumn]:
    """What is proposed for columns with one value each."""
    samples = {name: ColumnSample.of([value]) for name, value, _ in columns}
    return propose([name for name, _, _ in columns], samples, rules, options or Options())


def test_nine_of_ten_columns_are_right() -> None:
    """Over all headers: those that are an attribute get it, and the others get none."""
    right = total = 0
    for columns in HEADERS.values():
        found = {column.name: column.attribute or "" for column in proposed(columns)}
        right += sum(found[name] == attribute for name, _, attribute in columns)
        total += len(columns)
    assert total > 100
    assert right / total >= RIGHT, f"{right} of {total}"


@pytest.mark.parametrize("header", HEADERS)
def test_what_is_sure_is_right(header: str) -> None:
    """A proposal may be wrong, but only where a person has to confirm it."""
    expected = {name: attribute for name, _, attribute in HEADERS[header]}
    wrong = {
        column.name: column.attribute
        for column in proposed(HEADERS[header])
        if column.is_sure and column.attribute != expected[column.name]
    }
    assert not wrong


@pytest.mark.parametrize("language", ["German", "French", "Spanish", "Italian", "English"])
def test_standard_columns_are_sure_in_five_languages(language: str) -> None:
    """Nothing has to be confirmed of them; `Service` may also be something else than a department."""
    sure = {column.name for column in proposed(HEADERS[language]) if column.is_sure}
    assert sure == {name for name, _, attribute in HEADERS[language] if attribute} - {"Service"}


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("custom:department", "Dept Abteilung Département Departamento Reparto Afdeling"),
        ("custom:employeeId", "Staff-No. Personal-Nr. Personalnummer Matricule Matricola employee_number"),
        ("custom:street", "Street Straße Rue Calle Rua Straat"),
        ("custom:plz", "ZIP Postleitzahl Code-postal Codice-postale"),
        ("custom:firma", "Company Unternehmen Société Empresa Azienda"),
    ],
)
def test_another_word_for_a_custom_attribute_is_sure(attribute: str, words: str) -> None:
    """In five languages, whatever the pool calls it."""
    rules = PoolRules.of({"AutoVerifiedAttributes": ["email"]}, (*COLUMNS[:-1], attribute))
    for word in words.split():
        (found,) = proposed([(word, "x1", "")], rules)
        assert (found.attribute, found.is_sure) == (attribute, True), word


def test_a_word_with_several_meanings_is_a_guess() -> None:
    """Also one that two attributes of the pool may mean, and one beside a word that changes whose it is."""
    assert not proposed([("Bereich", "Kitchen", "")])[0].is_sure
    assert not proposed([("Abteilung (alt)", "Kitchen", "")])[0].is_sure
    rules = PoolRules.of({"AutoVerifiedAttributes": ["email"]}, (*COLUMNS, "custom:abteilung"))
    assert proposed([("Afdeling", "Keuken", "")], rules)[0].attribute is None
    assert proposed([("Dept", "Kitchen", "")], rules)[0].attribute == "custom:dept"


def test_names_and_values_that_contradict_each_other_are_not_used() -> None:
    """A login that is a date, an email that is none: the reason says so, without the value."""
    found = {column.name: column for column in proposed(HEADERS["names that lie"])}
    assert found["Login"].attribute is None
    assert "named like cognito:username" in found["Login"].why
    assert "2026" not in found["Login"].why


def test_columns_of_states_are_in_the_order_of_the_file() -> None:
    """In which a person is asked for them."""
    names = [f"Status {n}" for n in range(9)]
    content = f"{';'.join(names)}\n{';'.join(['aktiv'] * 9)}\n".encode()
    found = columns_of(content, [])
    assert isinstance(found, FileColumns)
    assert list(found.status_words([content])) == names


def test_names_of_companies_and_negated_names_are_no_attributes() -> None:
    """A user whose address is marked unverified is not imported as verified."""
    assert {column.attribute for column in proposed(HEADERS["names of something else"])} == {None}
    assert not proposed([("email_verifed", "true", "")])[0].is_sure


def test_an_address_is_no_username_where_the_pool_keeps_it_for_its_aliases() -> None:
    """Such a username would be refused row by row."""
    rules = PoolRules.of({"AutoVerifiedAttributes": ["email"], "AliasAttributes": ["email"]}, COLUMNS)
    columns = [("Login", "ann@example.com", ""), ("Email", "ann@example.com", "email")]
    assert [column.attribute for column in proposed(columns, rules)] == [None, "email"]


def test_the_only_column_of_addresses_is_a_guess() -> None:
    """A column of another name with addresses may be anybody's."""
    *_, last = proposed([("Kontakt", "ann@example.com", "")])
    assert (last.attribute, last.is_sure) == ("email", False)


def test_attributes_that_files_may_not_set_are_left_out() -> None:
    """The pool's setting is named; groups too."""
    columns = [("Dept", "Kitchen", ""), ("cognito:groups", "admins", "")]
    closed = Options(attributes=frozenset())
    found = proposed(columns, options=closed)
    assert found[0].attribute is None
    assert "`attributes`" in found[0].why


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["ann@example.com", "Bo <bo@example.com>".split()[1]], Shape.EMAIL),
        (["+49 151 2345", "0151/234567"], Shape.PHONE), (["15.04.1991", "1.4.1991"], Shape.DATE),
        (["ja", "nein", "ja"], Shape.BOOLEAN), (["12", "13"], Shape.NUMBER), (["Ann", "Bo-Lee O'Neil"], Shape.NAME),
        (["de", "en-GB"], Shape.LOCALE), (["", " "], Shape.BLANK), (["$2b$12$" + "a" * 53], Shape.HASH),
        (["https://example.com/a.png"], Shape.URL), (["a", "1", "x@y.example"], Shape.TEXT),
    ],
)  # fmt: skip
def test_shapes(values: list[str], shape: Shape) -> None:
    """What most values are."""
    assert ColumnSample.of(values).shape is shape


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["1991-04-15"], ("%Y-%m-%d",)), (["15.04.1991"], ("%d.%m.%Y",)),
        (["15/04/1991", "01/02/1991"], ("%d/%m/%Y",)), (["04/15/1991"], ("%m/%d/%Y",)),
        (["01/02/1991"], ("%d/%m/%Y", "%m/%d/%Y")), (["04/15/1991", "15/04/1991"], ()),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_only_what_the_dates_prove(values: list[str], forms: tuple[str, ...]) -> None:
    """Two formats where each date can be read both ways, none where they contradict each other."""
    assert ColumnSample.of(values).date_forms == forms


@pytest.mark.parametrize(
    ("column", "words", "shut_out"),
    [
        ("Status", {"active", "inactive"}, {"inactive", "suspended", "on leave", ""}),
        ("Status", {"active", "inactive", ""}, {"inactive", "on leave"}),
        ("suspended", {"true", "false", ""}, {"true"}),
        ("Gesperrt", {"ja", "nein"}, {"ja"}), ("Actif", {"oui", "non"}, {"non", "en congé", ""}),
        ("Is active", {"1", "0"}, {"0"}), ("isDeleted", {"false", "true"}, {"true"}),
        ("account_active", {"yes", "no"}, {"no"}),
    ],
)  # fmt: skip
def test_clear_words_of_a_status_shut_users_out(column: str, words: set[str], shut_out: set[str]) -> None:
    """The mapping rejects those users and lets the others in; a word that only a later file has lets no user in."""
    rule = status_rule(column, words)
    assert rule is not None
    made = preset_of(mapping({"email": "mail"}, [], [rule], []))
    for word in words | shut_out:
        user = made.user({"mail": "ann@example.com", column: word})
        assert (user.refused is not None) == (word in shut_out), word


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("Status", {"active", "on leave"}),
        ("Status", {"yes", "no"}),
        ("Active", {"yes", ""}),
        ("Left", {"2026-01-31"}),
        ("deleted_at", {"", "2026-01-31"}),
        ("Locked until", {""}),
        ("account_status", {"yes", "no"}),
        ("Stato", {"0", "1"}),
        ("Situação", {"sim", "não"}),
        ("Status", None),
    ],
)
def test_a_status_that_is_not_clear_is_asked_for(column: str, words: set[str] | None) -> None:
    """No user is let in by a word that is not known."""
    assert status_rule(column, words) is None


def test_a_status_is_found_behind_the_sample() -> None:
    """Also one that the sampled records do not have, or that is a member of a member; one that is blank to the end says
    nothing."""
    records = [{"login": f"u{n}", "deleted_at": "", "banned": None} for n in range(1_200)]
    content = "\n".join(map(json.dumps, [*records, {"login": "u", "isDeleted": True}])).encode()
    found = columns_of(content, [])
    assert isinstance(found, FileColumns)
    words = {name: words.all for name, words in found.status_words([content]).items()}
    assert words == {"isDeleted": frozenset({"", "true"})}
    inner = json.dumps({"login": "u", "state": {"blocked": True}}).encode()
    assert found.status_words([inner])["state.blocked"].all == frozenset({"true"})
    many = "\n".join(json.dumps({"status": str(n)}) for n in range(40)).encode()
    assert found.status_words([many])["status"].all is None


def test_values_are_counted_while_they_are_few_or_asked_for() -> None:
    """A column of names is let go of, and words of an option are found however many others there are."""
    content = "\n".join(json.dumps({"login": f"u{n}", "team": "ab"[n % 2]}) for n in range(100)).encode()
    found = columns_of(content, [])
    assert isinstance(found, FileColumns)
    assert {name: dict(words.counts) for name, words in found.status_words([content]).items()} == {
        "team": {"a": 50, "b": 50}
    }
    asked = found.status_words([content], {"login": ["U99", "x"]})["login"]
    assert (asked.counts["u99"], "x" in asked.counts, asked.all) == (1, False, None)


@pytest.mark.parametrize(
    ("column", "words", "is_asked"),
    [
        ("Relación", {"alta", "baja"}, True), ("Phase", {"aktiv", "elternzeit"}, True),
        ("Notes", {"", "dado de baja"}, True), ("Werkzaam hier (dienst)", {"ja", "nee"}, True),
        ("Newsletter", {"ja", "nee"}, False), ("Team", {"kitchen", "office"}, False), ("Team", {""}, False),
        ("Team", None, False), ("Remark", {"he has left his key in the office"}, False),
    ],
)  # fmt: skip
def test_few_values_that_look_like_states_need_an_answer(column: str, words: set[str] | None, is_asked: bool) -> None:
    """Whatever the column is called; there is no rule for them without one."""
    assert may_say_status(column, words) is is_asked
    assert status_rule(column, words) is None


def test_words_that_mean_true_are_those_of_the_file() -> None:
    """In its own language; every other word means false."""
    assert column_rule("email_verified", "OK?", ColumnSample.of(["ja", "nein"])) == {"from": "OK?", "is_true": ["ja"]}
    assert column_rule("birthdate", "Geb.", ColumnSample.of(["15.04.1991"])) == {"from": "Geb.", "date": "%d.%m.%Y"}


def test_members_of_json_records_are_columns() -> None:
    """Also those of members, by their paths."""
    records = [{"profile": {"mail": f"u{n}@example.com"}, "login": f"u{n}"} for n in range(3)]
    found = columns_of("\n".join(map(json.dumps, records)).encode(), [])
    assert isinstance(found, FileColumns)
    assert found.names == ("profile.mail", "login")
    assert [column.attribute for column in propose(found.names, found.samples, RULES, Options())] == [
        "email", "cognito:username",
    ]  # fmt: skip
    other = propose(["manager.email"], {}, RULES, Options())
    assert other[0].attribute is None, "somebody else's"


@pytest.mark.parametrize(
    "head",
    [b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"a,\xff\xfe\n1,2\n", b"ann@example.com,Ann\nbo@example.com,Bo\n",
     ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1)).encode(), b'[{"a": ]'],
)  # fmt: skip
def test_a_file_without_columns_is_a_problem(head: bytes) -> None:
    """And none of it is repeated."""
    found = columns_of(head, [])
    assert isinstance(found, Problem)
    assert "example" not in found.sentence


def test_a_hostile_header_is_harmless() -> None:
    """Names without an end, with escapes, and nearly alike take no long time and are no attribute."""
    names = ["e" * 200_000, "\x1b]0;title\x07", "[" * 5_000, *(f"mail{n}" for n in range(400))]
    found = propose(names, {}, RULES, Options())
    assert not [column.name[:20] for column in found if column.is_sure]


@pytest.mark.parametrize(
    ("name", "value", "attribute"),
    [
        *((name, "a@example.com", "email") for name in ("E-Mail-Adresse Chef", "Email address HR", "Company Email")),
        *((name, "+493012345", "phone_number") for name in ("Mobile phone number wife", "Account Phone", "Tel. Firma")),
        ("Geburtsdatum Kind", "1990-12-31", "birthdate"),
    ],
)
def test_what_may_be_somebody_elses_is_not_sure(name: str, value: str, attribute: str) -> None:
    """A code to reset the password would go there."""
    (column,) = proposed([(name, value, "")])
    assert (column.attribute, column.is_sure) == (attribute, False)


@pytest.mark.parametrize(("name", "value"), [("E-Mail 1", "a@example.com"), ("Telefonnumer", "+493012345")])
def test_a_name_that_is_mistyped_is_sure_beside_values_of_its_form(name: str, value: str) -> None:
    """Numbered ones too."""
    (column,) = proposed([(name, value, "")])
    assert column.is_sure


@pytest.mark.parametrize("name", ["!email_verified", "not_email_verified", "emailNotVerified"])
def test_a_negated_name_is_proposed_for_nothing(name: str) -> None:
    """Its values are the opposite of those that the attribute takes."""
    (column,) = proposed([(name, "true", "")])
    assert column.attribute is None
