"""The trigger that runs at an imported user's first reset: PostConfirmation also runs on ConfirmForgotPassword.

moto runs no triggers; those of other operations are not imitated.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.models import UserStatus
from moto.utilities.arns import parse_arn

from localcloud import functions
from localcloud.cognito_sign_in import texts
from localcloud.cognito_sign_in.exceptions import UnexpectedLambdaError, UserLambdaValidationError
from localcloud.delivery import permissions
from localcloud.delivery.retries import UndeliverableError

if TYPE_CHECKING:
    from localcloud.cognito_import.user_store import ImportedUser
    from localcloud.cognito_sign_in.app_client import AppClient

_NAME: Final = "PostConfirmation"
_SERVICE: Final = "cognito-idp.amazonaws.com"


def post_confirmation(app: AppClient, user: ImportedUser) -> None:
    """Run the pool's PostConfirmation function, if there is one, and wait for it."""
    arn = (app.pool.extended_config.get("LambdaConfig") or {}).get(_NAME)
    if not arn:
        return
    function = parse_arn(arn)
    try:
        permissions.check(arn, _SERVICE, app.pool.arn)
    except UndeliverableError as error:
        raise UnexpectedLambdaError(str(error)) from error
    event = json.dumps(_event(app, user)).encode()
    ended = functions.invoke(function.account, function.region, arn, event)
    if ended.function_error:
        message = json.loads(ended.payload).get("errorMessage", ended.error_type)
        raise UserLambdaValidationError(texts.TRIGGER_FAILED.format(trigger=_NAME, error=message))


def _event(app: AppClient, user: ImportedUser) -> dict[str, Any]:
    return {
        "version": "1",
        "region": app.pool.region,
        "userPoolId": app.pool.id,
        "userName": user.username,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": app.client.id},
        "triggerSource": "PostConfirmation_ConfirmForgotPassword",
        "request": {
            "userAttributes": {**user.attribute_lookup, "cognito:user_status": UserStatus(user.status).value},
        },
        "response": {},
    }
