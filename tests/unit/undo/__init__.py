"""Tests of the undo of runs."""
