"""The function that writes what became of a run."""
