"""A deployment and its pools in the JSON output; docs/schemas/command-1.json is generated from these types.

The docstring of a member is its description in the schema.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from cognito_drop.core.text.json_types import Count, Keywords, Moment, Positive, RunId


class PausedJson(TypedDict):
    """A pause of imports."""

    pool: str | None
    """The alias of the pool; null for all pools."""
    since: Moment
    """When it began."""


class PauseJson(TypedDict):
    """`pause` and `resume`: the pauses after the command."""

    changed: bool
    """False if it was so before."""
    paused: list[PausedJson]
    """What is paused now."""


class ListedJobJson(TypedDict):
    """An import job in Cognito."""

    id: str
    """Cognito's ID."""
    name: str
    """Its name."""
    status: str
    """Cognito's word: Created, Pending, InProgress, Stopping, Expired, Stopped, Failed, Succeeded."""
    imported: Count
    """Rows."""
    skipped: Count
    """Rows."""
    failed: Count
    """Rows."""
    created_at: Moment | None
    """CreationDate."""
    started_at: Moment | None
    """StartDate."""
    completed_at: Moment | None
    """CompletionDate."""
    message: str | None
    """Cognito's CompletionMessage."""
    ours: bool
    """Created for a run, as its name says."""
    run_id: RunId | None
    """The run that it was created for."""
    part: Positive | None
    """The part of the run."""


class PoolJobsJson(TypedDict):
    """The import jobs of a pool."""

    id: str
    """The user pool's ID."""
    aliases: list[str]
    """The aliases of the pool."""
    jobs: list[ListedJobJson]
    """The newest first, at most --limit."""
    more: bool
    """Whether there are more."""
    error: str | None
    """AWS's error code if the jobs of the pool cannot be read, such as ResourceNotFoundException."""


class JobsJson(TypedDict):
    """`jobs`: the import jobs in Cognito."""

    pools: list[PoolJobsJson]
    """Each pool once."""


class FindingJson(TypedDict):
    """What is wrong, or would go wrong."""

    severity: Annotated[str, Keywords(enum=["error", "warning"])]
    """error: drops are not imported, or notifications are not delivered. warning: that will happen, or something was
    lost."""
    code: str
    """A stable code."""
    message: str
    """A sentence."""
    fix: str
    """What to do."""
    command: NotRequired[str]
    """Does it, ready to copy; only where a single command does, and with the first of the findings that it fixes: each
    command is there once."""
    fixed_by: NotRequired[str]
    """The check with the earlier finding whose command fixes this one too."""


class HealthCheckJson(TypedDict):
    """One subject."""

    check: str
    """A stable code."""
    ok: bool
    """Nothing was found."""
    findings: list[FindingJson]
    """What was found."""


class DoctorJson(TypedDict):
    """`doctor`: the health check of the deployment."""

    stack: str
    """The stack."""
    region: str
    """Its region."""
    checks: list[HealthCheckJson]
    """In the order of a drop's way."""
    first_sign_in: dict[str, list[str]]
    """What imported users of each pool meet at the first sign-in, as sentences by the pool's alias."""
    open_to_files: dict[str, list[str]]
    """What each pool lets files decide, as sentences by the pool's alias: groups, custom attributes, passwords."""
    undo: list[str]
    """The aliases of the pools whose imports may be undone, which deletes users."""
