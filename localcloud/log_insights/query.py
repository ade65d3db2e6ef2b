"""A query of Logs Insights: its commands, and what they find.

Any other command than fields, filter, sort, and limit, and any other function than ispresent, has the declared error.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html and the pages of the commands;
which fields a line of JSON has:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from localcloud.log_insights.condition import Condition, Tokens, condition, name_of, split, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from moto.logs.models import LogEvent, LogGroup, LogStream

_MOST: Final = 10_000
"""Results of a query without `limit`, and of any query."""


@dataclass(slots=True)
class Query:
    """What the commands say together."""

    fields: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    sort: str = "@timestamp"
    is_descending: bool = True
    limit: int = _MOST

    @classmethod
    def parse(cls, text: str) -> Query:
        """Read the commands. Raises NotImplementedError for what is not imitated."""
        query = cls()
        for command in split(text, "|"):
            verb, *rest = command
            match verb.lower():
                case "fields":
                    query.fields += [name_of(*words) for words in split(" ".join(rest), ",")]
                case "filter":
                    query.conditions.append(condition(Tokens(rest)))
                case "sort":
                    query.is_descending = rest[-1:] != ["asc"]
                    query.sort = name_of(*(rest[:-1] if rest[-1] in ("asc", "desc") else rest))
                case "limit" if len(rest) == 1:
                    query.limit = min(int(rest[0]), _MOST)
                case _:
                    raise NotImplementedError(f"The command `{' '.join(command)}` of Logs Insights is not imitated.")
        return query


def run_query(log_groups: Sequence[LogGroup], query: str, start_time: int, end_time: int) -> list[dict[str, Any]]:
    """The fields of the lines that the query finds between the two times, in seconds since 1970, both included."""
    parsed = Query.parse(query)
    lines = [line for group in log_groups for line in _lines(group, start_time * 1000, end_time * 1000)]
    found = [line for line in lines if all(holds(line) for holds in parsed.conditions)]
    found.sort(key=lambda line: _rank(line.get(parsed.sort)), reverse=parsed.is_descending)
    shown = parsed.fields or ["@timestamp", "@message"]
    return [
        {**{name: _shown(name, line[name]) for name in shown if name in line}, "@ptr": line["@ptr"]}
        for line in found[: parsed.limit]
    ]


def _lines(group: LogGroup, start: int, end: int) -> Iterator[dict[str, Any]]:
    for stream in list(group.streams.values()):
        yield from (_line(group, stream, event) for event in list(stream.events) if start <= event.timestamp <= end)


def _line(group: LogGroup, stream: LogStream, event: LogEvent) -> dict[str, Any]:
    message = event.message
    own = {
        "@timestamp": event.timestamp,
        "@message": message,
        "@ingestionTime": event.ingestion_time,
        "@logStream": stream.log_stream_name,
        "@log": f"{group.account_id}:{group.name}",
        "@ptr": str(event.event_id),
    }
    return {**dict(_discovered("", message)), **own}


def _discovered(prefix: str, text: str) -> Iterator[tuple[str, Any]]:
    """The fields of a line of JSON; those of an object inside are named `outer.inner`, those of a list by number."""
    try:
        value = json.loads(text[text.index("{") :])
    except ValueError:
        return
    yield from _flat(prefix, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (JSON)
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            yield from _flat(f"{name}.{key}" if name else str(key), each)
    elif value is not None:
        yield name, value


def _rank(value: Any) -> tuple[int, float, str]:  # noqa: ANN401  (JSON)
    """An order of all values: none, then numbers, then texts."""
    if value is None:
        return (0, 0.0, "")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (1, float(value), "") if is_number else (2, 0.0, text_of(value))


def _shown(name: str, value: Any) -> str:  # noqa: ANN401  (JSON)
    if name in ("@timestamp", "@ingestionTime"):
        moment = datetime.fromtimestamp(value / 1000, UTC)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{value % 1000:03}"
    return text_of(value)
