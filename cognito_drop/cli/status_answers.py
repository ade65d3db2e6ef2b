"""Who is not to sign in, which `map` cannot know from a file: answered by options, or by a person at a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.presets.user import is_shut_out, word
from cognito_drop.core.proposal.assembly import status_rule
from cognito_drop.core.proposal.columns import MOST_WORDS
from cognito_drop.core.proposal.shapes import ColumnSample, Shape
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.rows.header_words import says_who_may
from cognito_drop.core.text.names import named
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cognito_drop.cli.console_messages import ConsoleMessages
    from cognito_drop.core.proposal.columns import ColumnWords

LONGEST_NAME: Final = 60
"""Characters of a column's name that are shown."""
_NONE: Final = "none"
_NEARLY_ALL: Final = 0.9
_BY_WORDS: Final = "the words for users who are not to sign in"
_BY_DATES: Final = "a date in it rejects its user"
_NOTHING: Final = (
    "No column was found that says who is not to sign in, so that every user of the file may be imported. If one does, "
    "name it: --disabled COLUMN=WORD,WORD."
)
_DATES: Final = (
    "each of them rejects its user, also one in the future. For users who are to sign in until then, clear the date, "
    "or use another column."
)


@dataclass(frozen=True, slots=True)
class StatusAnswers:
    """Asks for each column that may say so, one question after the other."""

    messages: ConsoleMessages
    names: Sequence[str]
    """The columns of the file."""
    given: tuple[str, ...]
    """The values of `--disabled`: `COLUMN`, `COLUMN=WORD,WORD`, or `none`."""
    words: Callable[[], Mapping[str, ColumnWords]]
    """The values of columns that may say who is not to sign in, as FileColumns has them."""
    show_values: bool = False
    missing: dict[str, str] = field(default_factory=dict)
    """Options that are missing without a terminal, each with what it says."""
    notes: list[str] = field(default_factory=list)
    """What else is to be known of them."""

    @property
    def given_columns(self) -> list[str]:
        """The columns of which an option says that they decide who is disabled."""
        if _NONE in self.given:
            return []
        return [name for name, rule in map(self._given_disabled, self.given) if rule is not None]

    def rules(self, used: Collection[str]) -> list[str | dict[str, Any]]:
        """The rules for users who are not to sign in: of every column that may say so. `used` are the columns that have
        an attribute. Raises CommandError for options that do not fit; those that are missing are in `missing`."""
        if _NONE in self.given:
            if len(self.given) > 1:
                raise CommandError(ErrorCode.USAGE, "--disabled none cannot be combined with a column.")
            return []
        answers = [self._given_disabled(text) for text in self.given]
        answered = {name for name, _ in answers}
        others = {
            name: status_rule(name, words.all)
            for name, words in self.words().items()
            # One that is an attribute is asked for by its name only.
            if name not in answered and may_say_status(name, None if name in used else words.all)
        }
        unclear = [name for name, rule in others.items() if rule is None]
        if unclear and not self.messages.can_ask:
            for name in unclear:
                shown, has_dates = printable(name, LONGEST_NAME), self._has_dates(name)
                option, said = ("", _BY_DATES) if has_dates else ("=WORD,WORD", _BY_WORDS)
                self.missing[f'--disabled "{shown}{option}"'] = said
            self.notes.append(
                "--disabled COLUMN= is for a column that does not say who is not to sign in; with --disabled COLUMN, "
                "every value but a blank and a clear no rejects the user."
            )
            return []
        if not (self.given or others):
            self.messages.say(_NOTHING, "yellow")
        sure = [rule for rule in (*(rule for _, rule in answers), *others.values()) if rule is not None]
        for rule in sure:
            if said := self._nearly_all(rule):
                self.messages.say(said, "yellow")
        asked = [self._asked_disabled(name) for name, rule in others.items() if rule is None]
        rules = [*sure, *(rule for rule in asked if rule is not None)]
        for rule in rules:
            if isinstance(rule, str) and self._has_dates(rule):
                self.messages.say(f"{printable(rule, LONGEST_NAME)} has dates: {_DATES}", "yellow")
        return rules

    def _asked_disabled(self, name: str) -> str | dict[str, Any] | None:
        shown = printable(name, LONGEST_NAME)
        if not self.messages.ask_yes(f"Does the column {shown} say who may sign in, or who may not?"):
            return None
        self.messages.say(self._all_words(name))
        while True:
            words = self.messages.ask(
                f"Which values of {shown} say that a user may not? With commas; Enter: all but a blank and a no"
            )
            if missing := self._missing_words(name, _listed(words)):
                self.messages.say(f"{missing}{self._all_words(name)}")
                continue
            if not _listed(words) and says_who_may(name):
                self.messages.say(f"{_says_who_may(name)} Name its values for users who may not.")
                continue
            rule = _disabled_by(name, words) or name
            if not (said := self._rejected(rule)) or self.messages.ask_yes(f"{said} Is that right?"):
                return rule

    def _rejected(self, rule: str | dict[str, Any]) -> str:
        """What is said of a rule that rejects nearly all users, or lets in those with a no: of a column that says who
        is active these are the wrong ones. Blank of another one."""
        if isinstance(rule, str):
            return self._count(rule, least=0.0, which=": those with any value but a no")
        return self._nearly_all(rule)

    def _nearly_all(self, rule: str | dict[str, Any]) -> str:
        """What is said of a rule that rejects nearly all users; blank of another one."""
        return self._count(rule, least=_NEARLY_ALL)

    def _count(self, rule: str | dict[str, Any], *, least: float, which: str = "") -> str:
        """How many rows a rule rejects; blank where it is a smaller share than `least`, or not known."""
        name = column_of(rule)
        if not (found := self.words().get(name)):
            return ""
        counts = found.counts
        if isinstance(rule, str):
            rejected = found.others + sum(count for each, count in counts.items() if is_shut_out(each))
        else:
            rejected = sum(counts.get(each, 0) for each in set(map(word, rule.get("is_true", ()))))
            if "is_false" in rule:
                let_in = set(map(word, rule["is_false"]))
                rejected = found.others + sum(count for each, count in counts.items() if each not in let_in)
        total = found.others + sum(counts.values())
        if not total or rejected < least * total:
            return ""
        return f"By the column {printable(name, LONGEST_NAME)}, {rejected:,} of {total:,} rows are rejected{which}."

    def _has_dates(self, name: str) -> bool:
        found = self.words().get(name)
        return found is not None and ColumnSample.of(found.counts).has_any({Shape.DATE})

    def _missing_words(self, name: str, words: Sequence[str]) -> str:
        """What is said of words that no row has in a column: a typing error would let users in. Blank if all are
        there."""
        found = self.words().get(name)
        if not found or not found.counts or not (missing := [each for each in words if word(each) not in found.counts]):
            return ""
        return f"No row has {named(missing)} in the column {printable(name, LONGEST_NAME)}. "

    def _all_words(self, name: str) -> str:
        """The values of a column with their counts, where they may be shown."""
        found = self.words()[name]
        counts = {each: count for each, count in found.counts.items() if each}
        if not self.show_values:
            many = f"{len(counts)}" if found.is_complete else f"more than {MOST_WORDS}"
            return f"It has {many} different {'value' if many == '1' else 'values'}; --show-values shows them."
        shown = [f"{printable(each, 30)} ({count:,})" for each, count in counts.items()]
        return f"It has {', '.join(shown)}{'' if found.is_complete else ', and more'}."

    def _given_disabled(self, text: str) -> tuple[str, str | dict[str, Any] | None]:
        """A column, and its rule; None if it says nothing of the kind."""
        names = list(self.names)
        if text.rpartition("=")[0] not in names and text not in names:
            names += self.words()  # of records behind the sample
        if text in names:
            if says_who_may(text):
                shown = printable(text, LONGEST_NAME)
                hint = f'Name its values for users who may not: --disabled "{shown}=WORD,WORD".'
                raise CommandError(ErrorCode.USAGE, f"--disabled: {_says_who_may(text)}", hint)
            return text, text
        name, _, words = text.rpartition("=")
        if name not in names:
            raise CommandError(ErrorCode.USAGE, f"--disabled: the file has no column {named([name or text], names)}.")
        if missing := self._missing_words(name, _listed(words)):
            raise CommandError(ErrorCode.USAGE, f"--disabled: {missing.strip()}", self._all_words(name))
        return name, _disabled_by(name, words)


def _says_who_may(name: str) -> str:
    return f"By its name, a yes in the column {printable(name, LONGEST_NAME)} says that a user may sign in."


def words_asked_for(given: Sequence[str]) -> dict[str, list[str]]:
    """The words of the values of `--disabled` by column; none where a column has no words."""
    parted = [text.rpartition("=") for text in given]
    columns: dict[str, list[str]] = {text: [] for text in given}
    return columns | {name: _listed(words) for name, sign, words in parted if sign and _listed(words)}


def statuses_in(made: Mapping[str, Any]) -> list[str]:
    """The columns by which a mapping decides who is disabled."""
    found = made.get("disabled", [])
    return [column_of(rule) for rule in (found if isinstance(found, list) else [found])]


def column_of(rule: str | dict[str, Any]) -> str:
    """The column that a rule reads."""
    return rule if isinstance(rule, str) else str(rule["from"])


def _disabled_by(name: str, words: str) -> dict[str, Any] | None:
    listed = _listed(words)
    return {"from": name, "is_true": listed} if listed else None


def _listed(words: str) -> list[str]:
    return [each.strip() for each in words.split(",") if each.strip()]
