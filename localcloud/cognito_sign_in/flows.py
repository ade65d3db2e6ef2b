"""InitiateAuth and RespondToAuthChallenge, with their twins for administrators: who is signed in here, and who by moto.

Here are imported users, everybody in choice-based sign-in (USER_AUTH), which moto lacks, and names of no user in an app
client that hides who exists. All others are moto's.

Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cognitoidp.exceptions import (
    CodeMismatchException,
    InvalidParameterException,
    NotAuthorizedError,
    UserNotFoundError,
)

from localcloud.cloud import current
from localcloud.cognito_import.user_store import ImportedUser
from localcloud.cognito_sign_in import texts
from localcloud.cognito_sign_in.app_client import app_client_of, is_refresh, is_sign_in
from localcloud.cognito_sign_in.attempt import Attempt, begin_srp, required, secret_block
from localcloud.cognito_sign_in.delivery import simulated
from localcloud.cognito_sign_in.exceptions import FeatureUnavailableInTierError, SoftwareTokenMFANotFoundError
from localcloud.cognito_sign_in.factors import CODES, allowed_first
from localcloud.cognito_sign_in.models import sign_ins_of

if TYPE_CHECKING:
    from localcloud.cognito_sign_in.app_client import AppClient
    from localcloud.cognito_sign_in.models import Challenge, SignInBackend


def initiate(request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to InitiateAuth or AdminInitiateAuth; None for what is moto's."""
    flow, parameters = request["AuthFlow"], request.get("AuthParameters") or {}
    app = app_client_of(request["ClientId"])
    if app and is_refresh(flow):
        _check_refresh(app, flow, parameters.get("REFRESH_TOKEN") or "")
    if app is None or not is_sign_in(flow) or request.get("UserPoolId") not in {None, app.pool.id}:
        return None
    is_admin, name = "UserPoolId" in request, parameters.get("USERNAME") or ""
    user = app.find(name)
    is_hidden = user is None and app.hides_existence
    if not (isinstance(user, ImportedUser) or flow == "USER_AUTH" or is_hidden):
        return None
    if flow.startswith("ADMIN_") and not is_admin:
        raise InvalidParameterException(texts.NOT_THE_OPERATION)
    app.check_flow(flow)
    required(parameters, "USERNAME")
    app.check_secret(name, parameters.get("SECRET_HASH"))
    if user is None:
        return _without_user(app, flow, name, parameters)
    return _begin(Attempt(app, user), flow, parameters)


def _begin(attempt: Attempt, flow: str, parameters: dict[str, str]) -> dict[str, Any] | None:
    match flow:
        case "USER_AUTH":
            _check_tier(attempt.app)
            return attempt.choose(parameters.get("PREFERRED_CHALLENGE"), parameters)
        case "USER_SRP_AUTH":
            return attempt.with_srp(parameters)
        case "CUSTOM_AUTH":
            attempt.check_state()
            return None
        case _:
            return attempt.with_password(parameters)


