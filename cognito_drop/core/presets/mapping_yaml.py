"""The YAML of mappings, read so that a word stays the word that is in the file.

In YAML 1.1, which PyYAML reads, `no`, `off`, `0123`, and `2024-01-31` are a boolean, a number, and a date. In a mapping
they are names of columns and words of a file, as in YAML 1.2 the first two are: only `true`, `false`, and `null` are
something else here. Not for functions, which get mappings as JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from cognito_drop.core.presets.mapping_rules import MappingError

if TYPE_CHECKING:
    from collections.abc import Hashable

_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_NULL: Final = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """A safe loader that takes plain words for strings, and no key twice."""

    yaml_implicit_resolvers: Final = {  # type: ignore[misc]  # of the class, as PyYAML has it
        first: [(tag, form) for tag, form in resolvers if tag == _NULL]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """An object. Raises yaml.YAMLError if it has a key twice."""
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is there twice", node.start_mark)
        return found


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def mapping_in(content: bytes) -> dict[str, Any]:
    """The mapping in a YAML or JSON file of this content, its rules not looked at. Raises MappingError."""
    try:
        found = yaml.load(content.decode(), Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise MappingError(f"It cannot be read as YAML ({place}{error.problem}).") from None
    except (ValueError, yaml.YAMLError) as error:
        raise MappingError(f"It cannot be read as YAML ({type(error).__name__}).") from None
    if not isinstance(found, dict):
        raise MappingError("It is not a mapping, which needs `columns`.")
    return found
