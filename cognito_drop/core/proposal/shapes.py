"""What the values of a column look like: decided from a sample of them, which is never shown."""

from __future__ import annotations

import enum
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cognito_drop.core.proposal.words import FALSE, TRUE
from cognito_drop.core.rows.email_address import is_email, unwrapped
from cognito_drop.core.rows.password_hash import algorithm_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MOST: Final = 0.9
"""The share of values that make a shape: files have faults."""
_DATES: Final = {
    "%Y-%m-%d": re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
    "%Y/%m/%d": re.compile(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"),
    "%d.%m.%Y": re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"),
    "%d-%m-%Y": re.compile(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"),
    "%d/%m/%Y": re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"),
}
_EITHER_WAY: Final = ("%d/%m/%Y", "%d-%m-%Y")
_LAST_MONTH: Final = 12
_PHONE: Final = re.compile(r"'?[+0(]?[0-9 ().\-/\u00a0]{5,30}")
_FEWEST_DIGITS: Final = 6
_UUID: Final = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_WITHOUT_DIGITS: Final = re.compile(r"[^0-9@/\\{}<>=_]+")
_SHORTEST_HASH: Final = 40


class Shape(enum.Enum):
    """What most values of a column are."""

    BLANK = "blank"
    HASH = "password hashes"
    EMAIL = "email addresses"
    UUID = "UUIDs"
    DATE = "dates"
    BOOLEAN = "yes or no"
    PHONE = "phone numbers"
    NUMBER = "numbers"
    URL = "URLs"
    LOCALE = "language codes"
    NAME = "words"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """Some values of one column, none of them blank."""

    values: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> ColumnSample:
        """Without the blank ones."""
        return cls(tuple(bare for value in values if (bare := value.strip())))

    @property
    def shape(self) -> Shape:
        """What most values are."""
        if not self.values:
            return Shape.BLANK
        counts = Counter(map(_shape_of, self.values))
        if counts[Shape.LOCALE] < len(self.values):  # among other words a short one is a word
            counts[Shape.NAME] += counts.pop(Shape.LOCALE, 0)
        found, count = counts.most_common(1)[0]
        return found if count >= _MOST * len(self.values) else Shape.TEXT

    def has_any(self, shapes: Collection[Shape]) -> bool:
        """Whether any value has one of these shapes."""
        return any(_shape_of(value) in shapes for value in self.values)

    @property
    def no_usernames(self) -> int:
        """How many values have a blank, or repeat another one in upper or lower case."""
        return len(self.values) - len({value.casefold() for value in self.values if " " not in value})

    @property
    def words(self) -> frozenset[str]:
        """The values in lower case."""
        return frozenset(value.casefold() for value in self.values)

    @property
    def date_forms(self) -> tuple[str, ...]:
        """The formats, as in strptime, that all dates may have; several where the day and the month cannot be told
        apart."""
        forms = Counter(form for value in self.values for form, known in _DATES.items() if known.fullmatch(value))
        if not forms:
            return ()
        form, _ = forms.most_common(1)[0]
        if form not in _EITHER_WAY:
            return (form,)
        month_first = form.replace("%d", "%M").replace("%m", "%d").replace("%M", "%m")
        pairs = [re.split(r"[/\-]", value)[:2] for value in self.values if _DATES[form].fullmatch(value)]
        may_be_day_first = all(int(second) <= _LAST_MONTH for _, second in pairs)
        may_be_month_first = all(int(first) <= _LAST_MONTH for first, _ in pairs)
        return (*([form] if may_be_day_first else []), *([month_first] if may_be_month_first else []))


def _shape_of(value: str) -> Shape:  # noqa: PLR0911  (one for each shape)
    if len(value) >= _SHORTEST_HASH and value.startswith("$") and algorithm_of(value):
        return Shape.HASH
    if is_email(unwrapped(value)):
        return Shape.EMAIL
    if _UUID.fullmatch(value):
        return Shape.UUID
    if any(form.fullmatch(value) for form in _DATES.values()):
        return Shape.DATE
    if value.casefold() in TRUE or value.casefold() in FALSE:
        return Shape.BOOLEAN
    if _PHONE.fullmatch(value) and sum(map(str.isdecimal, value)) >= _FEWEST_DIGITS:
        return Shape.NUMBER if _NUMBER.fullmatch(value) and value[0] not in "+0" else Shape.PHONE
    if _NUMBER.fullmatch(value):
        return Shape.NUMBER
    if _URL.fullmatch(value):
        return Shape.URL
    if _LOCALE.fullmatch(value):
        return Shape.LOCALE
    return Shape.NAME if _WITHOUT_DIGITS.fullmatch(value) else Shape.TEXT
