"""What can be chosen for a user pool, declared once: names, defaults, and what each may be.

The construct's `TargetPool` has these fields, and the CDK context has the same names; `check` is called at synth. The
stack writes what was chosen as JSON into a parameter for each pool, which functions and command read as `PoolSettings`.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

from cognito_drop.contract import limits
from cognito_drop.contract.preset_names import PRESET_NAMES
from cognito_drop.contract.ways_in import RequireWayIn
from cognito_drop.core.pools.import_window import ImportWindow
from cognito_drop.core.pools.malware_scan import MalwareScan
from cognito_drop.core.rows.groups import SEPARATOR, GroupRule, group_names
from cognito_drop.core.rows.local_phone import PHONE_REGION_FORM, is_phone_region
from cognito_drop.core.rows.options import BadOptionalValues, Options, RepeatedAliases, UnknownColumns
from cognito_drop.core.rows.password_hash import HashAlgorithm, HashPolicy, Pbkdf2Form
from cognito_drop.core.rows.pool_rules import is_custom
from cognito_drop.core.rows.rejection import Fault
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.text.share import share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_OLD_GROUPS = ("existing", "create", "ignore")
"""Values of `groups` in earlier versions."""


@dataclass(frozen=True, slots=True)
class RejectedRowsPolicy:
    """How large a share of rejected rows a file may have and still be imported without them, from 0 to 1."""

    most: Fraction = Fraction(1)

    @classmethod
    def takes(cls, value: object) -> bool:
        """Whether `parse` reads it."""
        return isinstance(value, str) and (value in ("import", "refuse") or share_of(value) is not None)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`import` the rest, `refuse` the whole file, or refuse above a share such as `5%`. Raises ValueError."""
        if text == "import":
            return cls()
        if text == "refuse":
            return cls(Fraction(0))
        share = share_of(text)
        if share is None:
            raise ValueError(text)
        return cls(share)

    def refuses(self, rejected: int, rows: int) -> bool:
        """Whether a file with so many rejected rows is refused as a whole."""
        return rejected > rows * self.most


class KnownUsers(enum.StrEnum):
    """What is done with a file whose users seem to be already in the pool, most of them."""

    WARN = "warn"
    REFUSE = "refuse"


class Mappings(enum.StrEnum):
    """Whose mappings a pool's files are read with, besides its own preset."""

    NO = "no"
    FROM_DROPS = "from_drops"


class GroupsOfKnownUsers(enum.StrEnum):
    """What is done with the groups of users who were in the pool before."""

    LEAVE = "leave"
    ADD = "add"


class OverRate(enum.StrEnum):
    """What is done with a file that is beyond the pool's rate of import jobs."""

    HOLD = "hold"
    REFUSE = "refuse"


