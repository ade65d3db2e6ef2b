"""One part of an object that was uploaded in parts: GetObject says that it is not implemented.

moto 5.2.5 answers with the whole object, as if no part were asked for. The seam is `S3Response.get_object`.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.s3.responses import S3Response

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE

_get_object: Final = S3Response.get_object


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    S3Response.get_object = _whole_objects_only  # type: ignore[method-assign, assignment]


def _whole_objects_only(response: S3Response) -> TYPE_RESPONSE:
    if response._get_int_param("partNumber") and response._get_key()[0].multipart:  # noqa: SLF001  (moto's own way)
        raise NotImplementedError("Parts of an object that was uploaded in parts are not kept apart.")
    return _get_object(response)
