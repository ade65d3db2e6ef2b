"""Reading templates: JSON, and YAML as CloudFormation reads it.

moto 5.2.5 reads JSON as YAML, which takes minutes for a large template, makes dates of texts such as `2012-10-17`, and
loses the arguments of a short function that is a map. CloudFormation's YAML has no timestamps.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import json
from typing import Any, Final

import yaml
from moto.cloudformation.exceptions import ValidationError

_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"
_WHOLE: Final = ("Ref", "Condition")
"""Functions whose full name has no `Fn::`."""


class _Loader(yaml.SafeLoader):
    """YAML without timestamps, with the short forms of functions."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(template: str) -> dict[str, Any]:
    """The template as a document. Raises moto's ValidationError."""
    try:
        document = json.loads(template)
    except ValueError:
        document = _from_yaml(template)
    if not isinstance(document, dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    return document


def _from_yaml(template: str) -> Any:  # noqa: ANN401  (any JSON)
    try:
        return yaml.load(template, Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValidationError(message=f"Template format error: YAML not well-formed.{place}") from error


def _function(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    """A function in its short form, such as `!Sub`, in its full one."""
    value: Any
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = str(node.value)
        value = value.split(".", 1) if name == "GetAtt" else value
    return {name if name in _WHOLE else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _function)
