"""The columns of a file as `map` shows them: each with its attribute, and why it has it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cognito_drop.cli.rendering import table
from cognito_drop.cli.status_answers import LONGEST_NAME
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rich.console import RenderableType

    from cognito_drop.core.proposal.proposal import ProposedColumn

_AN_OPTION: Final = "your option"
_AN_ANSWER: Final = "your answer"
_EXAMPLES: Final = 3
_STATUS: Final = "(status)"
_DECIDES: Final = "it says who is disabled"


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
    option = f"--column {column.attribute}={printable(column.name, LONGEST_NAME)}"
    return replace(column, attribute=None, why=f"{column.why}: confirm it with {option}")


def _attributes(column: ProposedColumn, chosen: Mapping[str, str]) -> list[str]:
    return sorted(attribute for attribute, name in chosen.items() if name == column.name)


def columns_table(columns: Sequence[ProposedColumn], statuses: Collection[str], *, show_values: bool) -> RenderableType:
    """The columns that are read first, and so many of the others that they fit a screen. `statuses` are the names of
    those that decide who is disabled."""
    read = [column for column in columns if column.attribute or column.name in statuses]
    others = [column for column in columns if column not in read]
    rows = [
        (
            printable(column.name or "(without a name)", LONGEST_NAME),
            _use(column, statuses),
            _DECIDES if column.name in statuses and not column.attribute else column.why,
            *([_values(column)] if show_values else []),
        )
        for column in [*read, *others[: max(20, 40 - len(read))]]
    ]
    names = ("column", "attribute", "because of", *(["values"] if show_values else []))
    return table(*names, rows=rows, wrapped=("column", "because of", "values"))


def _use(column: ProposedColumn, statuses: Collection[str]) -> str:
    used = (column.attribute if column.is_sure else f"{column.attribute}?") if column.attribute else ""
    if column.name in statuses:
        return f"{used}, {_STATUS}" if used else _STATUS
    return used or (_STATUS if may_say_status(column.name, column.sample.words) else "left out")


def _values(column: ProposedColumn) -> str:
    return ", ".join(printable(value, 30) for value in column.sample.values[:_EXAMPLES])
