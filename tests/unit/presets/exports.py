"""Exports, and what the preflight makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.rows import HashPolicy, Options, Pbkdf2Form, PoolRules
from tests.unit.rows.files import HEADER, Kept, Outcome, cut, user_pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXAMPLES = Path(__file__).parents[3] / "examples" / "presets"
WITH_HASHES = [*HEADER, "password_hash"]


def check_export(
    content: bytes | str,
    preset: str | Mapping[str, Any],
    pool: Mapping[str, Any] | None = None,
    *,
    algorithm: str | None = None,
    form: Pbkdf2Form = Pbkdf2Form.PASSLIB,
    chunk: int = 1 << 20,
    **options: Any,  # noqa: ANN401  (the fields of Options)
) -> Outcome:
    """Check an export for a pool, which takes hashes if an algorithm is given."""
    content = content.encode() if isinstance(content, str) else content
    sink = Kept()
    hashes = HashPolicy.of([algorithm] if algorithm else None, form)
    rules = PoolRules.of(pool or user_pool(), WITH_HASHES if algorithm else HEADER, hashes)
    return Outcome(preflight_file(cut(content, chunk), preset_of(preset), rules, Options(**options), sink), sink)


def check_plain(content: str, **options: Any) -> Outcome:  # noqa: ANN401  (the fields of Options)
    """Check a file that was dropped without a preset."""
    sink, rules = Kept(), PoolRules.of(user_pool(), HEADER)
    return Outcome(preflight_file([content.encode()], None, rules, Options(**options), sink), sink)


def example(name: str) -> bytes:
    """One of the samples that newcomers get."""
    return (EXAMPLES / name).read_bytes()


def lines(records: Iterable[Any]) -> str:
    """A JSON value a line."""
    return "".join(f"{json.dumps(record)}\n" for record in records)


def notes(outcome: Outcome) -> dict[str, int]:
    """What accepted users leave behind."""
    assert outcome.report.preset is not None
    return dict(outcome.report.preset.notes)
