"""The syntax of a definition, read once for each text.

moto 5.2.5 reads it twice when a state machine is made and once for each execution, and every time takes a tenth of a
second of CPU for a dozen states. The components that an execution runs are still its own.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

if TYPE_CHECKING:
    from antlr4 import ParserRuleContext  # type: ignore[import-untyped]  # it comes without types
    from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

_MOST_DEFINITIONS: Final = 16
_parse: Final = AmazonStateLanguageParser.parse


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    AmazonStateLanguageParser.parse = staticmethod(_parsed)  # type: ignore[method-assign]


def _parsed(definition: str) -> tuple[EvalComponent, ParserRuleContext]:
    tree = _tree_of(definition)
    return Preprocessor().visit(tree), tree


@functools.lru_cache(_MOST_DEFINITIONS)
def _tree_of(definition: str) -> ParserRuleContext:
    """The syntax tree, which is only read. Raises moto's ASLParserException."""
    return _parse(definition)[1]
