"""The function that creates a run from an upload event."""
