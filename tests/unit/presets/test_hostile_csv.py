"""CSV that was made to take long: the work is linear in the lines of the file, with and without a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, NoSink, Options, PoolRules, broken_records, window_records
from tests.calls import calls_of
from tools.bench.files import COLUMNS, POOL
from tools.bench.hostile import CSV, HEADERS

if TYPE_CHECKING:
    from cognito_drop.contract.preset_names import PresetName

LINES = 100
MOST = {
    "CSV, an open quote a line": (45, 20),
    "CSV, quotes in pairs": (45, 20),
    "CSV, a word a line": (33, 15),
    "CSV, a letter a line": (33, 15),
    "CSV, a comma a line": (22, 19),
    "CSV, a quotation mark a line": (38, 13),
}
"""Calls for a line without and with a preset. Without one, many are of those that find out what kind of file it is."""
RULES = PoolRules.of(POOL, COLUMNS, HashPolicy.of(None))


def _calls(preset: PresetName | None, piece: bytes, lines: int) -> int:
    """How many functions are called to check a file of so many lines, in blocks of about ten."""
    content, size = HEADERS[preset] + piece * lines, 10 * len(piece)
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    chosen = preset_of(preset) if preset else None
    return calls_of(lambda: preflight_file(chunks, chosen, RULES, Options(), NoSink()))[0]


@pytest.mark.parametrize("preset", HEADERS)
@pytest.mark.parametrize("form", CSV)
def test_the_work_is_linear_in_the_lines(monkeypatch: pytest.MonkeyPatch, preset: PresetName | None, form: str) -> None:
    """However few bytes a line has. A record of several lines has fifty of them at most."""
    for module in (broken_records, window_records):
        monkeypatch.setattr(module, "LONGEST", 50 * len(CSV[form]))
    once, more = (_calls(preset, CSV[form], lines) for lines in (LINES, 4 * LINES))
    assert more <= 4.5 * once
    assert more <= 4 * LINES * MOST[form][preset is not None]