class PoolSettingError(ValueError):
    """A setting of a pool has a value that it cannot have."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"{name} = {value!r}: it must be {wanted}.")
        self.name = name
        self.value = value
        self.wanted = wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolChoices:
    """What can be chosen for a user pool. A default of an enumeration says which values there are."""

    rejected_rows: str = "import"
    """For a file with rows that Cognito would refuse: `import` the rest, `refuse` the whole file, or refuse it above a
    share such as `5%`."""
    known_users: str = KnownUsers.WARN
    """For a file most of whose users seem to be in the pool already: `warn` and import, or `refuse`."""
    unknown_columns: str = UnknownColumns.REFUSE
    """For columns that the pool does not have: `refuse` the file, or `leave_out` the columns."""
    part_rows: int = limits.MAX_ROWS
    """Maximum number of users in one import job, up to Cognito's own limit."""
    password_hashes: Sequence[str] | None = None
    """The algorithms of the hashes in the column `password_hash`: the column is sent, whether or not the pool's CSV
    header lists it, and a file with several algorithms becomes parts by algorithm. With an empty list the column is
    left out; without one, a file that has it is refused."""
    preset: str | Mapping[str, Any] | None = None
    """The system whose exports are dropped, or your own mapping; none if files have the pool's columns."""
    look_up_users: bool = False
    """Whether all users of a file are looked up before the import: those who are in the pool are not sent."""
    presets: Sequence[str] | None = None
    """The presets that a file may choose by its folder, such as `inbox/people/auth0/`, besides the pool's own."""
    mappings: str = Mappings.NO
    """Whether a file may be dropped with a mapping of its own: `from_drops`, in a pool without a `preset`; `no` by
    default. Such a mapping sets only what the pool lets files set."""
    groups: Mapping[str, Any] | None = None
    """The groups that files may put users into, such as `{"allow": ["staff", "team-*"], "create": false}`: `create`
    makes those that the pool does not have. Without it, the column `cognito:groups` is left out."""
    attributes: Mapping[str, Any] | None = None
    """The custom attributes that files may set, such as `{"allow": ["custom:department"]}`; none by default. A file
    with others is handled as `unknown_columns` says."""
    groups_of_known_users: str = GroupsOfKnownUsers.LEAVE
    """For the groups of users who are in the pool already: `leave` them, or `add` the file's."""
    pbkdf2_form: str = Pbkdf2Form.PASSLIB
    """The form in which PBKDF2 hashes are sent: `passlib` as in AWS's example, `base64` with `+` for `.`, or `any`."""
    repeated_aliases: str = RepeatedAliases.REJECT
    """For a verified email or phone number that an earlier row has, in a pool where it is an alias: `reject` the row,
    or `send` it."""
    bad_optional_values: str = BadOptionalValues.REJECT
    """For an invalid value that the pool does not require, such as a phone number: `reject` the row, or `leave_out` the
    value. Passwords and what users sign in with are never left out."""
    phone_region: str | None = None
    """The region whose phone numbers are read without a country code, such as `DE`; by default they are invalid. A
    number is read only if it is valid in the region and one of its own."""
    require_way_in: str = RequireWayIn.NO
    """For users who have no way to sign in after the import: `no` imports and reports them, `row` rejects their rows,
    `file` refuses the file."""

    jobs_per_day: int = 100
    """Import jobs that the pool's files may use within 24 hours, one for each part of a file."""
    over_rate: str = OverRate.HOLD
    """For a file beyond `jobs_per_day`: `hold` it until it is not, or `refuse` it."""
    import_window: str | None = None
    """The time of the day at which the pool's imports may start, such as `22:00-05:00 Europe/Berlin`; always by
    default."""
    first_part: int | None = None
    """How many rows a file's first part has, an import job of its own: the rest of the file is imported if not too many
    of them fail. By default only a file that asks for it (`cognito-drop drop --first`) has one."""
    stop_above: str = "5%"
    """The share of the rows of a file's first part that may fail; above it the rest waits for `cognito-drop continue`
    or `stop`."""
    continue_within: int = 7
    """Days for which the rest of a file waits for that, 14 at most; then the run is stopped."""
    jobs_in_reserve: int = 50
    """How many of the pool's import jobs (`import_job_quota`) its files leave: a file that would need one of them is
    refused."""
    malware_scan: str = MalwareScan.NONE
    """Whose malware scan a file must have passed before anything of it is read: `guardduty` for Malware Protection for
    S3, which you enable for the bucket; `none` by default."""
    ids: bool = False
    """Whether each run notes the new IDs of the users that it has imported, in `ids.csv` of its results."""
    undo: bool = False
    """Whether `cognito-drop undo` may delete the users that a run has imported, in a pool with `ids`."""

    def check(self) -> None:
        """Raise PoolSettingError for a value that a setting cannot have. What a preset says is read by the presets."""
        rules = _rules()
        for each in fields(PoolChoices):
            kind, value = type(each.default), getattr(self, each.name)
            if issubclass(kind, enum.StrEnum) and value not in list(kind):
                raise PoolSettingError(each.name, value, f"one of {', '.join(kind)}")
            if kind is bool and type(value) is not bool:
                raise PoolSettingError(each.name, value, "true or false")
            takes, wanted = rules.get(each.name, (_anything, ""))
            if not (takes(value) or value is each.default is None):
                raise PoolSettingError(each.name, value, wanted)
        _check_mappings(self)
        if self.undo and not self.ids:
            raise PoolSettingError("undo", self.undo, "false in a pool without `ids`: only recorded users are deleted")
        _check_hashes(self.password_hashes)
        _check_presets(self.presets)
        _check_groups(self.groups)
        _check_attributes(self.attributes)

    @property
    def group_rule(self) -> GroupRule:
        """The groups that files may put users into."""
        given = self.groups or {}
        return GroupRule(tuple(given.get("allow", ())), given.get("create", False))

    @property
    def allowed_attributes(self) -> frozenset[str]:
        """The custom attributes that files may set."""
        return frozenset((self.attributes or {}).get("allow", ()))

    def chosen(self) -> dict[str, Any]:
        """By name, what is not the default."""
        found = {each.name: (getattr(self, each.name), each.default) for each in fields(PoolChoices)}
        return {name: value for name, (value, default) in found.items() if value != default}


