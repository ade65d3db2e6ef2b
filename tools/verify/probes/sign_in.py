"""What SRP says to imported users before their first sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localcloud.choices import HashedSrp, ResetSrp
from tools.verify.account import GOOD, refusal
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account

_SRP_A: Final = "ab" * 380
"""A number that the protocol allows: no proof follows."""
_HASH: Final = "$2b$10$hVA3QduMQPCNESVAeo.Z9.zhb35wIh3tzaHkgcNVTjTERj7znrnYu"
_RESET: Final = {
    "PasswordResetRequiredException": ResetSrp.DOCUMENTED,
    "InvalidParameterException": ResetSrp.INVALID,
}


def srp_before_reset(account: Account) -> Seen:
    """SRP of a user who must reset the password."""
    pool = account.pool("srp")
    account.run(pool, account.file(pool, [{**GOOD, "cognito:username": "reset"}]))
    said = _said(account, pool, "reset")
    return Seen(said, {"sign_in_reset_srp": _RESET[said]} if said in _RESET else {})


def srp_with_a_hash(account: Account) -> Seen:
    """SRP of a user with an imported hash, at its start."""
    pool = account.pool("srp")
    row = {**GOOD, "cognito:username": "hashed", "password_hash": _HASH}
    job = account.run(pool, account.file(pool, [row], "password_hash"), PasswordHashingAlgorithm="BCRYPT")
    if job["ImportedUsers"] != 1:
        return Seen({"job": f"{job['Status']}: {job['CompletionMessage']}"})
    said = _said(account, pool, "hashed")
    return Seen(said, {"sign_in_hashed_srp": HashedSrp.PROOF if said == "answered" else HashedSrp.START})


def _said(account: Account, pool: str, username: str) -> str:
    client = account.cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=username, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    error = refusal(
        lambda: account.cognito.initiate_auth(
            ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": username, "SRP_A": _SRP_A}
        )
    )
    return error.code if error else "answered"
