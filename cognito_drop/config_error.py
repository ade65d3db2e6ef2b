"""What is raised for a context key that is missing or wrong: one plain sentence that names the key."""

from __future__ import annotations


class ConfigError(Exception):
    """A context key is missing or has a value that cannot be used."""
