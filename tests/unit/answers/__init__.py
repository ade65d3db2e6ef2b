"""A snapshot of everything that the check of a file answers, for many small files; `make strings` writes it again.

`files.py` lists the files: the examples, those that tests judge, and small ones that are made for it.
A reviewer reads a change of an answer as a diff of `kept/`.
"""
