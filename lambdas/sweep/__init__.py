"""The function that finds what is stuck, and brings it on its way or to its end."""
