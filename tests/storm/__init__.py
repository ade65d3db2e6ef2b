"""Many files at once, the same event again and again, one invocation in ten killed: is anything lost?

`make storm`, or `python -m tests.storm --help`.
"""
