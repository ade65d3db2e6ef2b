"""The condition of `filter`: comparisons, `like`, and ispresent, joined by and, or, not, and parentheses.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Filter.html
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Condition = Callable[[Mapping[str, Any]], bool]
"""Whether it holds for a line, given by its fields."""

_TOKEN: Final = re.compile(
    r"""\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|/(?:\\.|[^/\\])+/|=~|[<>!]=|[\w.@-]+|\S)"""
)
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_NAME: Final = re.compile(r"[\w.@-]+|`[^`]+`")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def split(text: str, separator: str) -> list[list[str]]:
    """The words of a query's commands."""
    commands: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if token == separator:
            commands.append([])
        else:
            commands[-1].append(token)
    return [command for command in commands if command]


def name_of(*words: str) -> str:
    """The name of a field. Raises NotImplementedError for anything else, such as a function."""
    if len(words) != 1 or not _NAME.fullmatch(words[0]):
        raise NotImplementedError(f"`{' '.join(words)}` of Logs Insights is not imitated.")
    return words[0].strip("`")


def text_of(value: Any) -> str:  # noqa: ANN401  (JSON)
    """A value of a field as it is shown and compared."""
    return value if isinstance(value, str) else json.dumps(value)


class Tokens:
    """The words of a condition, from which the next one can be taken."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = list(tokens)

    def takes(self, word: str) -> bool:
        """Take the next word if it is this one."""
        if self._tokens and self._tokens[0].lower() == word:
            del self._tokens[0]
            return True
        return False

    def take(self) -> str:
        """The next word. Raises NotImplementedError if there is none."""
        if not self._tokens:
            raise NotImplementedError("The filter of Logs Insights ends too early.")
        return self._tokens.pop(0)

    def expect(self, word: str) -> None:
        """Take this word. Raises NotImplementedError if another one is next."""
        if not self.takes(word):
            raise NotImplementedError(f"Before `{' '.join(self._tokens)}`, a filter of Logs Insights lacks `{word}`.")

    @property
    def are_left(self) -> bool:
        """Whether there is a next word."""
        return bool(self._tokens)


def condition(tokens: Tokens) -> Condition:
    """Read a whole condition. Raises NotImplementedError for what is not imitated."""
    read = _either(tokens)
    if tokens.are_left:
        raise NotImplementedError(f"`{tokens.take()}` is not imitated in a filter of Logs Insights.")
    return read


def _either(tokens: Tokens) -> Condition:
    parts = [_all(tokens)]
    while tokens.takes("or"):
        parts.append(_all(tokens))
    return lambda line: any(part(line) for part in parts)


def _all(tokens: Tokens) -> Condition:
    parts = [_one(tokens)]
    while tokens.takes("and"):
        parts.append(_one(tokens))
    return lambda line: all(part(line) for part in parts)


def _one(tokens: Tokens) -> Condition:
    if tokens.takes("not"):
        negated = _one(tokens)
        return lambda line: not negated(line)
    if tokens.takes("("):
        inner = _either(tokens)
        tokens.expect(")")
        return inner
    if tokens.takes("ispresent"):
        tokens.expect("(")
        present = name_of(tokens.take())
        tokens.expect(")")
        return lambda line: present in line
    return _comparison(tokens)


def _comparison(tokens: Tokens) -> Condition:
    name = name_of(tokens.take())
    if tokens.takes("like") or tokens.takes("=~"):
        wanted = tokens.take()
        pattern = re.compile(wanted[1:-1] if wanted.startswith("/") else re.escape(_literal(wanted)))
        return lambda line: name in line and pattern.search(text_of(line[name])) is not None
    sign = tokens.take()
    if sign not in _COMPARISONS:
        raise NotImplementedError(f"`{sign}` is not imitated in a filter of Logs Insights.")
    compare, value = _COMPARISONS[sign], tokens.take()
    if _NUMBER.fullmatch(value):
        return lambda line: isinstance(line.get(name), int | float) and compare(line[name], float(value))
    return lambda line: name in line and compare(text_of(line[name]), _literal(value))


def _literal(token: str) -> str:
    """The text between quotation marks. Raises NotImplementedError for anything else."""
    if token[0] not in "\"'":
        raise NotImplementedError(f"In a filter of Logs Insights, `{token}` is not imitated as a value.")
    return re.sub(r"\\(.)", r"\1", token[1:-1])
