"""The function that turns an upload event into a run."""
