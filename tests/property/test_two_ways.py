"""The expression that accepts good rows in runs, and the check that looks at one row after the other, say the same."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.rows import GROUPS, BadOptionalValues, RepeatedAliases, UnknownColumns
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED, Accepted, FastRows
from cognito_drop.core.sign_in.facts import EMAIL, PHONE, AppClient, SignInFacts
from cognito_drop.core.sign_in.first_way import FirstWays
from tests.property.pools import GeneratedPool, make_pool, plans
from tests.property.rows import ANY_TEXT, tables
from tests.property.test_against_cognito import SETTINGS, check

if TYPE_CHECKING:
    from tests.unit.rows.files import Outcome

_SEVERAL_LINES = st.text(st.sampled_from('a",;\n\r\t '), max_size=12)
_COMMENTS = st.sampled_from(["#", " #", "\u00a0#", "\u200b#", "\u00e9#"])
_GROUPS = st.one_of(
    st.sampled_from(["", "staff", "a|b|a", " a | b", "two words", "a,b", "|", "ä|" + "x" * 129]), ANY_TEXT
)

_ATTRIBUTES = (EMAIL, PHONE)
_CLIENTS = [
    AppClient("app", frozenset(flows), hides_users=False)
    for flows in ([], ["ALLOW_USER_PASSWORD_AUTH"], ["ALLOW_USER_AUTH"], ["ALLOW_USER_AUTH", "USER_PASSWORD_AUTH"])
]
_FACTS = st.builds(
    SignInFacts,
    recovery=st.sampled_from([(), (EMAIL,), (PHONE,), (EMAIL, PHONE), (PHONE, EMAIL)]),
    is_recovery_chosen=st.booleans(),
    codes=st.sampled_from([(), (EMAIL,), (PHONE,), (EMAIL, PHONE)]),
    requires_mfa=st.booleans(),
    mfa=st.frozensets(st.sampled_from(_ATTRIBUTES)),
    has_authenticator=st.booleans(),
    has_sms=st.booleans(),
    sends_by_ses=st.booleans(),
    clients=st.lists(st.sampled_from(_CLIENTS), max_size=1).map(tuple),
)


def accepting_nothing(_self: FastRows, text: bytes) -> Accepted:
    """What stands for the expression when every row is to be looked at."""
    return Accepted([NOT_ACCEPTED] * text.count(b"\n"))


def written(data: st.DataObject, pool: GeneratedPool) -> bytes:
    """A file for the pool with some of its columns in any order, some that it does not have, in any dialect."""
    columns = data.draw(st.permutations(pool.columns))
    lacking = set(data.draw(st.lists(st.sampled_from(columns), max_size=8)))
    unknown = [f"unknown{number}" for number in range(data.draw(st.integers(0, 2)))]
    groups = [GROUPS] if data.draw(st.booleans()) else []
    shown = data.draw(st.permutations([*(name for name in columns if name not in lacking), *unknown, *groups]))
    lines = [shown]
    is_escaped = data.draw(st.booleans())
    for row in data.draw(tables(pool)):
        values = {**dict(zip(pool.columns, row, strict=True)), **{name: data.draw(ANY_TEXT) for name in unknown}}
        values[GROUPS] = data.draw(_GROUPS)
        if not is_escaped and data.draw(st.booleans()):
            values[data.draw(st.sampled_from(shown))] = data.draw(_SEVERAL_LINES)
        if data.draw(st.booleans()):
            values[shown[0]] = data.draw(_COMMENTS) + values[shown[0]]
        lines.append([values[name] for name in shown])
    if is_escaped:
        return "".join(",".join(value.replace(",", "\\,") for value in line) + "\n" for line in lines).encode()
    text = io.StringIO()
    csv.writer(text, delimiter=data.draw(st.sampled_from(",;\t")), lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def seen(outcome: Outcome) -> tuple[Any, ...]:
    """All that anybody sees of an outcome."""
    return (
        outcome.report,
        outcome.report.sample,
        outcome.sink.parts,
        outcome.sink.rejections,
        outcome.sink.members,
        outcome.sink.known_lines,
        outcome.sink.no_ways,
    )


@SETTINGS
@given(st.data())
def test_looking_at_every_row_changes_nothing(data: st.DataObject) -> None:
    """The same parts, rejections, counts and sample, whether or not good rows are accepted in runs."""
    pool = make_pool(data.draw(plans()))
    content = written(data, pool)
    options: Any = {
        "unknown_columns": UnknownColumns.LEAVE_OUT,
        "max_part_rows": data.draw(st.integers(1, 4)),
        "repeated_aliases": data.draw(st.sampled_from(RepeatedAliases)),
        "bad_optional_values": data.draw(st.sampled_from(BadOptionalValues)),
        "phone_region": data.draw(st.sampled_from(["", "DE", "US"])),
    }
    if data.draw(st.booleans()):
        options["ways"] = FirstWays(data.draw(_FACTS))
        options["requires_way_in"] = data.draw(st.booleans())
    if data.draw(st.booleans()):
        options["is_known"] = lambda key: sum(key) % 3 == 0
    in_runs = check(pool, content, **options)
    with mock.patch.object(FastRows, "read", accepting_nothing):
        one_by_one = check(pool, content, **options)
    assert seen(in_runs) == seen(one_by_one)
