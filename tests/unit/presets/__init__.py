"""Unit tests of the presets."""
