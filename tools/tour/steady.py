"""What differs from one session to the next, made the same: ids, times, rates, and the sizes of the report.

Guarantees that two captures of the same behavior are the same text. Widths stay as they are, so that tables do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cognito_drop.contract.object_keys import PAGE, SUMMARY
from cognito_drop.core.runs.run_record import SHORT_ID
from cognito_drop.core.text.figures import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUNS: Final = (
    "fd7d9b2064efa8dfc93a3c1061a87c65",
    "a61af9714ff847cf8da816e6817bfe54",
    "6c109b2a097b43976ef23ad4d7427b71",
)
"""The ids of the session's runs on the page, in their order."""
JOBS: Final = ("import-cQLYaKP7xU", "import-DGnQEnSR5A", "import-SXMB6wMSsZ")
BUCKET_END: Final = "rirhtrcaf9wi"
"""What CloudFormation adds to the bucket's name."""
POOL: Final = "us-east-1_98a947d87ab14d88b168a77bbb18bf00"

_DROPPED: Final = "2026-11-30 09:{:02}:12"
_ENDED: Final = "2026-11-30 09:{:02}:31"
"""When the runs were dropped and ended, by their number."""
_RATE: Final = 25
"""Rows a second, about Cognito's own pace."""
_SIZES: Final = {PAGE: "16,337", SUMMARY: "3,175"}
"""Both name times and ids, of which some are longer than others."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
_PROGRESS: Final = re.compile(r"(?P<done>[\d,]+) of (?P<rows>[\d,]+) rows(?:, [\d,]+ per second)?(?:, about .+ left)?$")
_SIZE: Final = re.compile(r"^(summary\.\w+)( +)([\d,]+)( .*)$")
_CHANGE: Final = re.compile(r"^[0-9a-f]{8}(?: \S+)?: ")
"""How a line begins with which `watch` says where a run is."""
_OF_SLOW_WORK: Final = " …"
"""How a line ends with which a command says what it is still doing."""
IS_BEGUN: Final = re.compile(r": importing, 0 of [\d,]+ rows")


def steady(output: str, names: Mapping[str, str]) -> str:
    """An output as it is on the page. `names` has what is on the page in place of an id, which is as long."""
    for found, shown in names.items():
        output = _replaced(output, found, shown)
    written = [line.rstrip() for line in output.splitlines() if not line.endswith(_OF_SLOW_WORK)]
    return "\n".join(_lines(_changes(written)))


def _replaced(text: str, found: str, shown: str) -> str:
    """The text with another id, even where the terminal's width has broken it."""

    def with_breaks(match: re.Match[str]) -> str:
        breaks = (*match.groups(default=""), "")
        return "".join(f"{character}{end}" for character, end in zip(shown, breaks, strict=True))

    return re.sub(r"(\n +)?".join(map(re.escape, found)), with_breaks, text)


def _changes(lines: list[str]) -> Iterator[str]:
    """Of the lines that say where a run is the first of its import, and that of its end."""
    last = {_CHANGE.match(line): number for number, line in enumerate(lines) if _CHANGE.match(line)}
    for number, line in enumerate(lines):
        if not _CHANGE.match(line) or IS_BEGUN.search(line) or number == max(last.values()):
            yield line


def _lines(lines: Iterator[str]) -> Iterator[str]:
    """The lines with the times of their runs, and other figures that do not depend on the machine."""
    run = 0
    for line in lines:
        run = next((number for number, run_id in enumerate(RUNS) if run_id[:SHORT_ID] in line), run)
        moment = (_ENDED if line.startswith("ended ") else _DROPPED).format(run)
        dated = _MOMENT.sub(lambda found, moment=moment: moment[: len(found[0])], line)  # type: ignore[misc]
        yield _SIZE.sub(_sized, _PROGRESS.sub(_at_pace, dated))


def _at_pace(found: re.Match[str]) -> str:
    done, rows = (int(found[name].replace(",", "")) for name in ("done", "rows"))
    if not done:
        return f"0 of {rows:,} rows"
    return f"{done:,} of {rows:,} rows, {_RATE} per second, about {duration((rows - done) / _RATE)} left"


def _sized(found: re.Match[str]) -> str:
    size = _SIZES[found[1]].rjust(len(found[2]) + len(found[3]) - 1)
    return f"{found[1]} {size}{found[4]}"
