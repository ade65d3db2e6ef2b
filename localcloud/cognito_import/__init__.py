"""Cognito's user import jobs, which moto lacks: the six operations, the upload, and the import itself.

`install()` adds the operations to moto; a server also wraps its application in `upload.UploadEndpoint` and starts
`ticker.start_ticker()`.
"""

from __future__ import annotations


def install() -> None:
    """Answer the six operations in moto's Cognito. Safe to call again.

    The seam is moto's table of URLs, which a backend reads whenever it builds its routes.
    """
    from moto.cognitoidp import urls as moto_urls  # noqa: PLC0415

    from localcloud.cognito_import import urls  # noqa: PLC0415

    moto_urls.url_paths.update(urls.url_paths)
