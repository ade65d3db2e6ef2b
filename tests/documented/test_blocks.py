"""Every shell block of the documentation is run as it is written, or says why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.documented.pages import SHELLS, pages, shell_blocks
from tools.toolchain import PROJECT

if TYPE_CHECKING:
    from tests.documented.pages import Block

MAKEFILE = (PROJECT / "Makefile").read_text()
MOST_NOT_RUN = 5


def _all() -> list[Block]:
    return [block for page in pages() for block in shell_blocks(page)]


@pytest.mark.parametrize("page", pages())
def test_every_block_of_a_page_is_found(page: str) -> None:
    """Also one that is indented in a list."""
    opened = re.findall(rf"^ *(?:```|~~~)(?:{'|'.join(SHELLS)})\b", (PROJECT / page).read_text(), re.MULTILINE)
    assert len(shell_blocks(page)) == len(opened)


def test_few_blocks_are_not_run() -> None:
    """Each says why in a comment above it."""
    assert len([block for block in _all() if block.not_run]) <= MOST_NOT_RUN


@pytest.mark.parametrize("block", [block for block in _all() if block.is_of_targets], ids=str)
def test_targets_and_their_variables_exist(block: Block) -> None:
    """The Makefile has each target that a page starts, and reads each variable that the page sets."""
    for line in block.text.splitlines():
        _make, target, *rest = line.partition("#")[0].split()
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), line
        for variable in rest:
            name, _, value = variable.partition("=")
            assert value, line
            assert f"$({name})" in MAKEFILE or f"$(or $({name})," in MAKEFILE, line
