"""Parameters of pools in Systems Manager, as boto3 answers, without AWS behind them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cognito_drop.aws.pool_parameters import PoolParameters

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/cognito-drop/imports/pools"
_PAGE = 10


class Parameters:
    """A client of Systems Manager with these parameters, and the calls that were made."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)
        self.calls: list[str] = []
        self.error = ""
        """The code of the error that every call ends with, if any."""

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803  (boto3's)
        """One parameter."""
        self._begin("GetParameter", Name)
        if Name not in self.values:
            raise _error("GetParameter", "ParameterNotFound")
        return {"Parameter": {"Name": Name, "Value": self.values[Name]}}

    def get_parameters_by_path(self, *, Path: str, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        """Those of a path, ten at a time, in no order."""
        self._begin("GetParametersByPath", Path)
        names = sorted((name for name in self.values if name.startswith(f"{Path}/")), reverse=True)
        start = int(NextToken)
        page = [{"Name": name, "Value": self.values[name]} for name in names[start : start + _PAGE]]
        more = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(names) else {}
        return {"Parameters": page, **more}

    def _begin(self, operation: str, name: str) -> None:
        self.calls.append(f"{operation} {name}")
        if self.error:
            raise _error(operation, self.error)


def in_parameters(pools: Mapping[str, Mapping[str, Any]]) -> PoolParameters:
    """The pools of these entries by alias."""
    return PoolParameters(Parameters(values_of(pools)), PATH)


def values_of(pools: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What the stack writes of pools."""
    return {f"{PATH}/{alias}": json.dumps(pool) for alias, pool in pools.items()}


def _error(operation: str, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
