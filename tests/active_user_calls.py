"""Calls of Amazon Cognito that make a user a monthly active user, which AWS bills.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html (monthly active users) and
https://aws.amazon.com/cognito/pricing/. Users who are imported or listed are not active. AWS names kinds of activity;
these are the operations of each kind.
"""

from __future__ import annotations

from typing import Final

MAKE_ACTIVE: Final = {
    "SignUp": "sign-up",
    "AdminCreateUser": "administrative creation",
    "ConfirmSignUp": "confirmation",
    "AdminConfirmSignUp": "confirmation",
    "VerifyUserAttribute": "confirmation",
    "InitiateAuth": "sign-in",
    "AdminInitiateAuth": "sign-in",
    "RespondToAuthChallenge": "sign-in",
    "AdminRespondToAuthChallenge": "sign-in",
    "GetTokensFromRefreshToken": "sign-in",
    "GetUser": "sign-in",
    "GlobalSignOut": "sign-out",
    "AdminUserGlobalSignOut": "sign-out",
    "RevokeToken": "sign-out",
    "ForgotPassword": "self-service reset",
    "ConfirmForgotPassword": "self-service reset",
    "ChangePassword": "self-service reset",
    "AdminSetUserPassword": "a password set by an administrator",
    "UpdateUserAttributes": "a change of attributes",
    "AdminUpdateUserAttributes": "a change of attributes",
    "DeleteUserAttributes": "a change of attributes",
    "AdminDeleteUserAttributes": "a change of attributes",
    "AdminAddUserToGroup": "a change of group membership",
    "AdminRemoveUserFromGroup": "a change of group membership",
    "AdminGetUser": "an administrator's reading of one user",
}
"""By operation: the kind of activity."""
IS_MADE: Final = "AdminAddUserToGroup"
"""The one that the product makes: for files that name groups."""
