"""The pools of the deployment and what is chosen for each: one parameter of Systems Manager for each alias.

Every look is a call, and nothing is kept between two: what a deployment changes holds from the next call on. A denied
call is taken for one that passes, as a deployment's permissions may be a moment behind its functions.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import TransientError, error_code
from cognito_drop.contract.pool_names import ALIAS
from cognito_drop.core.pools.pool_settings import PoolSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    T = TypeVar("T")

UNREADABLE: Final = (KeyError, TypeError, ValueError)
"""What reading a parameter raises that is not as the stack has written it."""


class PoolParameters:
    """The pools by alias. `path` is what the names of the parameters begin with, without a slash at its end."""

    def __init__(self, client: Any, path: str) -> None:  # noqa: ANN401  (its types are not installed)
        self._client = client
        self._path = path

    def get(self, alias: str) -> PoolSettings | None:
        """The pool of an alias; None for a name that is none."""
        # Any folder name may be asked for, and Systems Manager refuses names that no parameter can have.
        if not ALIAS.fullmatch(alias):
            return None
        try:
            answer = asked(lambda: self._client.get_parameter(Name=f"{self._path}/{alias}"))
        except ClientError as error:
            if error_code(error) == "ParameterNotFound":
                return None
            raise
        return _read(answer["Parameter"]["Value"])

    def __iter__(self) -> Iterator[str]:
        """The aliases, whatever their parameters say."""
        return iter(sorted(self._values()))

    def all(self) -> dict[str, PoolSettings]:
        """Every pool by its alias, in a call for each ten of them."""
        return {alias: _read(value) for alias, value in sorted(self._values().items())}

    def readable(self) -> dict[str, PoolSettings]:
        """Likewise those that can be read: what is wrong with the parameter of one pool holds up no other."""
        found: dict[str, PoolSettings] = {}
        for alias, value in sorted(self._values().items()):
            with suppress(*UNREADABLE):
                found[alias] = _read(value)
        return found

    def _values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        page: dict[str, str] = {}
        while True:
            answer = asked(lambda: self._client.get_parameters_by_path(Path=self._path, **page))  # noqa: B023  (called at once)
            found |= {each["Name"].rpartition("/")[2]: each["Value"] for each in answer["Parameters"]}
            if not answer.get("NextToken"):
                return found
            page = {"NextToken": answer["NextToken"]}


@dataclass(frozen=True, slots=True)
class PoolIds(Iterable[str]):
    """The ids of the pools whose parameters can be read, each once, asked for whenever they are gone through."""

    pools: PoolParameters

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(pool.pool_id for pool in self.pools.readable().values()))


def _read(value: str) -> PoolSettings:
    return PoolSettings.from_json(json.loads(value))


def asked(call: Callable[[], T]) -> T:
    """The call's answer. Raises TransientError where it is denied."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) == "AccessDeniedException":
            raise TransientError(f"{error.operation_name}: {error_code(error)}") from error
        raise
