"""The rows of `no_way_in.csv`: lines of the dropped file whose users have no way to sign in, and why."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Final

from cognito_drop.core.sign_in.wording import NO_WAY_WORDS
from cognito_drop.core.text.spreadsheet import PeoplesTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cognito_drop.contract.ways_in import NoWayIn

HEADER: Final = b"line,code,message\n"


def no_way_rows(lines: Iterable[int], reason: NoWayIn) -> bytes:
    """A row for each line, safe to open in a spreadsheet."""
    rest = _rest(reason)
    return b"".join(b"%d%b" % (line, rest) for line in lines)


@functools.cache
def _rest(reason: NoWayIn) -> bytes:
    text = io.StringIO()
    PeoplesTable(text).add("", reason.value, NO_WAY_WORDS[reason])
    return text.getvalue().encode()
