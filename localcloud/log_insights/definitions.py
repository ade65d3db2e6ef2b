"""The saved queries of Logs Insights.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html and its
neighbors
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse

from localcloud.cloud import current

if TYPE_CHECKING:
    from moto.logs.models import LogsBackend

_KEPT: Final = "localcloud_query_definitions"  # where a backend of moto keeps them
_PAGE: Final = 1_000


def install() -> None:
    """Add the operations that moto lacks; calling it again changes nothing."""
    added: Any = LogsResponse
    added.put_query_definition = _put
    added.describe_query_definitions = _describe
    added.delete_query_definition = _delete


def _put(response: LogsResponse) -> str:
    known, given = _definitions(response.logs_backend), json.loads(response.body)
    asked = given.get("queryDefinitionId")
    if asked is not None and asked not in known:
        raise ResourceNotFoundException
    made = asked or str(uuid.uuid4())
    kept = {name: given[name] for name in ("name", "queryString", "queryLanguage", "logGroupNames") if name in given}
    known[made] = {**kept, "queryDefinitionId": made, "lastModified": round(current().clock.now() * 1000)}
    return json.dumps({"queryDefinitionId": made})


def _describe(response: LogsResponse) -> str:
    given = json.loads(response.body)
    prefix, first = given.get("queryDefinitionNamePrefix", ""), int(given.get("nextToken", 0))
    found = [it for it in _definitions(response.logs_backend).values() if it["name"].startswith(prefix)]
    after = first + given.get("maxResults", _PAGE)
    token = {"nextToken": str(after)} if after < len(found) else {}
    return json.dumps({"queryDefinitions": found[first:after], **token})


def _delete(response: LogsResponse) -> str:
    known, asked = _definitions(response.logs_backend), json.loads(response.body)["queryDefinitionId"]
    if asked not in known:
        raise ResourceNotFoundException
    del known[asked]
    return json.dumps({"success": True})


def _definitions(backend: LogsBackend) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = backend.__dict__.setdefault(_KEPT, {})
    return found
