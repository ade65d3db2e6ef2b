"""A function's configuration is kept whole, and an environment that is too long is refused.

moto 5.2.5 drops LoggingConfig and DeadLetterConfig; an update drops EphemeralStorage and TracingConfig, and fails for
an Environment without Variables. It takes environments of any size.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaFunction

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ENVIRONMENT: Final = 4_096

_REST = "localcloud_rest"  # where a function of moto keeps what moto has no place for

_init = LambdaFunction.__init__
_configuration = LambdaFunction.get_configuration
_update = LambdaFunction.update_configuration


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    LambdaFunction.__init__ = _init_with_rest  # type: ignore[method-assign]
    LambdaFunction.get_configuration = _configuration_with_rest  # type: ignore[method-assign]
    LambdaFunction.update_configuration = _update_with_rest  # type: ignore[method-assign]


def _init_with_rest(
    self: LambdaFunction, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1
) -> None:
    _check_environment((spec.get("Environment") or {}).get("Variables") or {})
    _init(self, account_id, spec, region, version)
    _keep(self, {"LoggingConfig": spec.get("LoggingConfig"), "DeadLetterConfig": spec.get("DeadLetterConfig")})


def _configuration_with_rest(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    rest: dict[str, Any] = vars(self).get(_REST, {})
    return {**_configuration(self, on_create), **rest}


def _update_with_rest(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in config_updates.items() if value is not None}
    _check_environment(given.get("Environment", {}).get("Variables") or {})
    _keep(self, given)
    if "Environment" in given:
        given["Environment"] = {"Variables": given["Environment"].get("Variables", {})}
    if "EphemeralStorage" in given:
        self.ephemeral_storage = given["EphemeralStorage"]["Size"]
    if "TracingConfig" in given:
        self.tracing_config = given["TracingConfig"]
    _update(self, given)
    return self.get_configuration()


def _keep(function: LambdaFunction, given: dict[str, Any]) -> None:
    """Remember what moto has no place for."""
    rest = vars(function).setdefault(_REST, {})
    if "LoggingConfig" in given:
        logging = given["LoggingConfig"] or {}
        function.logs_group_name = logging.get("LogGroup") or f"/aws/lambda/{function.function_name}"
        rest["LoggingConfig"] = {"LogFormat": "Text", **logging, "LogGroup": function.logs_group_name}
    if given.get("DeadLetterConfig"):
        rest["DeadLetterConfig"] = given["DeadLetterConfig"]


def _check_environment(variables: Mapping[str, str]) -> None:
    """Raise moto's InvalidParameterValueException for variables of a function that are too long together."""
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > _MOST_ENVIRONMENT:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. String measured: {measured}"
        )