POOL_SETTINGS = tuple(each.name for each in fields(PoolChoices))
"""The names of what can be chosen for a pool."""


def _number(least: int, most: float = float("inf")) -> Callable[[object], bool]:
    """Whether a value is a whole number of these; a truth value is none."""
    return lambda value: type(value) is int and least <= value <= most


def _anything(_value: object) -> bool:
    """What the value may be is checked elsewhere."""
    return True


def _rules() -> Mapping[str, tuple[Callable[[object], bool], str]]:
    """What a number or a text may be; None where that is the default."""
    rows = (_number(1, limits.MAX_ROWS), f"1 to {limits.MAX_ROWS}")
    return {
        "part_rows": rows,
        "first_part": rows,
        "rejected_rows": (RejectedRowsPolicy.takes, "one of import, refuse, a share such as 5%"),
        "stop_above": (lambda value: share_of(value) is not None, "a share such as 5%"),
        "continue_within": (_number(1, 14), "1 to 14 days"),  # with the import itself, a run must end within thirty
        "jobs_per_day": (_number(1), "a whole number from 1"),
        "jobs_in_reserve": (_number(0), "a whole number from 0"),
        "import_window": (
            ImportWindow.takes,
            "two times of the day and a time zone, such as 22:00-05:00 Europe/Berlin",
        ),
        "phone_region": (is_phone_region, PHONE_REGION_FORM),
    }


def _check_mappings(choices: PoolChoices) -> None:
    """The preset says who is refused as disabled, and a file's mapping would take its place."""
    if choices.mappings == Mappings.FROM_DROPS and choices.preset is not None:
        raise PoolSettingError("mappings", choices.mappings, "no in a pool with a preset")


def _check_hashes(algorithms: object) -> None:
    if algorithms is None:
        return
    if not isinstance(algorithms, (list, tuple)) or not all(each in list(HashAlgorithm) for each in algorithms):
        known = ", ".join(sorted(HashAlgorithm))
        wanted = f'a list of {known}, such as ["BCRYPT"], or an empty list'
        raise PoolSettingError("password_hashes", algorithms, wanted)


def _check_presets(presets: object) -> None:
    if presets is None:
        return
    if not isinstance(presets, (list, tuple)) or not all(each in PRESET_NAMES for each in presets):
        raise PoolSettingError("presets", presets, f"a list of {', '.join(PRESET_NAMES)}")


def _check_groups(groups: object) -> None:
    if groups is None:
        return
    form = 'an object that names the groups, such as {"allow": ["staff", "team-*"], "create": false}'
    if groups in _OLD_GROUPS:
        replaced = f"the values {', '.join(_OLD_GROUPS)} were replaced, and without the setting groups are ignored"
        raise PoolSettingError("groups", groups, f"{form}; {replaced}")
    if not isinstance(groups, Mapping) or groups.keys() - {"allow", "create"}:
        raise PoolSettingError("groups", groups, form)
    allow, create = groups.get("allow"), groups.get("create", False)
    names = _texts(allow)
    if not names or type(create) is not bool:
        raise PoolSettingError("groups", groups, form)
    for name in names:
        if isinstance(group_names(name), Fault) or SEPARATOR in name:
            raise PoolSettingError("groups", name, f"the name of a group, without spaces and {SEPARATOR}")