def respond(request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to RespondToAuthChallenge or AdminRespondToAuthChallenge; None for a session that is moto's."""
    app, responses = app_client_of(request["ClientId"]), request.get("ChallengeResponses") or {}
    if app is None:
        return None
    sessions = sign_ins_of(app.pool)
    session = _session_of(sessions, request.get("Session"), responses.get("PASSWORD_CLAIM_SECRET_BLOCK"))
    if session is None:
        _check_set_up(app, request)
        return None
    challenge = sessions.challenges[session]
    if challenge.client_id != app.client.id:
        raise NotAuthorizedError(texts.NO_SESSION)
    if current().clock.now() >= challenge.expires:
        raise NotAuthorizedError(texts.SESSION_EXPIRED)
    app.check_secret(required(responses, "USERNAME"), responses.get("SECRET_HASH"))
    user = app.pool.users.get(challenge.username)
    _check_answer(challenge, request["ChallengeName"], responses)
    if sessions.challenges.pop(session, None) is None:  # answered by a concurrent call
        raise NotAuthorizedError(texts.NO_SESSION)
    if user is None:
        raise NotAuthorizedError(texts.INCORRECT)
    return _go_on(Attempt(app, user), challenge, request["ChallengeName"], responses)


def _go_on(attempt: Attempt, challenge: Challenge, name: str, responses: dict[str, str]) -> dict[str, Any]:
    match challenge.name:
        case "SELECT_CHALLENGE":
            return attempt.challenge(_chosen(name, responses), responses)
        case "PASSWORD":
            return attempt.with_password(responses)
        case "PASSWORD_SRP":
            return attempt.with_srp(responses)
        case "PASSWORD_VERIFIER":
            attempt.check_state()
            return attempt.after_first_factor()
        case _:
            return attempt.with_code(challenge.name)


def _check_answer(challenge: Challenge, name: str, responses: dict[str, str]) -> None:
    """Raise the error of an answer that is none to the challenge; a wrong code may be corrected."""
    if challenge.name == "SELECT_CHALLENGE":
        if _chosen(name, responses) not in challenge.available:
            raise InvalidParameterException(texts.NOT_A_CHOICE.format(answer=_chosen(name, responses)))
        return
    if name != challenge.name:
        raise InvalidParameterException(texts.NOT_THE_CHALLENGE.format(name=name))
    if challenge.exchange is not None:
        proof = [required(responses, f"PASSWORD_CLAIM_{part}") for part in ("SIGNATURE", "SECRET_BLOCK")]
        if not challenge.exchange.is_proof(proof[0], proof[1], required(responses, "TIMESTAMP")):
            raise NotAuthorizedError(texts.INCORRECT)
    elif (name in CODES or name == "SMS_MFA") and required(responses, f"{name}_CODE") != challenge.code:
        raise CodeMismatchException(texts.WRONG_CODE)


def _chosen(name: str, responses: dict[str, str]) -> str:
    """A choice is an answer to SELECT_CHALLENGE, or the answer to the chosen challenge itself."""
    return required(responses, "ANSWER") if name == "SELECT_CHALLENGE" else name


def _without_user(app: AppClient, flow: str, name: str, parameters: dict[str, str]) -> dict[str, Any]:
    """What an unknown name gets: where the app client hides who exists, what a wrong password would get."""
    if not app.hides_existence:
        raise UserNotFoundError(texts.NO_USER)
    if flow == "USER_SRP_AUTH":
        return begin_srp(app, name, None, required(parameters, "SRP_A"))
    if flow != "USER_AUTH":
        raise NotAuthorizedError(texts.INCORRECT)
    allowed = allowed_first(app.pool)
    preferred = parameters.get("PREFERRED_CHALLENGE")
    chosen = str(preferred if preferred in allowed else allowed[0])
    shown = simulated(name, app.pool).parameters() if chosen in CODES else {}
    session = sign_ins_of(app.pool).open(chosen, app, name)
    return {"ChallengeName": chosen, "ChallengeParameters": shown, "Session": session, "AvailableChallenges": [chosen]}


def _session_of(sessions: SignInBackend, session: str | None, block: str | None) -> str | None:
    if session in sessions.challenges:
        return session
    return next((known for known in list(sessions.challenges) if block and secret_block(known) == block), None)


def _check_set_up(app: AppClient, request: dict[str, Any]) -> None:
    """moto gives tokens for MFA_SETUP though nothing was set up."""
    session = app.backend.sessions.get(request.get("Session") or "")
    user = app.find(session[0]) if session else None
    if request["ChallengeName"] == "MFA_SETUP" and isinstance(user, ImportedUser) and not user.token_verified:
        raise SoftwareTokenMFANotFoundError


def _check_refresh(app: AppClient, flow: str, token: str) -> None:
    """moto refreshes the tokens of imported users, too, whether the app client allows it or not."""
    issued = app.pool.refresh_tokens.get(token)
    if issued and isinstance(app.find(issued[1]), ImportedUser):
        app.check_flow(flow)


def _check_tier(app: AppClient) -> None:
    if app.pool.extended_config.get("UserPoolTier") == "LITE":
        raise FeatureUnavailableInTierError(app.pool.id)
