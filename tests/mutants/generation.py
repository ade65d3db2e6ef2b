"""Makes the changes; mutmut's own command makes them only to try all of them."""

from __future__ import annotations

import os

from mutmut.__main__ import create_mutants
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths


def generate() -> None:
    """Write the changed sources into `mutants/`. Files that did not change since the last time are kept."""
    set_mutant_under_test("mutant_generation")
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(os.cpu_count() or 1)
