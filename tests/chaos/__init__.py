"""Several files at once while everything is done to the deployed stack that may happen to it, at random with a seed.

`make chaos`, or `python -m tests.chaos --help`. Each round is derived from its seed, and judged by the product's
invariants, as `tests.faults` judges a run.
"""
