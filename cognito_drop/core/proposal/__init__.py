"""Proposes a mapping for a file with columns of its own: which column goes into which attribute of the pool."""
