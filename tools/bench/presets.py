"""`python -m tools.bench.presets`: exports of other systems beside CSV files of as many users, in one run.

Each measurement is a process of its own, so that its peak memory is its own; the best of three counts. Ratios are to
messy CSV, where rows are looked at as well. `json` is Python's decoder alone on the records of the Auth0 export: what
no preset can be faster than. With a commit to compare with, which has to have the same function `preflight_file`, its
check of each file runs in turn with ours. With `--megabytes` the exports have that size, are measured once, and are
removed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract import limits
from cognito_drop.contract.preset_names import PresetName
from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, NoSink, Options, PoolRules, preflight
from tools.bench.base import checkout
from tools.bench.files import COLUMNS, POOL, Kind, built

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_FOLDER: Final = Path(".tools/bench/files")
_BLOCK: Final = 1 << 20
_KILOBYTE: Final = 1_000 if sys.platform == "darwin" else 1
_LONG_TEXT: Final = "lorem ipsum dolor " * 450
_HASH: Final = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"


def _auth0(number: int) -> dict[str, Any]:
    return {
        "user_id": f"auth0|64f0c1a2b3d4e5f6{number:08x}",
        "email": f"user{number}@example.com",
        "email_verified": True,
        "name": f"Ada Lovelace {number}",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "picture": f"https://example.com/pictures/{number}.png",
        "identities": [{"connection": "Users", "provider": "auth0", "user_id": f"{number:08x}", "isSocial": False}],
        "app_metadata": {"plan": "small"},
        "created_at": "2024-03-01T09:00:00.000Z",
        "updated_at": "2026-01-05T12:30:00.000Z",
        "passwordHash": _HASH,
    }


def _auth0_long(number: int) -> dict[str, Any]:
    return {**_auth0(number), "user_metadata": {"biography": _LONG_TEXT}}


def _keycloak(number: int) -> dict[str, Any]:
    return {
        "id": f"4f0c1a2b-3d4e-5f6a-7b8c-{number:012x}",
        "username": f"user{number}",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "email": f"user{number}@example.com",
        "emailVerified": True,
        "enabled": True,
        "credentials": [
            {
                "type": "password",
                "secretData": f'{{"value":"Y+tlU1BH10IDYMycH5+4S8J3Io{number:08}S51jDxcEQ=",'
                f'"salt":"eGl5VFUzTDVH{number:09}w==","additionalParameters":{{}}}}',
                "credentialData": '{"hashIterations":27500,"algorithm":"pbkdf2-sha256"}',
            }
        ],
        "realmRoles": ["default-roles-example"],
        "groups": [],
    }


def _okta(numbers: Iterable[int]) -> Iterator[str]:
    yield "id,status,login,email,firstName,lastName,mobilePhone,timezone,locale\n"
    for number in numbers:
        name = f"user{number}@example.com"
        yield f'00u{number:08x},ACTIVE,{name},{name},Ada,"Lovelace, Countess",+1415555{number % 10_000:04},UTC,en_GB\n'


def _lines(user: Callable[[int], dict[str, Any]], numbers: Iterable[int]) -> Iterator[str]:
    return (json.dumps(user(number)) + "\n" for number in numbers)


def _realm(numbers: Iterable[int]) -> Iterator[str]:
    yield '{"realm": "example", "clients": [{"clientId": "app"}], "users": [\n'
    for number in numbers:
        yield ("," if number else "") + json.dumps(_keycloak(number), indent=2) + "\n"
    yield "]}\n"


_EXPORTS: Final[dict[str, Callable[[Iterable[int]], Iterator[str]]]] = {
    PresetName.AUTH0: lambda numbers: _lines(_auth0, numbers),
    "auth0-long": lambda numbers: _lines(_auth0_long, numbers),
    PresetName.KEYCLOAK: _realm,
    PresetName.OKTA: _okta,
}
_BESIDE: Final = (Kind.CLEAN, Kind.MESSY)
_JSON: Final = "json"


def main() -> None:
    """Build the files that are not there yet, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.presets", description=__doc__)
    parser.add_argument("--rows", type=int, default=limits.MAX_ROWS, metavar="N")
    parser.add_argument("--megabytes", type=int, metavar="N", help="exports of that size instead")
    parser.add_argument("--base", metavar="COMMIT", help="compare with the checks of this commit")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        sys.stdout.write(json.dumps(_measure(arguments.one[0], Path(arguments.one[1]))))
        return
    if arguments.megabytes and arguments.base:
        parser.error("--megabytes cannot be combined with --base")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    if arguments.megabytes:
        _big(arguments.megabytes * 1_000_000)
    else:
        with checkout(arguments.base, _FOLDER.parent) as base:
            _beside_csv(arguments.rows, base)


