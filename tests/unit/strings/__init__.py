"""A snapshot of every string that a user can read, and of what presets make of exports; `make strings` writes it again.

`test_strings.py` reads the source. `test_rendered.py` renders with sample values only, so that it can judge a changed
module of `make mutants` too.
"""
