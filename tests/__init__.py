"""Tests, from the fastest to the slowest."""
