"""The members of the files that `cognito-drop export` writes; their schemas in docs/schemas/ are generated from these
types.

Members of users, groups, and settings have the names that Cognito gives them. A change that breaks readers raises the
version in the names of the schemas.
"""

from __future__ import annotations

from typing import Annotated, Final, NotRequired, TypedDict

from cognito_drop.core.text.json_types import Count, Keywords, Moment, SchemaVersion

USERS, GROUPS, MEMBERSHIPS = "users.ndjson", "groups.ndjson", "memberships.ndjson"
POOL, MANIFEST, CSV = "pool.json", "manifest.json", "users.csv"


class ExportedUserJson(TypedDict):
    """A line of users.ndjson: a user as ListUsers describes it, and the user's groups."""

    Username: str
    """In a pool that signs in with an attribute this is the same as `sub`."""
    Attributes: dict[str, str]
    """All attributes by name, `sub` and `identities` (JSON as a text) among them."""
    UserStatus: str
    """For example CONFIRMED; EXTERNAL_PROVIDER for a user of another identity provider."""
    Enabled: bool
    """Whether the user may sign in."""
    UserCreateDate: Moment | None
    """When the user was created."""
    UserLastModifiedDate: Moment | None
    """When the user was changed last."""
    MFAOptions: NotRequired[list[dict[str, str]]]
    """The former SMS MFA of the user, if ListUsers gives it."""
    Groups: list[str]
    """Names of the user's groups, sorted."""


class ExportedGroupJson(TypedDict):
    """A line of groups.ndjson: a group as ListGroups describes it."""

    GroupName: str
    """Its name."""
    Description: NotRequired[str]
    """What it is for."""
    Precedence: NotRequired[Count]
    """Which group's role counts: the lowest number first."""
    RoleArn: NotRequired[str]
    """The IAM role of its members."""
    CreationDate: Moment | None
    """When it was created."""
    LastModifiedDate: Moment | None
    """When it was changed last."""


class ExportedMembershipJson(TypedDict):
    """A line of memberships.ndjson: one user in one group, as ListUsersInGroup lists them."""

    GroupName: str
    """The group."""
    Username: str
    """The user."""


class ExportedPoolJson(TypedDict):
    """pool.json: the settings of the pool without secrets. The secrets of app clients and the external IDs of roles are
    left out; names and ARNs of functions, keys, and roles are not secrets, and are kept."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    user_pool: dict[str, object]
    """Of `UserPool` as DescribeUserPool answers."""
    mfa: dict[str, object]
    """What GetUserPoolMfaConfig answers."""
    app_clients: list[dict[str, object]]
    """Of `UserPoolClient` as DescribeUserPoolClient answers, for each app client."""


class ExportedFileJson(TypedDict):
    """One of the other files."""

    name: str
    """Its name."""
    schema: str | None
    """The schema of the file, or of each of its lines, without `.json`; null for users.csv."""
    records: Count
    """Lines, without the header of users.csv; 1 for pool.json."""
    bytes: Count
    """Its size."""
    sha256: Annotated[str, Keywords(pattern="^[0-9a-f]{64}$")]
    """SHA-256 of its bytes."""


class ExportCountsJson(TypedDict):
    """What was exported."""

    users: Count
    """Users of any kind."""
    disabled: Count
    """Those of them who may not sign in."""
    external_provider: Count
    """Those of them who come from another identity provider."""
    groups: Count
    """Groups."""
    memberships: Count
    """Memberships."""
    memberships_of_unlisted_users: Count
    """Memberships of users whom ListUsers did not list: users.ndjson does not have them."""


class ExportManifestJson(TypedDict):
    """manifest.json: what the export is and has. It is written last, so an export with a manifest is complete."""

    schema_version: SchemaVersion
    """A change that breaks readers raises it."""
    pool_id: str
    """The user pool."""
    region: str
    """The Region that was asked, of the pool or of a replica."""
    started_at: Moment
    """When the first call was made; users are listed one page after the other until `ended_at`."""
    ended_at: Moment
    """When the last page was there."""
    counts: ExportCountsJson
    csv_left_out: dict[str, Count] | None
    """Users who are not in users.csv, by reason; null where there is no such file."""
    schema_attributes: list[dict[str, object]]
    """The attributes that users of the pool can have, as DescribeUserPool lists them."""
    files: list[ExportedFileJson]
    """The other files."""
    notes: list[str]
    """What an export does not have, in sentences."""


class ExportJson(TypedDict):
    """`export`: the users, groups, and memberships of a user pool as files."""

    pool_id: str
    """The user pool."""
    to: str
    """Where the files are."""
    counts: ExportCountsJson
    csv_left_out: dict[str, Count] | None
    """Users who are not in users.csv, by reason; null where there is no such file."""
    files: list[ExportedFileJson]
    """The files without manifest.json, which lists the same."""


SCHEMAS: Final = {
    USERS: ("export-user-1", "A line of users.ndjson of an export, version 1", ExportedUserJson),
    GROUPS: ("export-group-1", "A line of groups.ndjson of an export, version 1", ExportedGroupJson),
    MEMBERSHIPS: (
        "export-membership-1",
        "A line of memberships.ndjson of an export, version 1",
        ExportedMembershipJson,
    ),
    POOL: ("export-pool-1", "pool.json of an export, version 1", ExportedPoolJson),
    MANIFEST: ("export-manifest-1", "manifest.json of an export, version 1", ExportManifestJson),
}
"""File → name, title, and type of its schema."""
NOTES: Final = (
    "Cognito gives out no passwords, MFA preferences, TOTP secrets, passkeys, or devices: no export has them.",
    "ListUsers is eventually consistent: what changed shortly before or during the export may be missing or old.",
    "Secrets of app clients and settings of identity providers are not exported.",
)
