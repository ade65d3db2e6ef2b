r"""Names of log groups: CloudWatch Logs refuses those with characters other than `.-_/#A-Za-z0-9`.

moto 5.2.5 creates and reads groups of any name. The seams are the parameters of a request, and the creation of a group
in the backend, which CloudFormation uses too.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup, LogsBackend

_NAME: Final = re.compile(r"[.\-_/#A-Za-z0-9]+")
_CONSTRAINT: Final = r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"
_create: Final = LogsBackend.create_log_group


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    LogsBackend.create_log_group = _created  # type: ignore[method-assign, assignment]


def is_name(text: str) -> bool:
    """Whether a log group may have this name, but for its length."""
    return _NAME.fullmatch(text) is not None


def _created(backend: LogsBackend, log_group_name: str, tags: dict[str, str], **kwargs: Any) -> LogGroup:  # noqa: ANN401
    _check("logGroupName", log_group_name)
    return _create(backend, log_group_name, tags, **kwargs)


def _check(parameter: str, name: object) -> None:
    if isinstance(name, str) and not is_name(name):
        raise InvalidParameterException(constraint=_CONSTRAINT, parameter=parameter, value=name)