def _beside_csv(rows: int, base: Path | None) -> None:
    files = {kind.value: built(_FOLDER, kind, rows) for kind in _BESIDE}
    exports = {
        name: _FOLDER / f"{name}-{rows}.export" for name in (PresetName.AUTH0, PresetName.KEYCLOAK, PresetName.OKTA)
    }
    for name, path in exports.items():
        if not path.exists():
            _write(path, _EXPORTS[name](range(rows)))
    files |= {_JSON: exports[PresetName.AUTH0], **exports}
    found: dict[tuple[str, Path | None], dict[str, Any]] = {}
    for _ in range(3):  # one after the other, so that a busy moment of the machine hits all of them
        for name, path in files.items():
            for of in (None, base) if base else (None,):
                one = _measured(name, path, of)
                if (name, of) not in found or one["seconds"] < found[name, of]["seconds"]:
                    found[name, of] = one
    _say(f"{'file':<12}{'MB':>8}{'s':>8}{'rows/s':>10}{'µs/row':>8}{'x messy':>9}{'peak MB':>9}{'x base':>8}")
    for name, path in files.items():
        one = found[name, None]
        ratio = one["seconds"] / found[Kind.MESSY.value, None]["seconds"]
        beside = f"{one['seconds'] / found[name, base]['seconds']:>8.2f}" if base else f"{'-':>8}"
        _say(_line(name, path, one) + f"{ratio:>9.2f}{one['peak'] / 1e6:>9.0f}{beside}")


def _big(size: int) -> None:
    _say(f"{'file':<12}{'MB':>8}{'s':>8}{'rows/s':>10}{'µs/row':>8}{'rows':>11}{'peak MB':>9}")
    for name in (PresetName.AUTH0, "auth0-long", PresetName.KEYCLOAK):
        path = _FOLDER / f"{name}-{size}-bytes.export"
        try:
            rows = size * 1_000 // sum(map(len, _EXPORTS[name](range(1_000))))
            _write(path, _EXPORTS[name](range(rows)))
            one = _measured(name, path)
            _say(_line(name, path, one) + f"{one['rows']:>11,}{one['peak'] / 1e6:>9.0f}")
        finally:
            path.unlink(missing_ok=True)


def _line(name: str, path: Path, one: dict[str, Any]) -> str:
    seconds, rows = one["seconds"], one["rows"]
    size = path.stat().st_size / 1e6
    return f"{name:<12}{size:>8,.0f}{seconds:>8.2f}{rows / seconds:>10,.0f}{seconds / rows * 1e6:>8.2f}"


def _write(path: Path, lines: Iterator[str]) -> None:
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    unfinished.rename(path)


def _measured(name: str, path: Path, base: Path | None = None) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.bench.presets", "--one", name, str(path.resolve())]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=base)  # noqa: S603  (our own module)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measure(name: str, path: Path) -> dict[str, Any]:
    preset = name.partition("-")[0]
    rules = PoolRules.of(POOL, COLUMNS, HashPolicy.of(["BCRYPT"] if preset == PresetName.AUTH0 else None))
    started = time.process_time()
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(_BLOCK), b"")
        if name == _JSON:
            rows = sum(1 for _ in map(json.loads, file))
        else:
            report = (
                preflight(chunks, rules, Options(), NoSink())
                if name in _BESIDE
                else preflight_file(chunks, preset_of(preset), rules, Options(), NoSink())
            )
            rows = report.rows
            is_whole = report.accepted == rows or name == Kind.MESSY
            assert is_whole, report.reasons  # noqa: S101  (a measurement of something else is none)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 // _KILOBYTE
    return {"seconds": seconds, "rows": rows, "peak": peak}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
