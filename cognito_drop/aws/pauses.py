"""Which pools' imports an operator has paused: a parameter of Systems Manager for each alias, and one for all pools.

Parameters, because a policy can name those that an operator may write: `cognito-drop pause` writes nothing else.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.aws.pool_parameters import asked

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

ALL_POOLS: Final = "_all"
"""Stands for the alias where all pools are paused: no alias has an underscore."""


def resume_commands(alias: str, paused: Container[str]) -> str:
    """What ends the pauses that hold a pool, in backticks; empty where none does. `paused` has the aliases."""
    found = [f"`cognito-drop resume {alias}`"] if alias in paused else []
    return " and ".join([*found, *(["`cognito-drop resume`"] if ALL_POOLS in paused else [])])


class Pauses:
    """The pauses. `path` is what the names of the parameters begin with, without a slash at its end."""

    def __init__(self, client: Any, path: str) -> None:  # noqa: ANN401  (its types are not installed)
        self._client = client
        self._path = path

    def all(self) -> Mapping[str, str]:
        """Since when imports are paused, in ISO 8601, by alias."""
        found: dict[str, str] = {}
        page: dict[str, str] = {}
        while True:
            answer = asked(lambda: self._client.get_parameters_by_path(Path=self._path, **page))  # noqa: B023  (called at once)
            found |= {one["Name"].rpartition("/")[2]: one["Value"] for one in answer["Parameters"]}
            if not answer.get("NextToken"):
                return found
            page = {"NextToken": answer["NextToken"]}

    def add(self, alias: str, since: str) -> bool:
        """Pause a pool; False where it is paused already. `since` is ISO 8601."""
        try:
            self._client.put_parameter(Name=f"{self._path}/{alias}", Value=since, Type="String")
        except ClientError as error:
            if error_code(error) == "ParameterAlreadyExists":
                return False
            raise
        return True

    def remove(self, alias: str) -> bool:
        """End a pause; False where there is none."""
        try:
            self._client.delete_parameter(Name=f"{self._path}/{alias}")
        except ClientError as error:
            if error_code(error) == "ParameterNotFound":
                return False
            raise
        return True
