"""The product is tested with each value of each guess: in a cloud that is started with it."""

from __future__ import annotations

import ast
import dataclasses
import enum
import typing
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from localcloud.choices import HashColumn, HashColumns
from localcloud.settings import Settings
from tools.fidelity import Behavior, sections
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("scenarios", "cli", "contract", "costs", "documented", "faults")
"""Tests of the product in a deployed stack; some of them start a cloud without a flag, so that defaults are tested."""
NOT_OF_THE_PRODUCT = {
    "function_idle": "How long an environment stays is a cold start more or less.",
    "output_limit": "The outputs of the stack are far shorter.",
}
"""Guesses on which nothing that the product does depends, and why."""
IN_UNIT_TESTS = {
    "malware_scan": "test_nothing_of_a_file_is_read_unless_no_threat_was_found",
    "malware_scan_delay": "test_a_scan_that_comes_before_the_upload_event_counts",
    "malware_scan_encodes_keys": "test_a_key_is_found_encoded_or_not",
}
"""Guesses of which a test in tests/unit/test_malware_scan.py has all values."""
TYPES = typing.get_type_hints(Settings)
DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}
GUESSES = sorted(
    {
        name
        for section in sections()
        for row in section.rows
        if isinstance(row, Behavior) and row.is_unknown
        for name in row.settings
    }
)


@pytest.mark.parametrize("setting", [name for name in GUESSES if name not in {*NOT_OF_THE_PRODUCT, *IN_UNIT_TESTS}])
def test_the_product_is_tested_with_each_value(setting: str) -> None:
    """The default is that of every cloud that does not choose."""
    flag = f"--{setting.replace('_', '-')}"
    started = _started_with()
    match DEFAULTS[setting]:
        case bool(default):
            assert (f"--no-{flag[2:]}" if default else flag) in started
        case enum.Enum() as default:
            wanted = {str(value.value) for value in TYPES[setting] if value is not default}
            assert wanted <= started.get(flag, set())
        case HashColumns():
            words = {entry.rpartition("=")[2] for value in started[flag] for entry in value.split(",")}
            assert {column.value for column in HashColumn} <= words
        case default:
            assert started.get(flag, set()) - {str(default)}


def test_what_is_left_out_is_a_guess() -> None:
    """And no setting of import jobs is among it."""
    assert NOT_OF_THE_PRODUCT.keys() <= set(GUESSES)
    assert [name for name in NOT_OF_THE_PRODUCT if "import" in name] == []
    assert len(GUESSES) > 20


def test_the_unit_tests_exist() -> None:
    """Each by its name."""
    text = (PROJECT / "tests" / "unit" / "test_malware_scan.py").read_text(encoding="utf-8")
    assert [test for test in IN_UNIT_TESTS.values() if f"def {test}(" not in text] == []
    assert IN_UNIT_TESTS.keys() <= set(GUESSES)


@cache
def _started_with() -> dict[str, set[str]]:
    """The flags in the tests of the product, each with what follows it."""
    found: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for path in (PROJECT / "tests" / folder).glob("*.py"):
            for flag, value in _flags(ast.parse(path.read_text(encoding="utf-8"))):
                found.setdefault(flag, set()).add(value)
    return found


def _flags(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        listed: list[ast.expr] = node.elts if isinstance(node, (ast.Tuple, ast.List)) else getattr(node, "args", [])
        if isinstance(listed, list):
            shown = [str(one.value) if isinstance(one, ast.Constant) else ast.unparse(one) for one in listed]
            yield from ((flag, value) for flag, value in pairwise([*shown, ""]) if flag.startswith("--"))
