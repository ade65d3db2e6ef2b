"""The function that writes the report of a run."""
