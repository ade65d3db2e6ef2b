"""The members of a mapping, which users write; docs/schemas/mapping-1.json is generated from these types.

The docstring of a member is its description in the schema.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypeAlias, TypedDict

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets.mapping import COLUMN
from cognito_drop.core.rows.password_hash import HashAlgorithm
from cognito_drop.core.text.json_types import Keywords

Path: TypeAlias = Annotated[
    str, Keywords(minLength=1, description="Names of members, separated by points; in a CSV file the name of a column.")
]

_KeywordsJson = TypedDict(
    "_KeywordsJson",
    {
        "from": NotRequired[Path],
        "with": NotRequired[Annotated[str, Keywords(description="What separates joined values; a blank by default.")]],
    },
)


class RuleJson(_KeywordsJson):
    """Where a value comes from, and how it is converted."""

    first: NotRequired[Annotated[list[Path], Keywords(minItems=1)]]
    """The first of these that has a value."""
    join: NotRequired[Annotated[list[Path], Keywords(minItems=1)]]
    """Values that are joined."""
    constant: NotRequired[str | float | bool]
    """The same value for every user."""
    lower: NotRequired[bool]
    """Whether the value is converted to lower case."""
    date: NotRequired[Annotated[str, Keywords(pattern="%")]]
    """The format of a date, as in Python's strptime."""
    is_true: NotRequired[Annotated[list[object], Keywords(minItems=1)]]
    """The words that mean true, in upper or lower case; all others mean false."""


class StatusRuleJson(RuleJson):
    """Who is not to sign in."""

    is_false: NotRequired[Annotated[list[object], Keywords(minItems=1)]]
    """The words for users who may sign in, in upper or lower case; any other value, a blank too, rejects the user."""


_ONE_SOURCE = Keywords(oneOf=[{"required": [name]} for name in ("from", "first", "join", "constant")])
_ONE_LIST = Keywords(**{"not": {"required": ["is_true", "is_false"]}})
Rule: TypeAlias = Path | Annotated[RuleJson, _ONE_SOURCE]
StatusRule: TypeAlias = Path | Annotated[StatusRuleJson, _ONE_SOURCE, _ONE_LIST]


class MappingJson(TypedDict):
    """How the members of a record become the columns of a user pool."""

    preset: NotRequired[Annotated[str, PresetName]]
    """The preset that the columns are added to."""
    records: NotRequired[Annotated[str, Keywords(minLength=1)]]
    """The member of a JSON document that lists the users."""
    columns: Annotated[dict[str, Rule], Keywords(minProperties=1, propertyNames={"pattern": f"^({COLUMN.pattern})$"})]
    """The pool's columns, and where their values come from."""
    disabled: NotRequired[StatusRule | list[StatusRule]]
    """A user for whom this, or any of these, is true is rejected."""
    leave_out: NotRequired[list[str]]
    """Members that are left out on purpose: they are not counted as left behind."""
    password_hash_algorithm: NotRequired[Annotated[str, HashAlgorithm]]
    """The algorithm of the column password_hash. Without it, that of each hash is recognized by its form."""
