"""S3 keys with line breaks, which S3 takes like any other character.

moto 5.2.5 finds an object's path with a pattern whose dot stops at a line break, and answers 404. The seam is
`S3Backend.flask_paths`, read when the first request comes.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BaseBackend
from moto.s3.models import S3Backend

if TYPE_CHECKING:
    from collections.abc import Callable

_NARROW, _WIDE = '<regex(".+"):key_name>', '<regex("[\\s\\S]+"):key_name>'


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    S3Backend.flask_paths = property(_paths)  # type: ignore[assignment, method-assign]


def _paths(backend: S3Backend) -> dict[str, Callable[..., Any]]:
    inherited = BaseBackend.flask_paths.fget  # type: ignore[attr-defined]
    return {path.replace(_NARROW, _WIDE): handler for path, handler in inherited(backend).items()}
