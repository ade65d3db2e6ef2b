"""`python -m tools.bench.hostile`: files that were made to take long, each checked whole: seconds of the
processor a MB, which are to be below two under a preset.

`tests/unit/presets/test_hostile_json.py` and `test_hostile_csv.py` count the work for the same forms.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, NoSink, Options, PoolRules
from tools.bench.files import COLUMNS, POOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cognito_drop.core.presets import Preset

_MEGABYTE: Final = 1_000_000
_BLOCK: Final = 1 << 20
HEADERS: Final = {
    None: ",".join(COLUMNS).encode() + b"\n",
    PresetName.OKTA: b"login,email,firstName,lastName,status\n",
}
"""Of a CSV file without and with a preset."""

_BROKEN: Final = b'{"user_id":"a","email":x}'
FORMS: Final = {
    "lists in one line": (b"", b"[1,"), "lists over lines": (b"", b"[1,\n"),
    "objects in one line": (b"", b'{"a":'), "objects over lines": (b"", b'{"a":\n'),
    "list of objects that do not end": (b"[", b'{"a":'),
    "broken records in a list": (b"[", _BROKEN + b","), "broken records a line": (b"", _BROKEN + b"\n"),
    "strings that do not end": (b"", b'{"user_id":"\n'),
    "backslashes": (b'["', b"\\"), "one long string": (b'["', b"a"),
    "commas": (b"{},", b","), "NULs": (b"{}\n", b"\0\0\0\0\0\0\0\n"),
    "records without members": (b"", b"{}\n"), "objects that do not begin": (b"{}\n", b"{\n"),
    "a letter a record in a list": (b"[", b"x,"), "a letter a line": (b"", b"x\n"),
    "a quotation mark a line": (b"{}\n", b'"\n'),
}  # fmt: skip
"""How a file in JSON begins, and what it goes on with."""
CSV: Final = {
    "CSV, an open quote a line": b'ada,"a@example.com,true\n',
    "CSV, quotes in pairs": b'"""ada@example.com,""\n',
    "CSV, a word a line": b"ada\n",
    "CSV, a letter a line": b"a\n",
    "CSV, a comma a line": b",\n",
    "CSV, a quotation mark a line": b'"\n',
}
"""What a file goes on with, after a header."""


def chunks(start: bytes, piece: bytes, size: int) -> Iterator[bytes]:
    """A file of this size in blocks."""
    data = start + piece * (size // len(piece))
    yield from (data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK))


def main() -> None:
    """Check each, and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.hostile", description=__doc__)
    parser.add_argument("--megabytes", type=float, default=20.0, help="size of each file")
    size = int(parser.parse_args().megabytes * _MEGABYTE)
    rules = PoolRules.of(POOL, COLUMNS, HashPolicy.of(None))
    auth0 = preset_of(PresetName.AUTH0)
    forms: list[tuple[str, tuple[bytes, bytes], Preset | None]] = [(name, form, auth0) for name, form in FORMS.items()]
    for name, piece in CSV.items():
        for system, header in HEADERS.items():
            forms.append((f"{name}, Okta" if system else name, (header, piece), preset_of(system) if system else None))
    for name, (start, piece), preset in forms:
        began = time.process_time()
        preflight_file(chunks(start, piece, size), preset, rules, Options(), NoSink())
        sys.stdout.write(f"{name:<40}{(time.process_time() - began) / size * _MEGABYTE:>8.2f} s/MB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
