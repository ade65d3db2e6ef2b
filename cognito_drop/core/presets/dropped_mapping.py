"""A mapping that is dropped with a file: which version of which object it is, and what it may not do.

It is data, as the file is: it sets what the pool lets files set, and cannot take the place of a preset by which users
are refused whom the other system shuts out.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from cognito_drop.contract.object_keys import MAPPINGS
from cognito_drop.core.presets.mapping import Mapped
from cognito_drop.core.presets.mapping_rules import MappingError
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.text.problem import Problem, ProblemCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cognito_drop.core.text.json_types import MappingVersionJson

MOST_BYTES: Final = 16_384
MOST_PATHS: Final = 200
"""Members that a mapping may read: each is looked for in every record."""
_ABOUT_MAPPINGS: Final = frozenset({ProblemCode.MAPPING_NOT_ALLOWED, ProblemCode.MAPPING_UNUSABLE})
_METADATA: Final = re.compile(r"([0-9a-f]{64}) (\S{1,1024})")


@dataclass(frozen=True, slots=True)
class MappingVersion:
    """A version of the object with a mapping. The object is named by the hash of its content."""

    sha256: str
    version_id: str

    @classmethod
    def from_metadata(cls, text: str) -> Self:
        """Read what a file says of its mapping. Raises MappingError."""
        found = _METADATA.fullmatch(text)
        if found is None:
            raise MappingError("The metadata of the file does not name a version of one.")
        return cls(found[1], found[2])

    @classmethod
    def from_json(cls, data: MappingVersionJson) -> Self:
        """Read what `to_json` wrote."""
        return cls(data["sha256"], data["version_id"])

    @property
    def metadata(self) -> str:
        """What a file says of its mapping."""
        return f"{self.sha256} {self.version_id}"

    def key(self, alias: str) -> str:
        """The key of the object, among those of the same pool."""
        return key_of(alias, self.sha256)

    def to_json(self) -> MappingVersionJson:
        """For the summary."""
        return {"sha256": self.sha256, "version_id": self.version_id}


def key_of(alias: str, sha256: str) -> str:
    """Where the mapping with this content is, for files of one pool."""
    return f"{MAPPINGS}{alias}/{sha256}.json"


def to_bytes(mapping: Mapping[str, Any]) -> bytes:
    """A mapping as it is dropped. Raises MappingError if it cannot be."""
    try:
        data = json.dumps(mapping, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        raise MappingError("The mapping has a value that is not valid JSON: write it as a string.") from None
    if len(data) > MOST_BYTES:
        raise MappingError(f"The mapping has {len(data):,} bytes as JSON; at most {MOST_BYTES:,} can be dropped.")
    return data


def sha256_of(data: bytes) -> str:
    """The name of a mapping with this content."""
    return hashlib.sha256(data).hexdigest()


def read_dropped(data: bytes, sha256: str, presets: Collection[str]) -> Mapped:
    """The preset that a dropped mapping describes; `presets` are those that the pool lets files choose.

    Raises MappingError.
    """
    if len(data) > MOST_BYTES or sha256_of(data) != sha256:
        raise MappingError("It is not the mapping that the file names.")
    try:
        mapping = json.loads(data)
    except (ValueError, RecursionError):
        raise MappingError("It is not valid JSON.") from None
    if not isinstance(mapping, dict):
        raise MappingError("It is no object.")
    base = mapping.get("preset")
    if isinstance(base, str) and base in PRESETS and base not in presets:
        raise MappingError(f"It adds to the preset {base}, which the pool's setting `presets` does not allow.")
    made = Mapped.of(mapping, PRESETS)
    if made.reads > MOST_PATHS:
        raise MappingError(f"It reads more than {MOST_PATHS} members.")
    return made


def has_mapping(used: MappingVersionJson | None, problem: str | None) -> bool:
    """Whether a file was dropped with a mapping, by what was read with the file and by the code of its problem: a
    command that only copies the file into the bucket would drop it without one.
    """
    return used is not None or problem in _ABOUT_MAPPINGS


def mappings_not_allowed(alias: str) -> Problem:
    """Why a file is refused that names a mapping which its pool does not take."""
    return Problem(
        ProblemCode.MAPPING_NOT_ALLOWED,
        f"The file names a mapping, and the setting `mappings` of the pool {alias} is not from_drops.",
        "Set `mappings` to from_drops in the stack's `pools`, or make the mapping the pool's setting `preset`, and "
        "deploy the stack.",
    )


def mapping_unusable(sentence: str) -> Problem:
    """Why a file is refused whose mapping cannot be used."""
    return Problem(
        ProblemCode.MAPPING_UNUSABLE,
        f"The mapping that the file names cannot be used. {sentence}",
        "Drop the file again with `cognito-drop drop FILE --mapping MAPPING`.",
    )
