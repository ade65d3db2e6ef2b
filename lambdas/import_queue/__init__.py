"""The function that gives a run the import lock and releases it."""
