"""Many files at once, the same event again and again, functions killed every few seconds: is anything lost?

`make storm`, or `python -m tests.storm --help`.
"""
