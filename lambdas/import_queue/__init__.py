"""The function that takes a run's turn, and passes it on."""
