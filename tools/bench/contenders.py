"""Who is measured. Each is run in a process of its own, `python -m tools.bench.contenders NAME FILE`, and prints its
seconds, the rows it saw, the rows it accepted and its peak memory in bytes as JSON.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.bench.files import COLUMNS, POOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[[], tuple[int, int]]

_BLOCK = 1 << 20
_EMAIL = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"
_PHONE = r"^\+[1-9][0-9]{1,14}$"
_BIRTHDATE = r"^(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])/[0-9]{4}$"
_BOOLEAN = "^(true|false|TRUE|FALSE)$"
_USERNAME = r"^[\pL\pM\pS\pN\pP]{1,128}$"


def preflight(path: Path) -> Run:
    """Our preflight: detection, every rule, duplicates, and the parts written to a file."""
    from cognito_drop.core.rows import NoSink, Options, PoolRules  # noqa: PLC0415  (in the memory of this contender only)
    from cognito_drop.core.rows import preflight as check  # noqa: PLC0415

    def run() -> tuple[int, int]:
        with tempfile.TemporaryFile() as parts:

            class Written(NoSink):
                def part_bytes(self, number: int, block: bytes) -> None:  # noqa: ARG002  (the sink's)
                    parts.write(block)

            report = check(_chunks(path), PoolRules.of(POOL, COLUMNS), Options(), Written())
        return report.rows, report.accepted

    return run


def csv_reader(path: Path) -> Run:
    """csv.reader alone: no rule, nothing written."""

    def run() -> tuple[int, int]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        return rows, rows

    return run


def pyarrow(path: Path) -> Run:
    """pyarrow's streaming parser, the shapes of the values as vectorised expressions, usernames counted at the end."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    shapes = {"email": _EMAIL, "phone_number": _PHONE, "birthdate": _BIRTHDATE, "cognito:username": _USERNAME}
    shapes |= dict.fromkeys(("email_verified", "phone_number_verified", "cognito:mfa_enabled"), _BOOLEAN)

    def good_names(batch: Any) -> Any:  # noqa: ANN401  (pyarrow has no types)
        good = compute.equal(compute.utf8_lower(batch["email_verified"]), "true")
        good = compute.and_(good, compute.not_equal(batch["email"], ""))
        for column, shape in shapes.items():
            fits = compute.match_substring_regex(batch[column], shape)
            good = compute.and_(good, compute.or_(fits, compute.equal(batch[column], "")))
        for column in COLUMNS:
            good = compute.and_(good, compute.less_equal(compute.binary_length(batch[column]), 2048))
        return compute.utf8_lower(batch["cognito:username"].filter(good))

    def run() -> tuple[int, int]:
        with path.open(encoding="utf-8") as file:
            quoted = '"' in file.read(_BLOCK)
        lost: list[Any] = []
        reader = arrow_csv.open_csv(
            path,
            arrow_csv.ReadOptions(block_size=_BLOCK),
            arrow_csv.ParseOptions(
                quote_char='"' if quoted else False,
                escape_char=False if quoted else "\\",
                newlines_in_values=quoted,
                invalid_row_handler=lambda row: lost.append(row.number) or "skip",
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string())),
        )
        rows, names = 0, []
        for batch in reader:
            rows += batch.num_rows
            names.append(good_names(batch))
        return rows + len(lost), compute.count_distinct(pa.chunked_array(names)).as_py()

    return run


def frictionless(path: Path) -> Run:
    """frictionless with the same shapes as constraints of a schema."""
    from frictionless import Checklist, Dialect, Resource, Schema, formats, validate  # noqa: PLC0415

    patterns = {"email": _EMAIL, "phone_number": _PHONE, "birthdate": _BIRTHDATE}
    fields = []
    for name in COLUMNS:
        constraints: dict[str, Any] = {"maxLength": 2048}
        if name in patterns:
            constraints["pattern"] = patterns[name].strip("^$")
        if name == "cognito:username":
            constraints |= {"required": True, "unique": True}
        fields.append({"name": name, "type": "string", "constraints": constraints})
    control = formats.CsvControl(escape_char="\\", quote_char="\x01")
    resource_ = Resource(
        path=path.name,
        basepath=str(path.parent),
        schema=Schema.from_descriptor({"fields": fields}),
        dialect=Dialect(controls=[control]),
    )

    def run() -> tuple[int, int]:
        report = validate(resource_, checklist=Checklist(), limit_errors=1_000_000)
        rows = report.tasks[0].stats["rows"]
        return rows, rows - len({error[0] for error in report.flatten(["rowNumber"])})

    return run


CONTENDERS: Final[dict[str, Callable[[Path], Run]]] = {
    "preflight": preflight,
    "csv.reader": csv_reader,
    "pyarrow": pyarrow,
    "frictionless": frictionless,
}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def main(name: str, path: Path) -> None:
    """Run one contender once, after its imports."""
    run = CONTENDERS[name](path)
    start = time.process_time()
    rows, accepted = run()
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    sys.stdout.write(json.dumps({"seconds": seconds, "rows": rows, "accepted": accepted, "peak": peak}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
