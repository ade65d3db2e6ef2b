"""What `map` cannot know from a file: answered by options, or by a person at a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.core.presets.mapping import COLUMN
from cognito_drop.core.proposal.assembly import VERIFIED, column_rule, has_plain_passwords, mapping, status_rule
from cognito_drop.core.proposal.proposal import can_be_username
from cognito_drop.core.rows.pool_rules import BIRTHDATE, SIGN_IN_ATTRIBUTES, USERNAME
from cognito_drop.core.text.names import named
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cognito_drop.cli.console_messages import ConsoleMessages
    from cognito_drop.core.proposal.proposal import ProposedColumn
    from cognito_drop.core.proposal.shapes import ColumnSample
    from cognito_drop.core.rows import PoolRules

_NONE: Final = "none"
_LONGEST: Final = 60  # characters of a name that is shown


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """What the options say."""

    columns: Mapping[str, str]
    """Columns by attribute; a blank one leaves the attribute out."""
    verified: frozenset[str]
    disabled: tuple[str, ...]
    dates: str | None


@dataclass(slots=True)
class MappingAnswers:
    """Asks for what is missing, one question after the other."""

    messages: ConsoleMessages
    rules: PoolRules
    columns: Sequence[ProposedColumn]
    given: GivenAnswers
    status_words: Callable[[], Mapping[str, frozenset[str] | None]]
    """The columns that may say who is not to sign in, as FileColumns has them."""
    chosen: dict[str, str] = field(default_factory=dict)

    def mapping(self) -> dict[str, Any]:
        """The mapping. Raises CommandError for what only a person can know, without a terminal to ask them."""
        self._choose()
        self._require_username()
        self._require_addresses()
        verified = self._verified()
        disabled = self._disabled()
        samples = {column.name: column.sample for column in self.columns}
        rules = {name: self._rule(name, column, samples[column]) for name, column in self.chosen.items()}
        read = {*self.chosen.values(), *map(_column_of, disabled)}
        left_out = dict.fromkeys(column.name for column in self.columns if column.name and column.name not in read)
        return mapping(rules, verified, disabled, list(left_out))

    def _choose(self) -> None:
        names = [column.name for column in self.columns]
        for attribute, name in self.given.columns.items():
            if name and name not in names:
                said = f"The file has no column {named([name], names)}."
                raise CommandError(ErrorCode.USAGE, said, "Names are case-sensitive here.")
            if attribute == USERNAME and self.rules.sign_in:
                said = f"Users of the pool sign in with their {self.rules.sign_in[0]}, which is their username."
                raise CommandError(ErrorCode.USAGE, said, f"Use --column {self.rules.sign_in[0]}=COLUMN.")
            if not COLUMN.fullmatch(attribute) or not self.rules.has(attribute):
                known = [column.name for column in self.rules.columns]
                raise CommandError(ErrorCode.USAGE, f"The pool has no attribute {named([attribute], known)}.")
        for column in self.columns:
            proposed = column.attribute
            if proposed is None or proposed in self.given.columns or proposed in self.chosen:
                continue
            if column.is_sure or (self.messages.can_ask and self._confirms(column)):
                self.chosen[proposed] = column.name
        self.chosen |= {attribute: name for attribute, name in self.given.columns.items() if name}

    def _confirms(self, column: ProposedColumn) -> bool:
        shown = printable(column.name, _LONGEST)
        return self.messages.ask_yes(f"Is the column {shown} the attribute {column.attribute} ({column.why})?")

    def _require_username(self) -> None:
        if self.rules.sign_in or USERNAME in self.chosen:
            return
        fitting = [
            column.name
            for column in self.columns
            if column.attribute in (None, *SIGN_IN_ATTRIBUTES) and can_be_username(column.sample, self.rules)
        ]
        self.chosen[USERNAME] = self._column("Which column is the username?", fitting, "--username COLUMN")

    def _require_addresses(self) -> None:
        """An address for each user, where users sign in with it or only it can be verified."""
        only_verified = self.rules.auto_verified if len(self.rules.auto_verified) == 1 else ()
        for attribute in dict.fromkeys((*self.rules.sign_in[:1], *only_verified)):
            if attribute not in self.chosen:
                guesses = [column.name for column in self.columns if column.attribute == attribute]
                option = f"--column {attribute}=COLUMN"
                self.chosen[attribute] = self._column(f"Which column is {attribute}?", guesses, option)

    def _column(self, question: str, fitting: Sequence[str], option: str) -> str:
        hint = f"Columns that fit: {named(fitting)}." if fitting else "No column has values that fit."
        if not self.messages.can_ask:
            raise CommandError(ErrorCode.ANSWER_NEEDED, f"{question} Name it with {option}.", hint)
        self.messages.say(hint)
        names = [column.name for column in self.columns if column.name]
        return self.messages.ask_choice(question, names)

    def _verified(self) -> list[str]:
        """Attributes of which every value is verified."""
        given = self.given.verified
        for attribute in sorted(given):
            if attribute not in self.chosen:
                raise CommandError(ErrorCode.USAGE, f"--verified {attribute}: no column is mapped to it.")
            if column := self.chosen.get(f"{attribute}{VERIFIED}"):
                raise CommandError(
                    ErrorCode.USAGE,
                    f"--verified {attribute}: the column {printable(column, _LONGEST)} says whose is verified.",
                    f"Leave the option out, or ignore the column with --column {attribute}{VERIFIED}=.",
                )
        said = [name for name in self.rules.auto_verified if f"{name}{VERIFIED}" in self.chosen]
        if given or said or not self.rules.auto_verified:
            return sorted(given)
        for attribute in self.rules.auto_verified:
            if attribute not in self.chosen:
                continue
            question = f"Is every {attribute} in the file verified, so that it belongs to its user?"
            if not self.messages.can_ask:
                raise CommandError(
                    ErrorCode.ANSWER_NEEDED,
                    f"{question} If so, use --verified {attribute}.",
                    "Otherwise add a column that says whose is verified: Cognito imports no other users.",
                )
            if self.messages.ask_yes(question):
                return [attribute]
        raise CommandError(
            ErrorCode.DECLINED,
            "Cognito imports only users with a verified address or number.",
            "Add a column that says whose is verified, with true and false.",
        )

    def _disabled(self) -> list[str | dict[str, Any]]:
        """The rules for users who are not to sign in: of every column that may say so."""
        if _NONE in self.given.disabled:
            if len(self.given.disabled) > 1:
                raise CommandError(ErrorCode.USAGE, "--disabled none cannot be combined with a column.")
            return []
        answers = [self._given_disabled(text) for text in self.given.disabled]
        answered = {name for name, _ in answers}
        others = {name: status_rule(name, words) for name, words in self.status_words().items() if name not in answered}
        unclear = [name for name, rule in others.items() if rule is None]
        if unclear and not self.messages.can_ask:
            raise CommandError(
                ErrorCode.ANSWER_NEEDED,
                f"Which values say who is not to sign in: {named(unclear)}? Answer for each column with --disabled "
                "COLUMN=WORD,WORD or --disabled COLUMN, or with --disabled COLUMN= if it does not say so.",
                "With a column alone, every value but a blank and a clear no rejects the user.",
            )
        rules = [rule for _, rule in answers] + [rule or self._asked_disabled(name) for name, rule in others.items()]
        return [rule for rule in rules if rule is not None]

    def _asked_disabled(self, name: str) -> str | dict[str, Any] | None:
        shown = printable(name, _LONGEST)
        question = f"Does the column {shown} say who is not to sign in: yes or no?"
        if self.messages.ask_choice(question, ["yes", "no"]) == "no":
            return None
        words = self.messages.ask(f"Which values of {shown} say so? (with commas; all but a no)")
        return _disabled_by(name, words) or name

    def _given_disabled(self, text: str) -> tuple[str, str | dict[str, Any] | None]:
        """A column, and its rule; None if it says nothing of the kind."""
        names = [column.name for column in self.columns]
        if text.rpartition("=")[0] not in names and text not in names:
            names += self.status_words()  # of records behind the sample
        if text in names:
            return text, text
        name, _, words = text.rpartition("=")
        if name not in names:
            raise CommandError(ErrorCode.USAGE, f"--disabled: the file has no column {named([name or text], names)}.")
        return name, _disabled_by(name, words)

    def _rule(self, attribute: str, column: str, sample: ColumnSample) -> str | dict[str, Any]:
        if attribute != BIRTHDATE or len(sample.date_forms) < 2:  # noqa: PLR2004  (day or month first)
            return column_rule(attribute, column, sample)
        day_first, month_first = sample.date_forms
        if self.given.dates:
            return {"from": column, "date": day_first if self.given.dates == "day-first" else month_first}
        question = f"Do the dates of {printable(column, _LONGEST)} have the day first?"
        if not self.messages.can_ask:
            said = f"{question} Use --dates day-first or --dates month-first."
            raise CommandError(ErrorCode.ANSWER_NEEDED, said, "All of the sampled dates can be read both ways.")
        return {"from": column, "date": day_first if self.messages.ask_yes(question) else month_first}


def passwords_in(columns: Sequence[ProposedColumn]) -> list[str]:
    """The columns that seem to hold passwords as they are typed."""
    return [column.name for column in columns if has_plain_passwords(column.name, column.sample)]


def given_columns(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Read `ATTRIBUTE=COLUMN`; the name of a column may have more of these signs."""
    found: dict[str, str] = {}
    for value in values:
        attribute, sign, column = value.partition("=")
        if not sign or not attribute:
            raise click.BadParameter(f"{value!r} is not of the form ATTRIBUTE=COLUMN.")
        found[attribute] = column
    return found


def _disabled_by(name: str, words: str) -> dict[str, Any] | None:
    listed = [word.strip() for word in words.split(",") if word.strip()]
    return {"from": name, "is_true": listed} if listed else None


def _column_of(rule: str | dict[str, Any]) -> str:
    return rule if isinstance(rule, str) else str(rule["from"])
