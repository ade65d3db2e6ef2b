"""Use cases that more than one function has."""
