"""Functions and versions with the same code share its bytes.

moto 5.2.5 reads a package from S3 once for each function, and keeps each copy: of ten functions with one package of
19 MB, nine tenths of it were copies.
"""

from __future__ import annotations

import weakref
from typing import Final

from moto.awslambda.models import LambdaFunction

_NAME: Final = "code_bytes"


class _Code:
    """A package that some function has."""

    def __init__(self, content: bytes) -> None:
        self.content = content


class _SharedCode:
    """The attribute of a function that holds its package."""

    def __init__(self) -> None:
        self._known: weakref.WeakSet[_Code] = weakref.WeakSet()

    def __get__(self, function: LambdaFunction, _owner: type) -> bytes:
        code: _Code = vars(function)[_NAME]
        return code.content

    def __set__(self, function: LambdaFunction, content: bytes) -> None:
        known = next((one for one in list(self._known) if one.content == content), None)
        vars(function)[_NAME] = known or _Code(content)
        self._known.add(vars(function)[_NAME])


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    if not isinstance(vars(LambdaFunction).get(_NAME), _SharedCode):
        LambdaFunction.code_bytes = _SharedCode()  # type: ignore[assignment]
