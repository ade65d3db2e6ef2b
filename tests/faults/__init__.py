"""Every call and every invocation of a clean run, made to fail in every way, one at a time and in pairs.

`python -m tests.faults` deploys the stack once, records a clean run, derives the cells from it, runs each cell to its
end, and judges from outside whether the product's promises held.
"""
