"""How figures, names, and cells are written: what each function of core.text makes of some values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.core.text.accents import without_accents
from cognito_drop.core.text.console import Site, execution_link, folder_link
from cognito_drop.core.text.figures import counted, duration, percent, size
from cognito_drop.core.text.invisible import code_point, odd_sign, visible, visible_bytes
from cognito_drop.core.text.names import named, with_notes
from cognito_drop.core.text.printable import printable, printable_ascii
from cognito_drop.core.text.problem import Problem, ProblemCode, all_of
from cognito_drop.core.text.share import share_of
from cognito_drop.core.text.spreadsheet import guarded, restored, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TEXTS: Final = (
    "", "plain", "M\u00fcller-Gr\u00f6\u00dfe", "Mu\u0308ller", "\u00c6r\u00f8 \u00de\u00f3r", "\u0416\u0443\u044c",
    "\u03a8\u03c5\u03c7\u03ae", "\u5229\u7528\u8005", "a\u00a0b\u2003c\u2028d\u2029e", "a\tb\nc\vd\fe\rf\x1cg\x85h",
    "z\u0301\u0302\u0303\u0304\u0305\u0306", "\u0301\u0302\u0303\u0304\u0305", "\x00\x1b\u202e\ud800\ue000\uffff",
    "\u115f\u1160\u2800\u3164\uffa0", "\u2018q\u2019 \u201cq\u201d \u2013 \u00d7 \u20ac \U0001f600", "e@x\u3002y",
    "a\u00ad\u200b\ufeffb", "\uff20 \ufe6b \u2024", "l\u200di\u200cg", "end ", "\x7f",
)  # fmt: skip
_CELLS: Final = (
    "", "a", "=1", "'=1", "''=1", " =1", "\u00a0+1", "-1", "@a", "\uff1d1", "\uff0b", "\uff0d", "\uff20", "\t", "\ra",
    "a;=1", "a\t=1", "a\n-1", "a\r'@", "a=1", "';", "'", "'a", 'a"b', "a,b", "a\nb", "a\rb", "a;'=1",
)  # fmt: skip
_NAMES: Final = [f"name_{number}" for number in range(12)]
_MANY: Final = (0, 1, 2, 999, 1_000, 1_234_567)
_SIZES: Final = (0, 1, 999, 1_000, 999_949, 1_000_000, 130_400_000, 10**9, 10**12, 10**15)
_TIMES: Final = (
    None, 0, 0.5, 0.51, 1, 1.5, 59, 59.5, 60, 61, 119, 3_599.4, 3_599.5, 3_600, 3_660, 7_322, 86_400, 90_061, 4_000_000,
)  # fmt: skip
_SHARES: Final = ((0, 0), (0, 9), (9, 0), (1, 2_000), (1, 1_000), (1, 3), (999, 1_000), (1_998, 1_999), (2, 2), (3, 2))
_PERCENTS: Final = ("5%", "5 %", "0%", "99.5%", "100%", "5", "5.%", "-5%", " 5%", "5%\n", "\u0665%", "", None, 5)
_SITES: Final = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-new")
_PROBLEMS: Final = (
    Problem(ProblemCode.NO_ROWS, "No rows.", "Add rows."),
    Problem(ProblemCode.WRONG_HEADER, "No header.", "Add rows.", "map"),
    Problem(ProblemCode.NO_ROWS, "No rows.", "Wait.", "check"),
)


def figures() -> Iterator[str]:
    """Value → what is made of it, by function."""
    yield from _made(counted, *((number,) for number in _MANY))
    yield from _made(
        counted, *((number, "row") for number in _MANY), *((number, "entry", "entries") for number in (1, 2))
    )
    yield from _made(percent, *_SHARES)
    yield from _made(size, *((number,) for number in _SIZES))
    yield from _made(duration, *((seconds,) for seconds in _TIMES))
    yield from _made(share_of, *((text,) for text in _PERCENTS))
    for function in (printable, printable_ascii, without_accents, visible, odd_sign):
        yield from _made(function, *((text,) for text in _TEXTS))
    yield from _made(printable, *(("abcdef", longest) for longest in (1, 5, 6, 7)), ("a\u202ebcdef", 4))
    yield from _made(visible_bytes, *((text.encode(errors="surrogatepass"),) for text in _TEXTS), (b"\xef\xbb",))
    yield from _made(code_point, ("a",), ("\u202e",), ("\U0001f600",))
    yield from _made(guarded, *((cell,) for cell in _CELLS))
    yield from _made(restored, *((cell,) for cell in _CELLS))
    yield from _made(row, (), (1,), ("a", "=b", 3), *((cell,) for cell in _CELLS))
    known = ["Email", "phone_number", "Name_3"]
    yield from _made(named, (_NAMES[:1],), (_NAMES[:10],), (_NAMES[:11],), (_NAMES,), (["e-mail", "zzz"], known))
    yield from _made(named, (["x\u202e" + "y" * 70], ["x\u202e" + "y" * 69]), ([],))
    yield from _made(lambda names: with_notes(names, lambda name: name * 30), (["", "abcde", "\n"],))
    yield from _made(folder_link, *((Site(name, "eu-west-1"), "a b/c", "results/x y&z/") for name in _SITES))
    arn = "arn:{}:states:eu-west-1:123456789012:execution:machine:name of it"
    yield from _made(execution_link, *((arn.format(name),) for name in _SITES))
    for number in range(len(_PROBLEMS) + 1):
        for some in (_PROBLEMS[:number], _PROBLEMS[number:]):
            found = all_of(some)
            yield f"all of {len(some)}: {json.dumps(found and found.to_json())}"
            assert found is None or Problem.from_json(found.to_json()) == found


def _made(function: Callable[..., Any], *given: tuple[Any, ...]) -> Iterator[str]:
    name = function.__name__.strip("<>")
    for values in given:
        yield f"{name}({', '.join(map(_shown, values))}) = {_shown(function(*values))}"
    yield ""


def _shown(value: object) -> str:
    return ascii(value) if isinstance(value, (str, list)) else f"{value}"
