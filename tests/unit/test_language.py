"""The repository is written in plain technical English, without words that only its authors know."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: Final = (
    r"\bTurnstile\b",
    r"\bturn_scope\b|\bTurnWait\b|\bbusy_until\b",
    r"\bSurroundings\b|\bsurroundings\b",
    r"\b[Tt]ickets?\b",
    r"\bfences?\b|\bFence\b",
    r"\b[Cc]ouriers?\b|\b[Ee]rrands?\b",
    r"\bTreatment\b|\btreatment\b",
    r"\bplug_in\b",
    r"\bnoted\b|\bNOTED\b",
    r"\b[Mm]end(s|ed|ing)?\b",
    r"\b(the|its|a|whose|no|free) turn\b(?! of\b| it\b| into\b)",
)
"""Private names → see the vocabulary of the architecture: import lock, queue entry, lease, `Context`, action, fix."""

PHRASES: Final = (
    r"\baltogether\b",
    r"\bwhat (became|becomes|has become|had become) of\b",
    r"\b(stands?|stood|standing) in line\b",
    r"\b(lies?|lay) (\w+ )?under\b",
    r"\bPromises\b",
    r"\bto others\.",
    r"\bof no use\b",
    r"\bputs? right\b",
    r"\balarms? rings?\b",
    r"\ba good end\b",
    r"\b[Tt]he AWS on (this|your) machine\b",
    r"\bbytes that mean nothing\b",
    r"\btoo many or too few\b",
    r"\bimports into none such\b",
    r"\b[Ii]s all well\b",
    r"\b[Nn]obody\b|\b[Ww]hoever\b",
    r"\b(normalis|recognis|synthesise|behaviour|colour|organis)",
)
"""Phrases that a native speaker would not write, that do not name who acts, and British spelling."""

EXCEPTIONS: Final = {
    "tests/unit/test_language.py": "it lists the words",
    "tests/releases/": "a kept release is what it was",
    "package-lock.json": "npm writes it",
    "requirements": "uv writes it",
    "LICENSE": "the text of Apache-2.0",
    "CODE_OF_CONDUCT.md": "the text of the Contributor Covenant",
}
"""Starts of paths, or of names in a folder, with the reason."""


def _texts() -> Iterator[tuple[str, str]]:
    """Each tracked text, with its lines joined, so that a phrase may go over the end of a line."""
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    for name in tracked.splitlines():
        path = PROJECT / name
        if name.startswith(tuple(EXCEPTIONS)) or path.name.startswith(tuple(EXCEPTIONS)) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture, or a sample in another encoding
            continue
        yield name, re.sub(r"\s*\n\s*(#:? )?", " ", text)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Path → text."""
    return dict(_texts())


def test_the_repository_does_without_them(texts: dict[str, str]) -> None:
    """Code, docs, schemas, and tests use the standard term."""
    assert _found(texts, *NAMES, *PHRASES) == []


def test_a_phrase_is_found_over_the_end_of_a_line() -> None:
    """What the other tests rely on."""
    assert _found({"page.md": "what became of it"}, PHRASES[1]) == ["page.md: what became of it"]
    assert any(name == "README.md" for name, _ in _texts())


def _found(texts: dict[str, str], *patterns: str) -> list[str]:
    pattern = re.compile("|".join(f"(?:{each})" for each in patterns))  # one search is cheaper than one for each
    return [
        f"{name}: {text[max(0, match.start() - 30) : match.end() + 30]}".strip()
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]
