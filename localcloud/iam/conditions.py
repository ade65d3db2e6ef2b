"""The Condition block of a policy's statement.

Guarantees the operators for strings, ARNs, booleans and numbers with their IfExists forms, and Null. What is not
understood, an operator or a key of which nothing is known, is read strictly: under Allow it does not hold. Sets
(ForAllValues, ForAnyValue), dates, addresses and policy variables are not understood.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from localcloud.iam.patterns import as_list, matches, matches_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_IF_EXISTS: Final = "IfExists"


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def test(value: str, expected: str) -> bool:
        return compare(float(value), float(expected))

    return test


_POSITIVE: Final[dict[str, Callable[[str, str], bool]]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda value, expected: value.lower() == expected.lower(),
    "StringLike": lambda value, expected: matches(expected, value),
    "ArnEquals": lambda value, expected: matches_arn(expected, value),
    "ArnLike": lambda value, expected: matches_arn(expected, value),
    "Bool": lambda value, expected: value.lower() == expected.lower(),
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
}
_NEGATED: Final[dict[str, str]] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}


def hold(block: Mapping[str, Mapping[str, Any]], context: Mapping[str, str], *, strict: bool) -> bool:
    """Whether every condition of the block holds for a request's context, whose keys are in lower case.

    What is not understood does not hold when `strict` is true, as it must be under Allow, and holds otherwise. Under
    Allow a negated operator does not hold for a key that the context lacks, unless it says IfExists; AWS lets it hold,
    but here a key may be missing only because it is not imitated.
    """
    return all(
        _holds(name, [str(one) for one in as_list(expected)], context.get(key.lower()), strict=strict)
        for name, tests in block.items()
        for key, expected in tests.items()
    )


def _holds(name: str, expected: list[str], value: str | None, *, strict: bool) -> bool:
    if name == "Null":
        return (value is None) is (expected[0].lower() == "true")
    if name.endswith(_IF_EXISTS) and value is None:
        return True
    plain = name.removesuffix(_IF_EXISTS)
    is_negated = plain in _NEGATED
    test = _POSITIVE.get(_NEGATED.get(plain, plain))
    if test is None:
        return not strict
    if value is None:
        return is_negated and not strict
    return any(_passes(test, value, one) for one in expected) is not is_negated


def _passes(test: Callable[[str, str], bool], value: str, expected: str) -> bool:
    try:
        return test(value, _plain(expected))
    except ValueError:  # not a number
        return False


def _plain(expected: str) -> str:
    """JSON's booleans, as Python writes them, in the spelling of policies."""
    return {"True": "true", "False": "false"}.get(expected, expected)
