"""Who calls: a session of a role, and the function or state machine that acts with it."""

from __future__ import annotations

from dataclasses import dataclass

from moto.utilities.arns import parse_arn


@dataclass(frozen=True, slots=True)
class Caller:
    """A session of a role."""

    role_arn: str
    session: str
    function: str | None = None
    """The name of the Lambda function that acts, if it is one."""
    state_machine: str | None = None
    """The ARN of the state machine that acts, if it is one."""

    @property
    def account_id(self) -> str:
        """The role's account."""
        return str(parse_arn(self.role_arn).account)

    @property
    def role_name(self) -> str:
        """The role's name, without its path."""
        return self.role_arn.rpartition("/")[2]

    @property
    def arn(self) -> str:
        """The session's ARN, as GetCallerIdentity and error messages have it."""
        partition = self.role_arn.split(":")[1]
        return f"arn:{partition}:sts::{self.account_id}:assumed-role/{self.role_name}/{self.session}"
