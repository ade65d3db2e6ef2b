"""Undo: which of the users that a run has imported may be deleted again."""
