"""What a run costs: state transitions, invocations, looks at the job, and how late its end is noticed.

`make costs`, or `python -m tests.costs --help`.
"""
