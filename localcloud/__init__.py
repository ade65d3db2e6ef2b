"""The emulator: a moto server plus one small module for each gap that cognito-drop needs closed.

Run it with `python -m localcloud up`. What it imitates, and how well, is in docs/fidelity.md.
"""
