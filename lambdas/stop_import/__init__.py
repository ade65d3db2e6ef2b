"""The function that stops the import of a run that was stopped."""
