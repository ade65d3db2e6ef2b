"""The columns of a file as `map` shows them: each with its attribute, and why it has it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.cli.rendering import table
from cognito_drop.core.rows.header_words import status_word
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rich.console import RenderableType

    from cognito_drop.core.proposal.proposal import ProposedColumn

_AN_OPTION: Final = "your option"
_AN_ANSWER: Final = "your answer"
_LONGEST: Final = 60  # characters of a name that is shown
_EXAMPLES: Final = 3


def shown_columns(
    columns: Sequence[ProposedColumn],
    chosen: Mapping[str, str],
    guesses: Collection[ProposedColumn],
    *,
    can_ask: bool,
) -> list[ProposedColumn]:
    """The columns before questions. `chosen` has columns by attribute, `guesses` those that are to be confirmed;
    without a terminal they are left out, with the option that takes them."""
    return [
        _guess(column, chosen, can_ask=can_ask) if column in guesses else _settled(column, chosen, _AN_OPTION)
        for column in columns
    ]


def answered_columns(shown: Sequence[ProposedColumn], chosen: Mapping[str, str]) -> list[ProposedColumn] | None:
    """The columns after the questions; None if no answer has changed what was shown. `chosen` has columns by
    attribute."""
    answered = [_settled(column, chosen, _AN_ANSWER) for column in shown]
    is_same = all(one.attribute == other.attribute for one, other in zip(answered, shown, strict=True))
    return None if is_same else answered


def _settled(column: ProposedColumn, chosen: Mapping[str, str], why: str) -> ProposedColumn:
    attribute = ", ".join(_attributes(column, chosen)) or None
    if attribute == column.attribute and (column.is_sure or not attribute):
        return column
    return replace(column, attribute=attribute, is_sure=True, why=why)


def _guess(column: ProposedColumn, chosen: Mapping[str, str], *, can_ask: bool) -> ProposedColumn:
    given = _attributes(column, chosen)
    if can_ask:
        return replace(column, attribute=", ".join([*given, str(column.attribute)]))
    if given:
        return _settled(column, chosen, _AN_OPTION)
    option = f"--column {column.attribute}={printable(column.name, _LONGEST)}"
    return replace(column, attribute=None, why=f"{column.why}: confirm it with {option}")


def _attributes(column: ProposedColumn, chosen: Mapping[str, str]) -> list[str]:
    return sorted(attribute for attribute, name in chosen.items() if name == column.name)


def columns_table(columns: Sequence[ProposedColumn], *, show_values: bool) -> RenderableType:
    """The columns with an attribute first, and so many of the others that they fit a screen."""
    mapped = [column for column in columns if column.attribute]
    others = [column for column in columns if not column.attribute]
    rows = [
        (
            printable(column.name or "(without a name)", _LONGEST),
            _use(column),
            column.why,
            *([_values(column)] if show_values else []),
        )
        for column in [*mapped, *others[: max(20, 40 - len(mapped))]]
    ]
    names = ("column", "attribute", "because of", *(["values"] if show_values else []))
    return table(*names, rows=rows, wrapped=("column", "because of", "values"))


def _use(column: ProposedColumn) -> str:
    if not column.attribute:
        return "(status)" if status_word(column.name) else "left out"
    return column.attribute if column.is_sure else f"{column.attribute}?"


def _values(column: ProposedColumn) -> str:
    return ", ".join(printable(value, 30) for value in column.sample.values[:_EXAMPLES])
