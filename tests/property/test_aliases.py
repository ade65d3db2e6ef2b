"""In a pool with aliases a verified address or number comes through for one user only."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_drop.core.rows import RejectionCode, RepeatedAliases
from cognito_drop.core.rows.fast_rows import FastRows
from tests.property.cognito import Cognito, Fate, in_cognitos_dialect
from tests.property.pools import GeneratedPool, PoolPlan, make_pool
from tests.property.test_against_cognito import check
from tests.property.test_two_ways import accepting_nothing, seen

_SETTINGS = settings(max_examples=100, suppress_health_check=list(HealthCheck))
_BOTH = ("email", "phone_number")
_FLAGS = st.sampled_from(["true", "TRUE", "true", "false", "", "yes"])
_VALUES = {
    "cognito:username": st.sampled_from(["ada", "Ada", "eve", "joe", "zoe", "\u00e4da", "\u00c4da"]),
    "email": st.sampled_from(
        ["ada@example.com", "Ada@Example.com", "eve@example.com", "\u00e4@b.de", "\u00c4@b.de", ""]
    ),
    "email_verified": _FLAGS,
    "phone_number": st.sampled_from(["+14155550100", "+1 415 5550100", "+14155550199", ""]),
    "phone_number_verified": _FLAGS,
    "cognito:mfa_enabled": st.just("false"),
}


@st.composite
def alias_pools(draw: st.DrawFn) -> GeneratedPool:
    """Pools with one alias or both, with and without letter case, where users come from either attribute."""
    config = {
        "AutoVerifiedAttributes": draw(st.lists(st.sampled_from(_BOTH), unique=True, min_size=1)),
        "AliasAttributes": draw(st.lists(st.sampled_from(_BOTH), unique=True, min_size=1)),
        "UsernameConfiguration": {"CaseSensitive": draw(st.booleans())},
    }
    return make_pool(PoolPlan(config, None, lists_hashes=False))


def drawn_rows(data: st.DataObject, columns: list[str]) -> list[list[str]]:
    """Rows in which names, addresses and numbers come again."""
    number = data.draw(st.integers(1, 8))
    return [[data.draw(_VALUES[name]) if name in _VALUES else "" for name in columns] for _ in range(number)]


@_SETTINGS
@given(st.data())
def test_an_alias_comes_through_once_whether_in_runs_or_one_by_one(data: st.DataObject) -> None:
    """Whatever the order of the columns, and whichever of them the file has."""
    pool = data.draw(alias_pools())
    columns = list(data.draw(st.permutations(list(_VALUES))))
    shown = [
        name for name in columns if name in {"cognito:username", "email", "email_verified"} or data.draw(st.booleans())
    ]
    content = "".join(",".join(line) + "\n" for line in [shown, *drawn_rows(data, shown)]).encode()
    options: Any = {"repeated_aliases": data.draw(st.sampled_from(RepeatedAliases))}
    if data.draw(st.booleans()):
        options["is_known"] = lambda key: sum(key) % 3 == 0
    in_runs = check(pool, content, **options)
    with mock.patch.object(FastRows, "read", accepting_nothing):
        one_by_one = check(pool, content, **options)
    assert seen(in_runs) == seen(one_by_one)
    if options["repeated_aliases"] is RepeatedAliases.SEND:
        assert RejectionCode.ALIAS_TAKEN not in {code for _, code in in_runs.codes}


@_SETTINGS
@given(st.data())
def test_a_repeated_alias_is_what_cognito_fails(data: st.DataObject) -> None:
    """A rejected row claims neither its name nor its address: what Cognito would import is never rejected for it."""
    pool = data.draw(alias_pools())
    table = drawn_rows(data, list(pool.columns))
    content = "".join(f"{in_cognitos_dialect(row)}\n" for row in [list(pool.columns), *table])
    rejected = dict(check(pool, content.encode()).codes)
    cognito = Cognito(pool, pool.columns)
    expected = {None: Fate.IMPORTED, RejectionCode.DUPLICATE: Fate.SKIPPED, RejectionCode.ALIAS_TAKEN: Fate.FAILED}
    for line, row in enumerate(table, 2):
        code = rejected.get(line)
        normalized = [
            value.replace(" ", "").replace("yes", "true") if name != "cognito:username" else value
            for name, value in zip(pool.columns, row, strict=True)
        ]
        assert cognito.take(in_cognitos_dialect(normalized)) is expected.get(code, Fate.FAILED), (line, code)
