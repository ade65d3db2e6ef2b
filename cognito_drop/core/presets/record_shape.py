"""What records with the same members have in common, found out once: nearly all records of a file have the same members
in the same order, so only their values are looked at one by one.
"""

from __future__ import annotations

import abc
import functools
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.presets.preset import Export, spellings
from cognito_drop.core.presets.user import has_content, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.core.presets.user import SourceUser

MOST_KEPT: Final = 1_024
_LONGEST_KEPT: Final = 2_000  # characters of all names together, so that what is kept is small


class RecordShape:
    """Records whose members have these names, in this order."""

    __slots__ = ("_others", "_texts", "_values", "is_plain")

    def __init__(self, preset: ShapedExport, names: tuple[str, ...]) -> None:
        self.is_plain = preset.members.issuperset(names) or not any(spellings(preset, names))
        """Whether no member is written in another way than the preset's."""
        self._others = tuple(name for name in names if not preset.knows(name))
        places = {name: place for place, name in enumerate(names)}
        self._texts = itemgetter(*(places.get(name, -2) for name in preset.texts))
        self._values = itemgetter(*(places.get(name, -1) for name in preset.values))

    def read(self, record: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """What the preset reads of a record: texts, blank where it has nothing, and values, None where it has not."""
        given = [*record.values(), "", None]
        texts = self._texts(given)
        try:
            "".join(texts)  # the quickest way to ask whether all of them are texts already
        except TypeError:
            texts = tuple(map(text, texts))
        return texts, self._values(given)

    def has_more(self, record: Mapping[str, Any]) -> bool:
        """Whether a record has a value that the preset neither reads nor passes over."""
        for name in self._others:  # noqa: SIM110  (a generator would take longer than what it gives)
            if has_content(record[name]):
                return True
        return False


class ShapedExport(Export):
    """An export whose members are read by their place in the record, which records of one shape share."""

    texts: tuple[str, ...]
    """Members that are read as texts: two at least."""
    values: tuple[str, ...]
    """Members that are read as they are: two at least."""

    def user(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes, whose members may be written in another way."""
        names = tuple(record)
        shape = self._shapes.get(names) or self._new_shape(names)
        return self.account_of(record, shape) if shape.is_plain else super().user(record)

    def account(self, record: Mapping[str, Any]) -> SourceUser:
        """The user that a record describes, with the names of `members`."""
        return self.account_of(record, self.shape_of(record))

    @abc.abstractmethod
    def account_of(self, record: Mapping[str, Any], shape: RecordShape) -> SourceUser:
        """The same of a record of which the shape is known."""

    def shape_of(self, record: Mapping[str, Any]) -> RecordShape:
        """The shape of a record."""
        names = tuple(record)
        return self._shapes.get(names) or self._new_shape(names)

    def _new_shape(self, names: tuple[str, ...]) -> RecordShape:
        shape = RecordShape(self, names)
        if sum(map(len, names)) <= _LONGEST_KEPT:
            if len(self._shapes) >= MOST_KEPT:
                self._shapes.clear()
            self._shapes[names] = shape
        return shape

    @functools.cached_property
    def _shapes(self) -> dict[tuple[str, ...], RecordShape]:
        """By the names of members."""
        return {}
