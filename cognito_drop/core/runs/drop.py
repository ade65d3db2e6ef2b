"""A drop: one version of one S3 object under `inbox/`, and the run that it becomes.

Guarantees that the same version always gives the same `run_id`, whatever is delivered twice; and says which objects
are dropped files (`is_file`), to the upload event and to the sweep alike. The object and the pool are read by others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cognito_drop.contract.object_keys import CHECK, INBOX, RETRY, RETRY_SUFFIX
from cognito_drop.contract.pool_names import DEFAULT_ALIAS
from cognito_drop.contract.preset_names import PRESET_NAMES


@dataclass(frozen=True, slots=True)
class Drop:
    """One version of one object in the drop bucket."""

    bucket: str
    key: str
    version_id: str

    @property
    def run_id(self) -> str:
        """32 hex digits of a SHA-256 over the length-prefixed parts, so that no two drops can be spelled alike."""
        digest = hashlib.sha256()
        for part in (self.bucket, self.key, self.version_id):
            data = part.encode()
            digest.update(len(data).to_bytes(4, "big") + data)
        return digest.hexdigest()[:32]

    @property
    def alias(self) -> str:
        """The pool's alias: the folder under `inbox/`, or the default alias for a file that is directly there."""
        alias, slash, _ = self.key.partition("/")[2].partition("/")
        return alias if slash else DEFAULT_ALIAS

    @property
    def preset(self) -> str | None:
        """The preset whose name the folder under the alias has; None where it has none, or another name."""
        folder, _, name = self.key.partition("/")[2].partition("/")[2].partition("/")
        return folder if name and folder in PRESET_NAMES else None

    @property
    def file_name(self) -> str:
        """The last part of the key that is not empty."""
        return self.key.rstrip("/").rsplit("/", 1)[-1]

    def is_file(self, size: int) -> bool:
        """Whether an object of this many bytes is a file that was dropped.

        It is none outside of the inbox, and none where it is an empty object whose key ends in a slash: the console
        makes such an object to show a folder.
        """
        return self.key.startswith((INBOX, CHECK)) and (size > 0 or not self.key.endswith("/"))

    @property
    def is_retry(self) -> bool:
        """Whether the file is named as one with rows of an earlier run."""
        return is_retry_name(self.file_name)

    @property
    def is_dry_run(self) -> bool:
        """Whether the file is to be checked only."""
        return self.key.startswith(CHECK)


def is_retry_name(file_name: str) -> bool:
    """Whether a file is named as the rows of a run that are to be dropped again, here or by the command."""
    return file_name == RETRY or file_name.rpartition(".")[0].endswith(RETRY_SUFFIX)
