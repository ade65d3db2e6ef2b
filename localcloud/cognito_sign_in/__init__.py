"""The sign-in of imported users, from reset, password hash, or one-time code to tokens.

`install()` puts it in front of moto's sign-in, which answers for all other users as before.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
"""

from __future__ import annotations


def install() -> None:
    """Answer the sign-in operations in moto's Cognito. Safe to call again.

    The seam is moto's table of URLs, which a backend reads whenever it builds its routes.
    """
    from moto.cognitoidp import urls as moto_urls  # noqa: PLC0415

    from localcloud.cognito_sign_in.responses import CognitoSignInResponse  # noqa: PLC0415

    moto_urls.url_paths["{0}/$"] = CognitoSignInResponse.dispatch
