"""`python -m bench.presets`: exports of other systems beside a clean CSV file of the same users, in one run.

Each measurement is a process of its own, so that its peak memory is its own; the best of three counts.
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

from bench.files import COLUMNS, POOL, Kind, built
from lambdas.core.presets import preflight_export, preset_of
from lambdas.core.rows import NoSink, Options, PoolRules, preflight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER: Final = Path(".tools/bench/files")
_BLOCK: Final = 1 << 20
_KILOBYTE: Final = 1_000 if sys.platform == "darwin" else 1
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
                "secretData": '{"value":"Y+tlU1BH10IDYMycH5+4S8J3IoeakcGKjKS51jDxcEQ=","salt":"eGl5VFUzTDVHbFlI"}',
                "credentialData": '{"hashIterations":27500,"algorithm":"pbkdf2-sha256"}',
            }
        ],
        "realmRoles": ["default-roles-example"],
        "groups": [],
    }


def _okta(rows: int) -> Iterator[str]:
    yield "id,status,login,email,firstName,lastName,mobilePhone,timezone,locale\n"
    for number in range(rows):
        name = f"user{number}@example.com"
        yield f'00u{number:08x},ACTIVE,{name},{name},Ada,"Lovelace, Countess",+1415555{number % 10_000:04},UTC,en_GB\n'


def _lines(user: Callable[[int], dict[str, Any]], rows: int) -> Iterator[str]:
    return (json.dumps(user(number)) + "\n" for number in range(rows))


def _realm(rows: int) -> Iterator[str]:
    yield '{"realm": "example", "clients": [{"clientId": "app"}], "users": [\n'
    for number in range(rows):
        yield ("," if number else "") + json.dumps(_keycloak(number), indent=2) + "\n"
    yield "]}\n"


_EXPORTS: Final[dict[str, Callable[[int], Iterator[str]]]] = {
    "auth0": lambda rows: _lines(_auth0, rows),
    "keycloak": _realm,
    "okta": _okta,
}


def main() -> None:
    """Build the files that are not there yet, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.presets", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, metavar="N")
    parser.add_argument("--one", nargs=2, metavar=("PRESET", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        sys.stdout.write(json.dumps(_measure(arguments.one[0], Path(arguments.one[1]))))
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    files = {"": built(_FOLDER, Kind.CLEAN, arguments.rows)} | {name: _built(name, arguments.rows) for name in _EXPORTS}
    sys.stdout.write(f"{'file':<12}{'MB':>8}{'s':>8}{'rows/s':>10}{'µs/row':>8}{'x csv':>7}{'peak MB':>9}\n")
    csv_seconds = 0.0
    for name, path in files.items():
        found = min((_measured(name, path) for _ in range(3)), key=lambda one: float(one["seconds"]))
        csv_seconds = csv_seconds or found["seconds"]
        size, seconds, rows = path.stat().st_size / 1e6, found["seconds"], found["rows"]
        sys.stdout.write(
            f"{name or 'clean CSV':<12}{size:>8,.0f}{seconds:>8.2f}{rows / seconds:>10,.0f}{seconds / rows * 1e6:>8.2f}"
            f"{seconds / csv_seconds:>7.1f}{found['peak'] / 1e6:>9.0f}\n"
        )


def _built(name: str, rows: int) -> Path:
    path = _FOLDER / f"{name}-{rows}.export"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_EXPORTS[name](rows))
        unfinished.rename(path)
    return path


def _measured(name: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.presets", "--one", name, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (our own module)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measure(name: str, path: Path) -> dict[str, Any]:
    rules = PoolRules.of(
        POOL, [*COLUMNS, "password_hash"] if name == "auth0" else COLUMNS, "BCRYPT" if name == "auth0" else None
    )
    started = time.perf_counter()
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(_BLOCK), b"")
        if name:
            report = preflight_export(chunks, preset_of(name), rules, Options(), NoSink())
        else:
            report = preflight(chunks, rules, Options(), NoSink())
    seconds = time.perf_counter() - started
    assert report.accepted == report.rows, report.reasons  # noqa: S101  (a measurement of something else is none)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 // _KILOBYTE
    return {"seconds": seconds, "rows": report.rows, "peak": peak}


if __name__ == "__main__":
    main()
