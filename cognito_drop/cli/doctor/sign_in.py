"""What keeps imported users of a pool from signing in, and what they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.pool_sign_in import PoolSignIn, SignInUnknownError
from cognito_drop.cli.aws_errors import AWS_ERRORS
from cognito_drop.cli.doctor.finding import Finding, warning
from cognito_drop.cli.doctor.pools import pools_in_turn, unchecked
from cognito_drop.core.pools.pool_refusal import pool_problem
from cognito_drop.core.sign_in.pool_advice import pool_advice
from cognito_drop.core.sign_in.unknown import SignInUnknown

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.deployment import ServedPool
    from cognito_drop.core.sign_in.pool_advice import Advice


def sign_in_findings(context: Context) -> list[Finding]:
    """The settings of each pool that keep its users out, or that they are not known."""
    found, is_checked = list[Finding](), False
    for pool in pools_in_turn(context):
        try:
            advice = _advice(context, pool)
        except SignInUnknownError as error:
            said = SignInUnknown(str(error))
            found.append(warning(said.warning["code"], f"{pool.alias}: {said.warning['message']}", said.hint))
            continue
        is_checked = is_checked or advice is not None
        found += [
            warning(one.code, f"{pool.alias}: {one.sentence}", one.change) for one in advice or () if one.is_fault
        ]
    return found if found or is_checked else [unchecked()]


def sign_in_notes(context: Context) -> dict[str, list[str]]:
    """What else the users of each pool meet, by its alias; what cannot be read is a finding."""
    notes: dict[str, list[str]] = {}
    for pool in pools_in_turn(context):
        try:
            notes[pool.alias] = [one.warning["message"] for one in _advice(context, pool) or () if not one.is_fault]
        except (SignInUnknownError, *AWS_ERRORS):
            notes[pool.alias] = []
    return notes


def _advice(context: Context, pool: ServedPool) -> list[Advice] | None:
    """None on a pool that is gone, or that the operator may not read: the pools check reports it."""
    try:
        described = context.aws.cognito.describe_user_pool(UserPoolId=pool.id)["UserPool"]
        facts = PoolSignIn(context.aws.cognito).facts(pool.id, described)
    except ClientError as error:
        code, message = error_code(error), error.response.get("Error", {}).get("Message", "")
        if code == "ResourceNotFoundException" or pool_problem(code, message, error.operation_name, pool.id):
            return None
        raise
    return pool_advice(facts, takes_hashes=bool(pool.settings.password_hashes))
