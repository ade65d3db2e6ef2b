"""Answers the sign-in and the reset of imported users; the rest is moto's.

Gaps of moto 5.2.5: USER_AUTH does not exist, an imported hash is never verified, a sign-in without a password finds the
users that have none, no allowed flow and no PreventUserExistenceErrors is read, no code is sent, any proof of SRP is
right, and a reset leaves a user in RESET_REQUIRED.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult

from localcloud.cognito_import.responses import CognitoImportResponse
from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in import flows, recovery
from localcloud.cognito_sign_in.app_client import app_client_of

if TYPE_CHECKING:
    from collections.abc import Callable


class CognitoSignInResponse(CognitoImportResponse):
    """moto's Cognito with user import jobs, and with the sign-in of imported users."""

    def initiate_auth(self) -> ActionResult:
        """InitiateAuth."""
        return self._ours(flows.initiate, super().initiate_auth)

    def admin_initiate_auth(self) -> ActionResult:
        """AdminInitiateAuth."""
        return self._ours(flows.initiate, super().admin_initiate_auth)

    def respond_to_auth_challenge(self) -> ActionResult:
        """RespondToAuthChallenge."""
        return self._ours(flows.respond, super().respond_to_auth_challenge)

    def admin_respond_to_auth_challenge(self) -> ActionResult:
        """AdminRespondToAuthChallenge."""
        return self._ours(flows.respond, super().admin_respond_to_auth_challenge)

    def forgot_password(self) -> ActionResult:
        """ForgotPassword."""
        return self._ours(recovery.forgot_password, super().forgot_password)

    def confirm_forgot_password(self) -> ActionResult:
        """ConfirmForgotPassword."""
        is_done = recovery.confirm_forgot_password(json.loads(self.body))
        return EmptyResult() if is_done else super().confirm_forgot_password()

    def confirm_sign_up(self) -> ActionResult:
        """ConfirmSignUp; no imported user has signed up."""
        asked = json.loads(self.body)
        app = app_client_of(asked["ClientId"])
        user = app.find(asked["Username"]) if app else None
        if user is not None:
            recovery.check_confirmable(user)
        return super().confirm_sign_up()

    def admin_confirm_sign_up(self) -> ActionResult:
        """AdminConfirmSignUp; no imported user has signed up."""
        asked = json.loads(self.body)
        recovery.check_confirmable(self.backend.admin_get_user(asked["UserPoolId"], asked["Username"]))
        return super().admin_confirm_sign_up()

    def admin_reset_user_password(self) -> ActionResult:
        """AdminResetUserPassword."""
        asked = json.loads(self.body)
        pool = self.backend.describe_user_pool(asked["UserPoolId"])
        user = self.backend.admin_get_user(asked["UserPoolId"], asked["Username"])
        if not isinstance(user, ImportedUser):
            return super().admin_reset_user_password()
        recovery.reset_by_admin(pool, user)
        return EmptyResult()

    def _ours(
        self, answer: Callable[[dict[str, Any]], dict[str, Any] | None], of_moto: Callable[[], ActionResult]
    ) -> ActionResult:
        answered = answer(json.loads(self.body))
        return of_moto() if answered is None else ActionResult(answered)
