"""The function that reads a drop once and says whether it can be imported."""
