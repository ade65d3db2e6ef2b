"""Generated pools: as localcloud's Cognito keeps them, and as its API describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from moto.cognitoidp.models import CognitoIdpUserPool

from cognito_drop.core.rows import HashPolicy, PoolRules
from localcloud.choices import HashColumn
from localcloud.cognito_import.csv_header import columns_of
from localcloud.cognito_import.job import HashAlgorithm

if TYPE_CHECKING:
    from collections.abc import Mapping

_EITHER = ("email", "phone_number")
_REQUIRABLE = (
    "email",
    "phone_number",
    "name",
    "nickname",
    "birthdate",
    "updated_at",
    "email_verified",
    "phone_number_verified",
    "address",
)


@dataclass(frozen=True)
class GeneratedPool:
    """A pool on both sides of the API."""

    pool: CognitoIdpUserPool
    rules: PoolRules
    columns: tuple[str, ...]
    algorithm: HashAlgorithm | None


@dataclass(frozen=True)
class PoolPlan:
    """CreateUserPool's parameters, and what the pool does with password hashes."""

    config: Mapping[str, Any]
    algorithm: HashAlgorithm | None
    lists_hashes: bool


def make_pool(plan: PoolPlan) -> GeneratedPool:
    """The pool of a plan."""
    pool = CognitoIdpUserPool("123456789012", "us-east-1", "people", dict(plan.config))
    listed = tuple(columns_of(pool, HashColumn.LISTED if plan.lists_hashes else HashColumn.TAKEN))
    algorithm = plan.algorithm
    described = pool.to_json(extended=True)
    rules = PoolRules.of(described, listed, HashPolicy.of([algorithm.value] if algorithm else None))
    return GeneratedPool(pool, rules, tuple(column.name for column in rules.columns), algorithm)


@st.composite
def _custom(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["String", "String", "Number", "Boolean", "DateTime"]))
    schema: dict[str, Any] = {"Name": f"c{number}", "AttributeDataType": kind, "Mutable": draw(st.booleans())}
    least = draw(st.one_of(st.none(), st.integers(0, 12)))
    most = draw(st.one_of(st.none(), st.integers(max(least or 0, 1), 40), st.integers(100, 2048)))
    limits = {"Min": least, "Max": most}
    if kind == "String":
        schema["StringAttributeConstraints"] = {f"{k}Length": str(v) for k, v in limits.items() if v is not None}
    if kind == "Number":
        schema["NumberAttributeConstraints"] = {f"{k}Value": str(v) for k, v in limits.items() if v is not None}
    return schema


@st.composite
def plans(draw: st.DrawFn) -> PoolPlan:
    """A pool with any kind of sign-in, MFA, required and custom attributes."""
    required = draw(st.lists(st.sampled_from(_REQUIRABLE), unique=True, max_size=3))
    schema: list[dict[str, Any]] = [{"Name": name, "Required": True, "Mutable": True} for name in required]
    schema += [draw(_custom(number)) for number in range(draw(st.integers(0, 5)))]
    config: dict[str, Any] = {
        "AutoVerifiedAttributes": draw(st.lists(st.sampled_from(_EITHER), unique=True, min_size=1)),
        "MfaConfiguration": draw(st.sampled_from(["ON", "OFF", "OPTIONAL"])),
        "Schema": schema,
    }
    names = draw(st.lists(st.sampled_from(_EITHER), unique=True))
    kind = draw(st.sampled_from(["UsernameAttributes", "AliasAttributes", ""]))
    if kind and names:
        config[kind] = names
    if draw(st.booleans()):
        config["UsernameConfiguration"] = {"CaseSensitive": draw(st.booleans())}
    algorithm = draw(st.one_of(st.none(), st.sampled_from(HashAlgorithm)))
    return PoolPlan(config, algorithm, lists_hashes=draw(st.booleans()))
