"""The function that adds imported users to their groups."""
