"""The function that deletes the users of a run that is undone."""
