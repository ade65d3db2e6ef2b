"""The state that travels through a run's execution: plain JSON with ids, counts and reasons, never a row's value.

Every function gets the whole state and answers with the piece that is its own; the names are spelled here and in the
workflow's definition. A KeyError means that the two were not deployed together.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cognito_drop.contract.function_names import ErrorName
from cognito_drop.contract.statuses import PartStatus
from cognito_drop.core.runs.drop import Drop
from cognito_drop.core.runs.first_part_rule import FirstPart
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Mapping


def drop_in(state: Mapping[str, Any]) -> Drop:
    """The drop that the execution was started with."""
    return Drop(state["bucket"], state["key"], state["version_id"])


def error_in(state: Mapping[str, Any], name: str = "error") -> str:
    """Why the run ended early, from what the workflow has caught; empty when it did not. `ids_error` is why the new ids
    of its users are not recorded.

    Only the functions' own errors are quoted: they are known to hold no value.
    """
    caught = state.get(name)
    if caught is None:
        return ""
    error = str(caught["Error"])
    return f"{error}: {json.loads(caught['Cause'])['errorMessage']}" if error in tuple(ErrorName) else error


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """`$.file`: what preflight says of a drop."""

    pool_id: str = ""
    pool_name: str = ""
    rows: int = 0
    rejected: int = 0
    part_rows: tuple[int, ...] = ()
    """Rows of each part that is to be imported."""
    part_versions: tuple[str, ...] = ()
    """The version of each part's object that was written; none where an earlier release has checked the file."""
    problem: Problem | None = None
    is_dry_run: bool = False
    known: int = 0
    """Rows whose users were found in the pool before: they are skipped, and not given to Cognito."""
    memberships: int = 0
    """Memberships in groups that are to be added after the import."""
    is_imported: bool = False
    """Whether its import is over, or was being ended: an execution before this one has brought it so far."""
    is_queued: bool = False
    """Whether it has been in the import queue: an execution before this one has brought it so far."""
    part_algorithms: tuple[str, ...] = ()
    """The PasswordHashingAlgorithm of each part's import job; nothing where no hashes are sent."""
    is_stopped: bool = False
    """Whether the run was stopped: what is left to do is its end."""
    settings: str = ""
    """What was chosen for the pool when the file was checked, as JSON."""
    may_hold_hashes: bool = True
    """Whether the file may hold hashes of passwords, imported or not; a file that was not read as rows may."""
    first_part: FirstPart | None = None
    """What was chosen for its first part; None where all of its parts are imported one after the other."""
    notes_ids: bool = False
    """Whether the new ids of its users are recorded after the import."""
    checked_by: str = ""
    """The call that has found this: what it has kept is under its name. Empty before it is checked."""

    @property
    def accepted(self) -> int:
        """Rows that Cognito can import."""
        return self.rows - self.rejected - self.known

    def version_of(self, part: int) -> str:
        """The version of a part's object; empty where it is not known."""
        return self.part_versions[part - 1] if part <= len(self.part_versions) else ""

    def to_json(self) -> dict[str, Any]:
        """The piece that preflight answers with; `importable` decides the way that the run takes."""
        importable = self.problem is None and not self.is_dry_run and not self.is_imported
        lists = {
            "part_rows": list(self.part_rows),
            "part_algorithms": list(self.part_algorithms),
            "part_versions": list(self.part_versions),
        }
        return {"importable": importable, **asdict(self), **lists}

    @classmethod
    def from_json(cls, piece: Mapping[str, Any]) -> CheckedFile:
        """Read what `to_json` has made."""
        problem = piece["problem"]
        return cls(
            pool_id=piece["pool_id"],
            pool_name=piece["pool_name"],
            rows=piece["rows"],
            rejected=piece["rejected"],
            part_rows=tuple(piece["part_rows"]),
            part_versions=tuple(piece.get("part_versions", ())),
            problem=Problem(**{**problem, "code": ProblemCode(problem["code"])}) if problem else None,
            is_dry_run=piece["is_dry_run"],
            is_imported=piece["is_imported"],
            known=piece["known"],
            memberships=piece["memberships"],
            is_queued=piece["is_queued"],
            # A run whose file an older version has checked goes on without.
            part_algorithms=tuple(piece.get("part_algorithms", ())),
            is_stopped=piece.get("is_stopped", False),
            settings=piece["settings"],
            may_hold_hashes=piece.get("may_hold_hashes", True),
            first_part=FirstPart.from_json(first) if (first := piece.get("first_part")) else None,
            notes_ids=piece.get("notes_ids", False),
            checked_by=piece.get("checked_by", ""),
        )


@dataclass(frozen=True, slots=True)
class JobProgress:
    """`$.job`: what start_import, check_import and stop_import say of the import job of a part."""

    part: int
    job_id: str
    status: str
    """Cognito's word, or one of our own."""
    wait_seconds: int
    done: int = 0

    @property
    def is_started(self) -> bool:
        """Whether the status is one of Cognito's: the job was started."""
        return self.status not in tuple(PartStatus)

    def to_json(self) -> dict[str, Any]:
        """The piece that the functions answer with."""
        return asdict(self)

    @classmethod
    def in_state(cls, state: Mapping[str, Any]) -> JobProgress:
        """Read `$.job`."""
        return cls(**state["job"])


@dataclass(frozen=True, slots=True)
class PartProgress:
    """`$.part`: what collect_part says of the part whose job has ended, and which part comes next."""

    number: int
    complete: bool
    """Whether the job's log speaks of every row that the job counts, or is not waited for any longer."""
    more: bool
    """Whether the next part is to be imported."""
    polls: int = 0
    """How often the log was found incomplete."""
    wait_seconds: int = 0

    def to_json(self) -> dict[str, Any]:
        """The piece that collect_part answers with."""
        return asdict(self)

    @classmethod
    def in_state(cls, state: Mapping[str, Any]) -> PartProgress | None:
        """Read `$.part`; None before the first part has ended."""
        return cls(**state["part"]) if "part" in state else None


@dataclass(frozen=True, slots=True)
class IdsProgress:
    """`$.ids`: what note_ids says of the new ids of imported users."""

    more: bool
    """Whether it is to be called again."""
    recorded: int = 0
    """Users who were found."""
    wait_seconds: int = 0
    """In how many seconds: ListUsers shows some users late."""

    def to_json(self) -> dict[str, Any]:
        """The piece that note_ids answers with."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MembersProgress:
    """`$.members`: what add_members says of the users who are to be in groups."""

    more: bool
    """Whether it is to be called again."""
    done: int
    """Memberships that have an outcome."""

    def to_json(self) -> dict[str, Any]:
        """The piece that add_members answers with."""
        return asdict(self)
