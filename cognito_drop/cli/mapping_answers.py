"""What `map` cannot know from a file: answered by options, or by a person at a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from cognito_drop.cli.errors import CommandError, ErrorCode
from cognito_drop.cli.status_answers import LONGEST_NAME, column_of
from cognito_drop.core.presets.mapping import COLUMN
from cognito_drop.core.proposal.assembly import VERIFIED, column_rule, has_plain_passwords, mapping
from cognito_drop.core.proposal.proposal import can_be_username, unfit_usernames
from cognito_drop.core.proposal.status_values import may_say_status
from cognito_drop.core.rows.pool_rules import BIRTHDATE, USERNAME
from cognito_drop.core.text.names import named, with_notes
from cognito_drop.core.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cognito_drop.cli.console_messages import ConsoleMessages
    from cognito_drop.cli.status_answers import StatusAnswers
    from cognito_drop.core.proposal.proposal import ProposedColumn
    from cognito_drop.core.proposal.shapes import ColumnSample
    from cognito_drop.core.rows import PoolRules

_OF_PEOPLE: Final = frozenset({"name", "given_name", "family_name", "middle_name", BIRTHDATE, "gender"})
"""Attributes whose columns are no username, however distinct."""


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """What the options say."""

    columns: Mapping[str, str]
    """Columns by attribute; a blank one leaves the attribute out."""
    verified: frozenset[str]
    dates: str | None


@dataclass(slots=True)
class MappingAnswers:
    """Asks for what is missing, one question after the other. Raises CommandError for options that do not fit."""

    messages: ConsoleMessages
    rules: PoolRules
    columns: Sequence[ProposedColumn]
    given: GivenAnswers
    statuses: StatusAnswers
    chosen: dict[str, str] = field(default_factory=dict)
    """Columns by attribute: at first those that need no question."""
    _unnamed: list[str] = field(default_factory=list)
    """Attributes whose columns only an option can name, without a terminal."""
    _missing: dict[str, str] = field(default_factory=dict)
    """Options that are missing, each with what it says."""
    _notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
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
        for column in self._proposed():
            if column.attribute and column.is_sure:
                self.chosen[column.attribute] = column.name
        self.chosen |= {attribute: name for attribute, name in self.given.columns.items() if name}

    def mapping(self) -> dict[str, Any]:
        """The mapping. Raises CommandError for what only a person can know, without a terminal to ask them: one for all
        options that are missing."""
        for column in self.guesses if self.messages.can_ask else ():
            if column.attribute and column.attribute not in self.chosen and self._confirms(column):
                self.chosen[column.attribute] = column.name
        self._require_username()
        self._require_addresses()
        verified = self._verified()
        disabled = self.statuses.rules(self.chosen.values())
        self._missing |= self.statuses.missing
        self._notes += self.statuses.notes
        samples = {column.name: column.sample for column in self.columns}
        rules = {name: self._rule(name, column, samples[column]) for name, column in self.chosen.items()}
        if self._missing:
            options = [f"{option} ({said})" for option, said in self._missing.items()]
            said = f"{', '.join(options[:-1])}, and {options[-1]}" if len(options) > 1 else options[0]
            raise CommandError(
                ErrorCode.ANSWER_NEEDED, f"There is no terminal to ask: add {said}.", " ".join(self._notes)
            )
        read = {*self.chosen.values(), *map(column_of, disabled)}
        left_out = dict.fromkeys(column.name for column in self.columns if column.name and column.name not in read)
        return mapping(rules, verified, disabled, list(left_out))

    @property
    def guesses(self) -> list[ProposedColumn]:
        """The columns whose attribute only a person can confirm."""
        return [column for column in self._proposed() if not column.is_sure]

    def _proposed(self) -> Iterator[ProposedColumn]:
        """The columns with an attribute that has no column yet."""
        for column in self.columns:
            if column.attribute and column.attribute not in (*self.given.columns, *self.chosen):
                yield column

    def _confirms(self, column: ProposedColumn) -> bool:
        shown = printable(column.name, LONGEST_NAME)
        return self.messages.ask_yes(f"Is the column {shown} the attribute {column.attribute} ({column.why})?")

    def _require_username(self) -> None:
        if self.rules.sign_in or USERNAME in self.chosen:
            return
        fitting = {
            column.name: unfit_usernames(column.sample)
            for column in self.columns
            if column.attribute not in _OF_PEOPLE
            and not may_say_status(column.name, column.sample.words)
            and can_be_username(column.sample, self.rules)
        }
        self._name_column(USERNAME, "Which column is the username?", fitting, "--username COLUMN")

    def _require_addresses(self) -> None:
        """An address for each user, where users sign in with it or only it can be verified."""
        only_verified = self.rules.auto_verified if len(self.rules.auto_verified) == 1 else ()
        for attribute in dict.fromkeys((*self.rules.sign_in[:1], *only_verified)):
            if attribute not in self.chosen:
                guesses = [column.name for column in self.columns if column.attribute == attribute]
                option = f"--column {attribute}=COLUMN"
                self._name_column(attribute, f"Which column is {attribute}?", dict.fromkeys(guesses, ""), option)

    def _name_column(self, attribute: str, question: str, fitting: Mapping[str, str], option: str) -> None:
        """`fitting` has the columns with what does not fit of each."""
        listed = with_notes(list(fitting), fitting.__getitem__)
        if not self.messages.can_ask:
            self._unnamed.append(attribute)
            fit = f"values that fit: {listed}" if fitting else self._nothing_fits(attribute)
            of = "the username" if attribute == USERNAME else attribute
            self._missing[option] = f"the column of {of}; {fit}"
            return
        nothing = self._nothing_fits(attribute)
        self.messages.say(f"Columns that fit: {listed}." if fitting else f"{nothing[0].upper()}{nothing[1:]}.")
        names = [column.name for column in self.columns if column.name]
        self.chosen[attribute] = self.messages.ask_choice(question, names)

    def _nothing_fits(self, attribute: str) -> str:
        said = "no column has values that fit"
        if attribute != USERNAME:
            return said
        kinds = {"email": "email addresses", "phone_number": "phone numbers"}
        kept = [kinds[alias] for alias in self.rules.aliases if alias in kinds]
        also = f"have no blanks, and are no {' or '.join(kept)} in this pool" if kept else "and have no blanks"
        return f"{said}: usernames differ from user to user, {also}"

    def _verified(self) -> list[str]:
        """Attributes of which every value is verified."""
        given = self.given.verified
        for attribute in sorted(given):
            if attribute not in (*self.chosen, *self._unnamed):
                raise CommandError(ErrorCode.USAGE, f"--verified {attribute}: no column is mapped to it.")
            if column := self.chosen.get(f"{attribute}{VERIFIED}"):
                raise CommandError(
                    ErrorCode.USAGE,
                    f"--verified {attribute}: the column {printable(column, LONGEST_NAME)} says whose is verified.",
                    f"Leave the option out, or ignore the column with --column {attribute}{VERIFIED}=.",
                )
        said = [name for name in self.rules.auto_verified if f"{name}{VERIFIED}" in self.chosen]
        if given or said or not self.rules.auto_verified:
            return sorted(given)
        named_or_not = [name for name in self.rules.auto_verified if name in (*self.chosen, *self._unnamed)]
        if named_or_not and not self.messages.can_ask:
            option = " or ".join(f"--verified {attribute}" for attribute in named_or_not)
            self._missing[option] = f"if every {' or '.join(named_or_not)} in the file is verified"
            self._notes.append(
                "If not every one is verified, add a column to the file that says whose is: Cognito imports no other "
                "users."
            )
            return []
        for attribute in named_or_not:
            if self.messages.ask_yes(f"Is every {attribute} in the file verified, so that it belongs to its user?"):
                return [attribute]
        raise CommandError(
            ErrorCode.DECLINED,
            "Cognito imports only users with a verified address or number.",
            "Add a column that says whose is verified, with true and false.",
        )

    def _rule(self, attribute: str, column: str, sample: ColumnSample) -> str | dict[str, Any]:
        if attribute != BIRTHDATE or len(sample.date_forms) < 2:  # noqa: PLR2004  (day or month first)
            return column_rule(attribute, column, sample)
        day_first, month_first = sample.date_forms
        if self.given.dates:
            return {"from": column, "date": day_first if self.given.dates == "day-first" else month_first}
        question = f"Do the dates of {printable(column, LONGEST_NAME)} have the day first?"
        if not self.messages.can_ask:
            option = "--dates day-first or --dates month-first"
            self._missing[option] = f"all sampled dates of {printable(column, LONGEST_NAME)} can be read both ways"
            return column
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
