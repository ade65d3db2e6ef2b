"""What is raised for a setting that is missing or wrong: one plain sentence that names it."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting is missing or has a value that cannot be used."""
