"""Why Cognito refuses to work with a user pool as a whole: its key does not admit the caller, or it is not for imports.

What Cognito says in the first case is not public. Its operations declare NotAuthorizedException, which an IAM denial is
not; AccessDeniedException is IAM's, and about the key where it names AWS KMS. No message is quoted.

Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/data-protection.html (key policy),
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserImportJob.html (errors).
"""

from __future__ import annotations

import re

from cognito_drop.core.text.problem import Problem, ProblemCode

_NOT_ENABLED = "OperationNotEnabledException"
_NOT_AUTHORIZED = "NotAuthorizedException"
_DENIED = "AccessDeniedException"
_OF_KMS = re.compile(r"\bkms\b", re.IGNORECASE)
_OF_COGNITO = re.compile(r"User|CSVHeader|CreateGroup|ListGroups")
"""The operations of Cognito that are called; none that is called of another service has such a name."""


def is_key_refusal(code: str, message: str) -> bool:
    """Whether this error of Cognito says that the pool's key does not admit the caller."""
    return code == _NOT_AUTHORIZED or (code == _DENIED and _OF_KMS.search(message) is not None)


def is_not_enabled(code: str) -> bool:
    """Whether this error of Cognito says that the pool takes no such operation here."""
    return code == _NOT_ENABLED


def pool_problem(code: str, message: str, operation: str, pool_id: str) -> Problem | None:
    """Why nothing can be imported into the pool; None for any other error."""
    if not _OF_COGNITO.search(operation):
        return None
    if is_not_enabled(code):
        return Problem(
            ProblemCode.POOL_NOT_ENABLED,
            f"Cognito cannot import into the user pool {pool_id}: it is a replica of a pool in another Region, "
            "or its configuration does not allow imports.",
            "Deploy the stack in the Region of the primary pool and drop the file there.",
        )
    if is_key_refusal(code, message):
        return Problem(
            ProblemCode.POOL_KEY_DENIED,
            f"The user pool {pool_id} is encrypted with a customer managed key whose policy does not allow this "
            "stack's functions to use it.",
            "Add the statements that `cognito-drop doctor` prints to the key's policy, then drop the file.",
        )
    return None


def explained(code: str, message: str, operation: str) -> str:
    """A sentence that follows the name of an operation and its error, with a space before it; empty for most errors."""
    if not _OF_COGNITO.search(operation):
        return ""
    if is_not_enabled(code):
        return " (the user pool is a replica of one in another Region, or its configuration does not allow imports)"
    if is_key_refusal(code, message):
        return (
            " (the policy of the user pool's customer managed key does not allow the function's role: `cognito-drop "
            "doctor` prints the statements to add)"
        )
    return ""