def _check_attributes(attributes: object) -> None:
    if attributes is None:
        return
    names = _texts(attributes.get("allow")) if isinstance(attributes, Mapping) and len(attributes) == 1 else ()
    if not names or not all(map(is_custom, names)):
        wanted = 'an object that names custom attributes, such as {"allow": ["custom:department"]}'
        raise PoolSettingError("attributes", attributes, wanted)


def _texts(value: object) -> tuple[str, ...]:
    """The texts of a list; none where it is no list of texts."""
    found = value if isinstance(value, (list, tuple)) else ()
    return tuple(found) if all(isinstance(each, str) and each for each in found) else ()


@dataclass(frozen=True, slots=True)
class PoolSettings(PoolChoices):
    """The settings of one pool, as functions and command read them."""

    pool_id: str

    @property
    def rejected_rows_policy(self) -> RejectedRowsPolicy:
        """How many rejected rows a file may have."""
        return RejectedRowsPolicy.parse(self.rejected_rows)

    @property
    def refuses_known_users(self) -> bool:
        """Whether a file is refused most of whose users seem to be already in the pool."""
        return self.known_users == KnownUsers.REFUSE

    @property
    def hashes(self) -> HashPolicy:
        """What is done with password hashes."""
        return HashPolicy.of(self.password_hashes, self.pbkdf2_form)

    @property
    def waits_for_scan(self) -> bool:
        """Whether a file is read only after its malware scan has found nothing."""
        return self.malware_scan == MalwareScan.GUARDDUTY

    @property
    def first_part_rule(self) -> FirstPart:
        """By what the rest of a file goes on after its first part."""
        return FirstPart(self.stop_above, self.continue_within)

    @property
    def takes_mappings(self) -> bool:
        """Whether a file may be dropped with a mapping."""
        return self.mappings == Mappings.FROM_DROPS

    def takes_preset(self, preset: str) -> bool:
        """Whether a file may choose this preset by its folder."""
        return preset in self.taken_presets

    @property
    def taken_presets(self) -> frozenset[str]:
        """The presets that a file may choose by its folder."""
        own = self.preset if isinstance(self.preset, str) else None
        return frozenset({*(self.presets or ()), *([own] if own else [])})

    def options_beside(self, alias: str, privileged: frozenset[str]) -> Options:
        """How files for the pool of this alias are read; `privileged` names its groups with an IAM role or a
        precedence."""
        return replace(self.options, alias=alias, groups=replace(self.group_rule, privileged=privileged))

    @property
    def options(self) -> Options:
        """How files for the pool are read."""
        return Options(
            unknown_columns=UnknownColumns(self.unknown_columns),
            max_part_rows=self.part_rows,
            first_part_rows=self.first_part,
            groups=self.group_rule,
            attributes=self.allowed_attributes,
            repeated_aliases=RepeatedAliases(self.repeated_aliases),
            presets=self.taken_presets,
            requires_way_in=self.require_way_in == RequireWayIn.ROW,
            bad_optional_values=BadOptionalValues(self.bad_optional_values),
            phone_region=self.phone_region or "",
        )

    @property
    def adds_known_users(self) -> bool:
        """Whether users whose row is skipped, as they are already in the pool, are added to groups."""
        return self.groups_of_known_users == GroupsOfKnownUsers.ADD

    @property
    def kept(self) -> str:
        """All settings as JSON, for a run that goes on with them whatever is deployed meanwhile. Without the preset,
        which only the check of the file needs."""
        chosen = {name: getattr(self, name) for name in POOL_SETTINGS if name != "preset"}
        return json.dumps({"id": self.pool_id, **chosen})

    @classmethod
    def from_kept(cls, text: str) -> Self:
        """Read what a run has kept since its file was checked, whatever has been deployed since then."""
        return cls.from_json(json.loads(text))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what the stack has written of a pool, or what a run has kept of it; what is not there is the default.

        Raises PoolSettingError.
        """
        given = {name: data[name] for name in POOL_SETTINGS if name in data}
        if given.get("groups") in _OLD_GROUPS:
            del given["groups"]  # a version before let files name any group: none is allowed
        settings = cls(data["id"], **given)
        settings.check()
        return settings
